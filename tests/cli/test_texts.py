"""The catalogue of texts: each key that the code uses is there, and each entry is used."""

from __future__ import annotations

import argparse
import ast
import errno
import gettext
import inspect
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kvs_schema
from kvs_schema.catalogue.store import specification, texts
from kvs_schema.catalogue.texts import LANGS, Text, say
from kvs_schema.cli import main
from kvs_schema.cli.parser import parser
from kvs_schema.cli.terminal.argument_errors import argparse_in
from kvs_schema.docs.words import place

PACKAGE = Path(kvs_schema.__file__).parent
#: The code that says something: of the package, and of its own site.
SOURCES = [*PACKAGE.rglob("*.py"), *(PACKAGE.parent / "docs").glob("*.py")]
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
#: Functions that take a key, and the section of the key where they know it.
SPEAKING = {"say": "", "Text": "", "word": "reference.", "headers": "columns."}
#: Sections whose names no call says; a test of its own below shows that each entry is used.
APART = ("argparse", "place", "system")
#: What argparse says to programmers, or of what our parser does not use.
OF_PROGRAMMERS = re.compile(
    r"not defined|conflicting|parser|mode|can't open|cannot|invalid (option|confl|%)|callable|"
    r"dest=|must be optional|is an invalid|subcommands|maybe you meant|ambiguous|unexpected|"
    r"deprecated|error:|warning:|default:|heading|program's version"
)


def _keys() -> Iterator[str]:
    """A pattern for each key that calls name; what a key takes from a value may be anything."""
    for node in (node for tree in TREES.values() for node in ast.walk(tree)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in SPEAKING:
            arguments = [x for a in node.args for x in _branches(a)]
            for text in filter(None, map(_pattern, arguments)):
                yield re.escape(SPEAKING[name]) + text


def _branches(node: ast.expr) -> list[ast.expr]:
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]


def _pattern(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_pattern(value) or r"\w+" for value in node.values)
    return None


def _constants(*rooms: str) -> set[str]:
    return {
        node.value
        for path, tree in TREES.items()
        if path.is_relative_to(PACKAGE) and path.relative_to(PACKAGE).parts[0] in rooms
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_key_that_the_code_names_is_there() -> None:
    keys = set(_keys())
    assert len(keys) > 200
    assert [key for key in keys if not any(re.fullmatch(key, known) for known in texts())] == []


def test_every_entry_is_used() -> None:
    # Where a call takes the whole name from a value, a constant must be that value.
    named = [re.compile(key) for key in set(_keys()) if not key.endswith(r".\w+")]
    page = (PACKAGE / "emulator/page/page.js").read_text(encoding="utf-8")
    constants = {
        "reference": _constants("docs", "export", "spec", "reading"),
        "conformance": _constants("testing"),
        "emulate": _constants("cli", "emulator"),
        "fuzz": _constants("fuzzing"),
        "page": _constants("emulator") | set(re.findall(r"\w+", page)) | {"guess", "documented"},
    }
    of_commands = _constants("cli")
    unused = [
        key
        for key in texts()
        for section, _, name in [key.partition(".")]
        if section not in APART
        and not any(pattern.fullmatch(key) for pattern in named)
        and name not in constants.get(section, of_commands)
    ]
    assert unused == []


def test_every_name_of_a_place_is_one_that_the_sources_use() -> None:
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            for member in value.values() if isinstance(value, dict) else value:
                yield from strings(member)

    where = "\n".join(strings(specification()))
    names = [text["en"] for key, text in texts().items() if key.startswith("place.")]
    assert names
    assert [name for name in names if not re.search(rf"\b{re.escape(name)}\b", where)] == []
    assert all(place(name, "zh") == texts()[f"place.{key}"]["zh"] for key, name in _places())


def _places() -> Iterator[tuple[str, str]]:
    for key, text in texts().items():
        if key.startswith("place."):
            yield key.removeprefix("place."), text["en"]


def test_errors_of_the_system_are_those_of_the_system() -> None:
    for key, text in texts().items():
        section, _, name = key.partition(".")
        if section == "system" and name != "ebadf":
            assert text["en"] == os.strerror(getattr(errno, name.upper()))


def _messages_of_argparse() -> set[str]:
    """What the argparse of this Python gives to gettext, in the singular."""
    return {
        str(node.args[0].value)
        for node in ast.walk(ast.parse(inspect.getsource(argparse)))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("_", "ngettext")
        and isinstance(node.args[0], ast.Constant)
    }


def test_all_that_argparse_may_say_to_users_is_translated() -> None:
    known = {key.removeprefix("argparse.") for key in texts() if key.startswith("argparse.")}
    said = {message for message in _messages_of_argparse() if not OF_PROGRAMMERS.search(message)}
    assert said == known


def test_argparse_is_itself_again_afterwards() -> None:
    before = argparse.ngettext, argparse._  # type: ignore[attr-defined]
    assert before == (gettext.ngettext, gettext.gettext)
    with argparse_in("zh"):
        assert argparse.ngettext("expected %s argument", "", 2) == "需要 %s 个值"  # type: ignore[attr-defined]
        assert argparse._("something new") == "something new"  # type: ignore[attr-defined]
    main(["--lang", "zh", "--nope"])
    parser("zh")
    assert before == (argparse.ngettext, argparse._)  # type: ignore[attr-defined]


def test_a_text_with_a_count_has_two_forms_in_english() -> None:
    told = [Text("lists.problems", {"count": count}).said("en") for count in (0, 1, 2)]
    assert told == ["0 problems", "1 problem", "2 problems"]
    assert say("zh", "lists.problems", count=1) == "1 个问题"
    with argparse_in("en"):
        more = [
            argparse.ngettext("expected %s argument", "", count)  # type: ignore[attr-defined]
            for count in (1, 2)
        ]
    assert more == ["expected %s argument", "expected %s arguments"]


@pytest.mark.parametrize("lang", LANGS)
def test_wrong_sources_do_not_silence_the_command_line(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tables.yaml").write_text("tables: on\n")
    monkeypatch.setenv("KVS_SCHEMA_SOURCES", str(tmp_path))
    assert main(["lint", "--lang", lang]) == 1
    found = capsys.readouterr()
    assert "tables.yaml:1: " in found.out
    assert found.err == ""
