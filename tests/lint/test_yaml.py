"""YAML that is read otherwise than it looks, and files that are not read at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kvs_schema.build.lint import checked, lint
from kvs_schema.build.yaml_sources import InvalidSources, read_text
from kvs_schema.catalogue import store
from kvs_schema.spec.exceptions import SpecificationError

from .bad import Bad, check, found, parametrized, small

REAL = store.sources_directory()
SCALARS = "definitions/scalars.yaml"
TITLE = "  title: Any string\n"


def titled(text: str, code: str = "ambiguous") -> Bad:
    return Bad(text.strip(), SCALARS, TITLE, f"  title: {text}  #! {code}\n")


@parametrized(
    titled("012"),
    titled("0x1F"),
    titled("0o17"),
    titled("1_000"),
    titled("+1"),
    titled("1e3"),
    titled(".5"),
    titled("on"),
    titled("No"),
    titled("y"),
    titled("TRUE"),
    titled("~"),
    titled("12:30"),
    titled("08:30"),
    titled("2018-07-04"),
    titled("="),
)
def test_a_scalar_that_yaml_may_read_as_something_else(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


@parametrized(
    titled("&anchor Any string", "anchor"),
    titled("!ours Any string", "ambiguous tag"),
    titled("!!str Any string", "tag"),
    titled("Any string\n  title: Again", "duplicate-key"),
    Bad(
        "alias",
        SCALARS,
        "  title: Any string\n  title_zh: 任意字符串\n",
        "  title: &words Any string  #! anchor\n  title_zh: *words  #! wrong-form\n",
    ),
    Bad("merge", SCALARS, TITLE, TITLE + "  <<: {type: string}  #! ambiguous unknown-keyword\n"),
    Bad("list as key", SCALARS, TITLE, TITLE + "  ? [a]  #! key\n  : b\n"),
    Bad("decimal as key", SCALARS, TITLE, TITLE + "  1.5: a  #! key\n"),
    Bad("empty value", SCALARS, TITLE, "  title:  #! ambiguous wrong-form\n"),
    Bad(
        "too large", SCALARS, "  minimum: 0\n", "  minimum: 1.0e+999  #! out-of-range wrong-form\n"
    ),
    Bad(
        "too long",
        SCALARS,
        "  minimum: 0\n",
        f"  minimum: {'9' * 5000}  #! out-of-range wrong-form\n",
    ),
)
def test_what_json_has_not(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


@parametrized(
    Bad("bound", SCALARS, "  minimum: 0\n", "  minimum: 3.0  #! whole-number\n"),
    Bad("length", SCALARS, "  minLength: 1\n", "  minLength: 2.0  #! whole-number\n"),
)
def test_a_decimal_where_a_whole_number_is_meant(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


@parametrized(
    Bad("keyword", SCALARS, TITLE, TITLE + "  5: a  #! name-form unknown-keyword\n"),
    Bad(
        "code in words",
        "errors/callback.yaml",
        "  2001: {",
        "  bad: {  #! name-form name-form\n    ",
    ),
)
def test_a_key_of_the_wrong_kind(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


def test_a_text_that_is_no_yaml_is_told_once_and_the_rest_still_linted(tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / SCALARS).write_text("name: [1\nother: 2\n")
    (tmp_path / "messages.yaml").write_text("keywords: x\n")
    codes = {(file, code) for file, _, code in found(tmp_path)}
    assert (SCALARS, "not-yaml") in codes
    assert {code for file, code in codes if file == "messages.yaml"} == {
        "wrong-form",
        "missing-name",
    }
    assert {file for file, _ in codes} == {SCALARS, "messages.yaml"}


def test_a_broken_file_hides_no_typing_error_in_another(tmp_path: Path) -> None:
    shutil.copytree(REAL, tmp_path / "schemas")
    for name, old, new in (
        ("callbacks/task.yaml", "  description: ", "  description: []  # "),
        ("embedded/metainfo.yaml", "#/$defs/number'", "#/$defs/numberx'"),
    ):
        path = tmp_path / "schemas" / name
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    problems = [(file, code) for file, _, code in found(tmp_path / "schemas")]
    assert problems == [
        ("callbacks/task.yaml", "wrong-form"),
        ("embedded/metainfo.yaml", "unknown-reference"),
    ]


@pytest.mark.parametrize("text", ["", "5", "- 1", "{"])
@pytest.mark.parametrize("name", sorted(path.name for path in REAL.glob("*.yaml")))
def test_whatever_is_in_a_file_is_a_problem_and_no_error(
    name: str, text: str, tmp_path: Path
) -> None:
    shutil.copytree(REAL, tmp_path / "schemas")
    (tmp_path / "schemas" / name).write_text(text)
    problems = found(tmp_path / "schemas")
    assert problems
    assert {file for file, _, _ in problems} <= {name, f"meta/{name}"}


def test_a_text_that_is_no_utf8(tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / "tables.yaml").write_bytes(b"tables: \xff\n")
    assert found(tmp_path) == [("tables.yaml", 1, "unreadable")]


@pytest.mark.parametrize("name", ["definitions/more.yml", "errors/more.json"])
def test_a_file_that_is_not_read(name: str, tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / name).write_text("{}")
    assert found(tmp_path) == [(name, 1, "unknown-file")]


@pytest.mark.parametrize(
    "name",
    ["more.yaml", "other/more.yaml", "definitions/deep/more.yaml", "callbacks/x/variants.yaml"],
)
def test_a_file_in_no_known_place(name: str, tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("a: 1\n")
    assert found(tmp_path) == [(name, 1, "unknown-file")]


def test_an_empty_file(tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / "definitions/empty.yaml").write_text("# nothing yet\n")
    assert found(tmp_path) == [("definitions/empty.yaml", 1, "empty-file")]


@pytest.mark.parametrize(
    "name", ["errata.yaml", "messages.yaml", "callbacks/variants.yaml", "errors/categories.yaml"]
)
def test_a_file_that_is_missing(name: str, tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / name).unlink()
    assert found(tmp_path) == [(name, 1, "missing-file")]


def test_a_directory_without_sources(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match="no YAML sources"):
        lint(tmp_path)


def test_problems_are_raised_together_by_file_and_line(tmp_path: Path) -> None:
    small(tmp_path)
    for name in ("tables.yaml", "errata.yaml"):
        path = tmp_path / name
        path.write_text(path.read_text() + "more: on\nother: 1\n")
    with pytest.raises(InvalidSources) as raised:
        checked(tmp_path)
    problems = raised.value.problems
    assert [problem.file for problem in problems] == ["errata.yaml"] * 3 + ["tables.yaml"] * 3
    assert problems == sorted(problems)
    assert str(raised.value).count("\n") == 5
    assert f"tables.yaml:{problems[-1].line}: " in str(raised.value)


def test_lines_are_those_of_the_keys() -> None:
    problems: list[object] = []
    file = read_text("x.yaml", "a:\n  b: [1,\n    2]\nc/d: e\n", problems)  # type: ignore[arg-type]
    assert not problems
    assert [file.line(p) for p in ("", "/a", "/a/b", "/a/b/1", "/c~1d", "/c~1d/no/such")] == [
        1,
        1,
        2,
        3,
        4,
        4,
    ]
