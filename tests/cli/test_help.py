"""Help, version and the frame of every command, in both languages."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from typing import Any

import pytest

import kvs_schema
from kvs_schema.cli import main
from kvs_schema.cli.main import TRACEBACK
from kvs_schema.cli.parser import parser

from .running import ROOT, run

_CHINESE = re.compile("[\u4e00-\u9fff]")
COMMANDS = (
    "validate",
    "audit",
    "explain",
    "codes",
    "variants",
    "schema",
    "decode",
    "encode",
    "redact",
    "examples",
    "sample",
    "send",
    "emulate",
    "fuzz",
    "lint",
    "conformance",
    "docs",
    "export",
    "demo",
)


def _parsers(lang: Any) -> Iterator[argparse.ArgumentParser]:
    top = parser(lang)
    yield top
    for action in top._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.values()


def test_the_commands() -> None:
    assert [found.prog for found in _parsers("en")] == [
        "kvs-schema",
        *(f"kvs-schema {command}" for command in COMMANDS),
    ]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_argument_is_explained_in_the_language(lang: str) -> None:
    for found in _parsers(lang):
        assert found.description
        texts = [found.description, found.epilog]
        for action in found._actions:
            if isinstance(action, argparse._SubParsersAction):
                texts += [choice.help for choice in action._choices_actions]
            else:
                texts.append(action.help)
                assert action.help, (found.prog, action.dest)
        for text in filter(None, texts):
            assert bool(_CHINESE.search(text)) == (lang == "zh") or text == "text（默认）或 json"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("command", [[], *([command] for command in COMMANDS)], ids=" ".join)
def test_help_of_every_command(
    capsys: pytest.CaptureFixture[str], command: list[str], lang: str
) -> None:
    assert main([*command, "--help", "--lang", lang]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("用法：kvs-schema" if lang == "zh" else "usage: kvs-schema")
    assert "show this help" not in said.out or lang == "en"


def test_no_command_shows_the_help_and_fails() -> None:
    done = run()
    assert (done.returncode, done.stdout) == (2, "")
    assert "kvs-schema demo" in done.stderr


def test_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"kvs-schema {kvs_schema.__version__}\n")


def test_the_language_before_or_after_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for arguments in (["--lang", "zh", "variants"], ["variants", "--lang=zh"]):
        assert main(arguments) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    assert _CHINESE.search(said[0])


def test_help_loads_no_command_and_no_extra() -> None:
    code = (
        "import sys; from kvs_schema.cli import main; main(['--help']); "
        "print([m for m in sys.modules if m.split('.')[0] in "
        "('rich', 'yaml', 'hypothesis', 'mkdocs', 'jsonschema') or '.commands.' in m])"
    )
    import sys

    done = run("-c", code, command=(sys.executable,))
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_environment_variable_is_on_the_page(lang: str) -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "kvs_schema").rglob("*.py")]
    named = set(re.findall(r"environ\.get\(\"(\w+)\"|\"(KVS_SCHEMA_\w+)\"", "\n".join(sources)))
    names = {one or other for one, other in named}
    assert names >= {TRACEBACK, "NO_COLOR"}
    page = (ROOT / "docs" / lang / "command-line.md").read_text("utf-8")
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
