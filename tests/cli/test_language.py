"""Everything that goes wrong is said in the language asked for."""

from __future__ import annotations

import ast
import errno
import os
import pickle
import re
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import pytest

import kvs_schema
from kvs_schema import MissingExtraError, UnknownNameError
from kvs_schema.catalogue.reasons import reason
from kvs_schema.catalogue.store import specification
from kvs_schema.catalogue.texts import Text
from kvs_schema.cli import main
from kvs_schema.cli.batch import workers
from kvs_schema.cli.batch.checks import JobResult
from kvs_schema.cli.batch.inputs import InputError
from kvs_schema.cli.batch.jobs import Files
from kvs_schema.cli.parser import parser
from kvs_schema.cli.terminal.exit_codes import CommandError

Capture = pytest.CaptureFixture[str]
PACKAGE = Path(kvs_schema.__file__).parent
_CHINESE = re.compile("[\u4e00-\u9fff]")
#: An English word that is neither a name nor an option nor quoted.
_ENGLISH = re.compile(r"(?<![\w./'<-])[a-z]{2,} [a-z]{2,}(?![\w./'-])")

WRONG = [
    "sample nope",
    "examples nope",
    "schema nope",
    "codes --table nope",
    "validate --as nope",
    "explain nope",
    "nope",
    "--nope",
    "codes --format xml",
    "codes --format",
    "codes --table=x --nope",
    "explain",
    "docs",
    "validate --json --jsonl",
    "validate --quiet=1",
    "validate --max-body 1T",
    "validate --max-body ''",
    "validate --max-body 0K",
    "validate --jobs x",
    "validate --jobs 0",
    "sample --seed x",
    "validate nowhere.json",
    "decode nowhere.json",
    "encode nowhere.json",
    "decode nothing",
    "validate nothing",
    "export file/x",
    "decode cut.json.gz",
    "decode other.json.gz",
]


@pytest.mark.parametrize("command", WRONG)
def test_what_is_wrong_is_said_in_the_language(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    (tmp_path / "nothing").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "cut.json.gz").write_bytes(b"\x1f\x8b\x08\x00cut")
    (tmp_path / "other.json.gz").write_bytes(b"other")
    monkeypatch.chdir(tmp_path)
    said = {}
    for lang in ("en", "zh"):
        arguments = [word.strip("'") for word in command.split()]
        assert main(["--lang", lang, *arguments]) == 2
        said[lang] = capsys.readouterr().err
        assert said[lang].startswith("kvs-schema")
    assert not _CHINESE.search(said["en"])
    for line in said["zh"].splitlines():
        assert _CHINESE.search(line), line
        assert not _ENGLISH.search(line), line


@pytest.mark.parametrize(
    ("given", "en"),
    [
        ("1T", "'1T' is not a size; a size is a number of bytes, or one with K, M or G"),
        ("", "'' is not a size; a size is a number of bytes, or one with K, M or G"),
        ("1.5M", "'1.5M' is not a size; a size is a number of bytes, or one with K, M or G"),
        ("0", "must be 1 or more, not 0"),
    ],
)
def test_sizes(capsys: Capture, given: str, en: str) -> None:
    assert main(["validate", "--max-body", given]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"kvs-schema validate: argument --max-body: {en}\n")
    found = parser().parse_args(["validate", "--max-body", "2k"])
    assert found.max_body == 2048


def test_a_process_that_dies_is_said_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    def dying(*_: Any) -> Iterator[JobResult]:
        yield JobResult(0)
        raise BrokenProcessPool

    monkeypatch.setattr(workers, "_shared", dying)
    work = [Files(inputs=(InputError("x", Text("errors.empty")),), size=workers.ENOUGH)]
    with pytest.raises(CommandError) as caught:
        list(workers.in_order(work, lambda job: JobResult(job.size), 2))
    english, chinese = str(caught.value), caught.value.text("zh")
    assert "--jobs 1" in english
    assert "--jobs 1" in chinese
    assert _CHINESE.search(chinese)


def test_what_the_system_says() -> None:
    for code in (errno.ENOENT, errno.EACCES, errno.ENOSPC, errno.EISDIR, errno.EMLINK):
        error = OSError(code, os.strerror(code))
        assert reason(error).said("en") == os.strerror(code)
        assert _CHINESE.search(reason(error).said("zh"))
    assert "it failed" in reason(OSError(errno.EMLINK, "it failed")).said("zh")
    assert reason(ValueError("it failed")).said("en") == "it failed"


def _kinds() -> set[str]:
    """What the package says that names are of, wherever it says so literally."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("Unknown"):
                kind = node.args[0] if node.args else None
                if isinstance(kind, ast.Constant) and "docs" not in path.parts:
                    found.add(str(kind.value))
    return found


def test_whatever_has_no_such_name_is_called_so_in_chinese() -> None:
    kinds = _kinds()
    assert {"schema", "error table", "example", "variant", "operation", "erratum"} <= kinds
    for kind in kinds:
        assert kind.replace(" ", "_") in specification()["messages"]["things"]
        near = UnknownNameError(kind, "task.finishd", ["task.finished", "other"])
        assert str(near) == f"unknown {kind} 'task.finishd'; did you mean 'task.finished'?"
        assert "；是否要找 'task.finished'？" in near.text("zh")
        far = UnknownNameError(kind, 5, ["b", "a"])
        assert str(far) == far.text() == f"unknown {kind} 5; known: a, b"
        assert "；可用的有：a, b" in far.text("zh")
    assert str(UnknownNameError("part of x", "y", [])) == "unknown part of x 'y'"


def test_errors_pickle() -> None:
    for error in (UnknownNameError("schema", "x", ["y"]), MissingExtraError("x", "testing")):
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))


@pytest.mark.parametrize(
    ("lang", "hint"), [("en", "did you mean validate?"), ("zh", "是否想用 validate？")]
)
def test_a_mistyped_command_is_guessed(
    lang: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lang", lang, "validat"]) == 2
    assert hint in capsys.readouterr().err
    assert main(["--lang", lang, "xyz"]) == 2
    assert hint[:6] not in capsys.readouterr().err
