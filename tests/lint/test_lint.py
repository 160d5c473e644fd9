"""The linter as a whole: the specification has no problems, and the command says what it finds."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from kvs_schema.build import artefacts
from kvs_schema.build.lint import checked, lint
from kvs_schema.build.yaml_sources import InvalidSources, read
from kvs_schema.catalogue import store
from kvs_schema.cli import main
from kvs_schema.spec.exceptions import SpecificationError

from .bad import Bad, edit, small


def test_the_specification_has_no_problems() -> None:
    assert lint(store.sources_directory()) == []


def test_the_small_specification_has_no_problems(tmp_path: Path) -> None:
    assert lint(small(tmp_path)) == []
    assert "tables.yaml" in checked(tmp_path).files


def test_the_meta_schemas_are_json_schema() -> None:
    sources, _ = read(store.sources_directory())
    metas = list(sources.below("meta"))
    assert len(metas) > 9
    for file in metas:
        jsonschema.Draft202012Validator.check_schema(file.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("type: [string, array]\n        if", "type: strings\n        if"),
        ("$ref: '#/$defs/keywords'\n", "$ref: '#/$defs/keyword'\n"),
        ("minLength: 1", "minLength: -1"),
    ],
)
def test_a_meta_schema_that_is_no_json_schema(old: str, new: str, tmp_path: Path) -> None:
    small(tmp_path)
    path = tmp_path / "meta/meta.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    assert [(problem.file, problem.code) for problem in lint(tmp_path)] == [
        ("meta/meta.yaml", "meta-schema")
    ]


def test_a_meta_schema_with_an_unknown_keyword(tmp_path: Path) -> None:
    small(tmp_path)
    edit(tmp_path, Bad("", "meta/tables.yaml", "minProperties: 1\n    add", "minProps: 1\n    add"))
    problem, *others = lint(tmp_path)
    assert not others
    assert (problem.file, problem.code) == ("meta/tables.yaml", "unknown-keyword")
    assert "did you mean 'minProperties'?" in problem.message


def test_every_problem_is_found_at_once(tmp_path: Path) -> None:
    """A wrong form in one file leaves what can be said of the others."""
    small(tmp_path)
    edit(tmp_path, Bad("", "errors/callback.yaml", "  2002: {", "  1999: {"))
    edit(tmp_path, Bad("", "definitions/scalars.yaml", "^[0-9]+$", "'[0-9]+'"))
    edit(tmp_path, Bad("", "tables.yaml", "tables:\n", "tables:\n  more: 5\n"))
    edit(tmp_path, Bad("", "requests/Make.yaml", "  required: [Points]\n", "  requird: [Points]\n"))
    assert {problem.code for problem in lint(tmp_path)} == {
        "code-order",
        "pattern-anchor",
        "wrong-form",
        "unknown-keyword",
        "row-not-required",
    }


def test_the_command_prints_problems_with_file_and_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small(tmp_path)
    assert main(["lint", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "0 problems\n"
    edit(tmp_path, Bad("", "definitions/scalars.yaml", "name:\n", "name:\n  titel: Name\n"))
    assert main(["lint", str(tmp_path)]) == 1
    assert capsys.readouterr().out == (
        "definitions/scalars.yaml:2: 'titel' is not known here; "
        "did you mean 'title'? [unknown-keyword]\n1 problem\n"
    )


def test_the_command_says_where_there_is_nothing_to_lint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(tmp_path)]) == 2
    assert "no YAML sources" in capsys.readouterr().err


def test_sources_with_problems_are_not_compiled(tmp_path: Path) -> None:
    small(tmp_path / "sources")
    edit(tmp_path / "sources", Bad("", "messages.yaml", "  or: {", "  or: on\n  nor: {"))
    with pytest.raises(InvalidSources, match=r"messages\.yaml:\d+: YAML may read 'on' as bool"):
        artefacts.write_compiled(tmp_path / "sources", tmp_path)
    with pytest.raises(SpecificationError):
        checked(tmp_path / "sources")
    assert not list(tmp_path.glob("*.json"))
