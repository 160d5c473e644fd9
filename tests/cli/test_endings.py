"""Runs without a body, targets that cannot be written, and hints that lead on."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from kvs_schema.cli import main

from .running import COMMAND, GOOD, run

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with files that contain no body."""
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "blank.ndjson").write_text("\n \n")
    (tmp_path / "empty.jsonl.gz").write_bytes(gzip.compress(b""))
    monkeypatch.chdir(tmp_path)
    return tmp_path


EMPTY = ("empty.jsonl", "blank.ndjson", "empty.jsonl.gz")


@pytest.mark.parametrize("path", EMPTY)
@pytest.mark.parametrize(
    "arguments",
    [
        ["validate"],
        ["validate", "-q"],
        ["validate", "--format", "json"],
        ["audit", "--jobs", "1", "--fail-on", "invalid>0", "-o", "a.json"],
        ["audit", "--jobs", "1", "-q"],
        ["redact", "-o", "out"],
        ["decode"],
        ["encode"],
    ],
    ids=" ".join,
)
def test_a_run_without_a_body_fails(
    arguments: list[str], path: str, folder: Path, capsys: Capture
) -> None:
    assert main([*arguments, path]) == 2
    assert f"{path}: no bodies here\n" in capsys.readouterr().err
    assert not (folder / "a.json").exists()
    assert not (folder / "out").exists()


@pytest.mark.parametrize("format_", ["text", "github", "sarif", "junit"])
def test_every_report_says_that_there_is_no_body(format_: str, capsys: Capture) -> None:
    assert main(["validate", "--format", format_, "empty.jsonl"]) == 2
    said = capsys.readouterr()
    assert "no bodies here" in (said.err if format_ == "text" else said.out)


def test_an_empty_file_among_others_is_fine(folder: Path, capsys: Capture) -> None:
    (folder / "a.json").write_bytes(GOOD)
    assert main(["validate", "empty.jsonl", "a.json"]) == 0
    assert main(["redact", "empty.jsonl", "a.json", "-o", "out"]) == 0
    assert main(["audit", "--jobs", "1", "empty.jsonl", "a.json"]) == 0
    assert "no bodies" not in capsys.readouterr().err


def test_standard_input_without_a_line() -> None:
    done = run("validate", "--jsonl")
    assert (done.returncode, done.stderr) == (2, "kvs-schema: <stdin>: no bodies here\n")
    assert run("validate").returncode == 1  # one body, of no byte


@pytest.mark.parametrize("option", ["-o", "--findings", "--html"])
def test_an_audit_checks_its_targets_first(option: str, folder: Path, capsys: Capture) -> None:
    (folder / "a.jsonl").write_bytes(GOOD)
    (folder / "file").touch()
    (folder / "taken").mkdir()
    before = sorted(folder.rglob("*"))
    for target, said in (("taken", "Is a directory"), ("file/x.json", "Not a directory")):
        assert main(["audit", "--jobs", "1", "a.jsonl", option, target]) == 2
        assert capsys.readouterr() == ("", f"kvs-schema: {target}: {said}\n")
    assert sorted(folder.rglob("*")) == before


def test_a_target_of_redact_is_checked_first(folder: Path, capsys: Capture) -> None:
    assert main(["redact", "nowhere.json", "-o", "empty.jsonl"]) == 2
    assert capsys.readouterr().err == "kvs-schema: empty.jsonl: Not a directory\n"


def test_only_a_run_that_kept_something_says_that_it_can_be_resumed(
    folder: Path, capsys: Capture
) -> None:
    (folder / "one.jsonl").write_text('{"TaskID": "t"}\n', encoding="utf-8")
    assert main(["audit", "one.jsonl", "nope"]) == 2
    assert "with -o a run can be resumed" in capsys.readouterr().err
    assert main(["audit", "one.jsonl", "nope", "-o", "a.json"]) == 2
    assert "the same command goes on" in capsys.readouterr().err
    assert main(["audit", "nope", "-o", "b.json"]) == 2
    assert capsys.readouterr().err == "kvs-schema: nope: No such file or directory\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["codes", "nope"], "try: kvs-schema codes --help\n"),
        (["emulate", "extra"], "try: kvs-schema emulate --help\n"),
        (
            ["codes", "nope", "--lang", "zh"],
            "无法识别的参数：nope\n请参考：kvs-schema codes --help\n",
        ),
        (["emulate", "--port", "99999"], "must be 65535 or less, not 99999"),
        (["send", "http://127.0.0.1:99999/"], "there is no port 99999"),
        (["audit", "nope*.jsonl"], "searched for .jsonl, .ndjson, .json, .parquet, also with .gz"),
        (["examples", "nope"], "kvs-schema examples --list lists them"),
        (["sample", "task.finished", "--errnum", "5"], "report no failure: task.finished"),
        (["send", "http://127.0.0.1:1/", "flow.progress", "--errnum", "5"], "report no failure"),
        (["fuzz", "http://127.0.0.1:1/", "flow.progress", "--errnum", "5"], "report no failure"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_wrong_with_arguments(arguments: list[str], said: str, capsys: Capture) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_error_codes_of_some_of_the_variants(capsys: Capture) -> None:
    assert main(["sample", "task.finished", "task.failed", "--errnum", "5"]) == 0
    assert capsys.readouterr().out


def test_a_closed_standard_input_is_said() -> None:
    shell = ("bash", "-c", 'exec "$@" <&-', "bash")
    done = run("send", "http://127.0.0.1:1/", "-", command=(*shell, *COMMAND))
    assert (done.returncode, done.stderr) == (2, "kvs-schema: closed\n")


def test_one_value_is_one(folder: Path, capsys: Capture) -> None:
    body = {"TaskID": "a", "Status": 2, "Type": "avtrans", "Details": {}}
    (folder / "a.json").write_text(json.dumps(body))
    assert main(["redact", "a.json", "-o", "out"]) == 0
    assert "a.json: 1 value replaced" in capsys.readouterr().out


@pytest.mark.parametrize(("lang", "said"), [("en", "(default:0)"), ("zh", "（默认0）")])
@pytest.mark.parametrize("command", ["sample", "send"])
def test_the_default_seed_is_said(command: str, lang: str, said: str, capsys: Capture) -> None:
    assert main([command, "--help", "--lang", lang]) == 0
    seed = capsys.readouterr().out.rpartition("--seed S")[2].partition("--wild")[0]
    assert said in "".join(seed.split())
