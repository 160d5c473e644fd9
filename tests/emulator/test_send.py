"""`kvs-schema send`: what is posted, what is printed, and the exit code."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path

import pytest

from kvs_schema import check_callback
from kvs_schema.cli import main

from .receiving import answering, closing, receiving


def test_a_line_for_each_body(capsys: pytest.CaptureFixture[str]) -> None:
    with receiving(answering(204)) as receiver:
        assert main(["send", receiver.url, "task.failed", "--count", "3", "--errnum", "2032"]) == 0
    reports = [check_callback(body) for body in receiver.bodies]
    assert [report.variant for report in reports] == ["task.failed"] * 3
    assert all(b'"errnum":2032' in body for body in receiver.bodies)
    for line, report in zip(capsys.readouterr().out.splitlines(), reports, strict=True):
        task_id = str(report.task_id)
        assert line.startswith(f"POST task.failed {task_id[:4]}...{task_id[-4:]} -> 204 ")
        assert line.endswith(" ms")


def test_options_are_those_of_the_strategies() -> None:
    options = ["--task-id", "mine", "--type", "avinfo", "--set", "details#bucket=media"]
    with receiving(answering(200)) as receiver:
        for variant in ("task.finished", "legacy.finished"):
            assert main(["send", receiver.url, variant, *options]) == 0
        assert main(["send", receiver.url, "--count", "9", "--task-id", "mine"]) == 0
    for body in receiver.bodies:
        assert check_callback(body).task_id == "mine"
    for body in receiver.bodies[:2]:
        callback = check_callback(body).callback
        assert callback is not None
        assert callback.type == "avinfo"
        assert b'"bucket":"media"' in body


def test_the_seed_decides() -> None:
    with receiving(answering(200)) as receiver:
        for seed in ("1", "1", "2"):
            main(["send", receiver.url, "task.finished", "--seed", seed])
    first, again, other = receiver.bodies
    assert first == again != other


def test_a_file_goes_out_byte_for_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    body = b'\xef\xbb\xbf {"TaskID" : "t\\u0000" ,\r\n"Status":2,"Status":2}\x00\n'
    path = tmp_path / "body"
    path.write_bytes(body)
    with receiving(answering(200)) as receiver:
        assert main(["send", receiver.url, str(path), "--count", "2"]) == 0
        with path.open() as stream:
            monkeypatch.setattr(sys, "stdin", stream)
            assert main(["send", receiver.url, "-"]) == 0
        monkeypatch.chdir(tmp_path)
        assert main(["send", receiver.url, "body"]) == 0
    assert receiver.bodies == [body] * 4
    assert capsys.readouterr().out.splitlines()[0].startswith(f"POST {path} t\\x00 -> 200 ")


def test_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    def mixed(number: int, head: bytes, sent: bytes, back: socket.socket) -> None:
        answering([204, 500, 204][number])(number, head, sent, back)

    with receiving(mixed) as receiver:
        assert main(["send", receiver.url, "--count", "3"]) == 1
    with receiving(closing) as receiver:
        assert main(["send", receiver.url, "--lang", "zh"]) == 2
    assert "连接中断，没有响应" in capsys.readouterr().out
    assert main(["send", "http://169.254.169.254/latest"]) == 2
    assert "name it with --allow-remote" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["tsk.failed"], "did you mean 'task.failed'"),
        (["missing.json"], "missing.json: No such file or directory"),
        ([f"missing{os.sep}body"], "No such file or directory"),
        ([str(Path(__file__)), "--type", "avinfo"], "a file is sent as it is"),
        (["task.finished", "--type", ""], "types are not empty"),
        (["task.finished", "--set", "details#errnum=x"], "details#errnum does not take 'x'"),
        (["--header", "no header"], "is not a header"),
        (["--header", "Näme: x"], "is not a header"),
        (["--header", "X: a\r\nY: b"], "is not a header"),
        (["--timeout", "nan"], "is not a time"),
        (["--timeout", "-1"], "is not a time"),
    ],
)
def test_wrong_arguments(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with receiving(answering(204)) as receiver:
        assert main(["send", receiver.url, *arguments]) == 2
    assert receiver.bodies == []
    assert said in capsys.readouterr().err


def test_lines_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    with receiving(answering(403, body="no")) as receiver:
        arguments = ["task.progress", "--header", "X-Token: s", "--format", "json"]
        assert main(["send", receiver.url, *arguments]) == 1
    told = json.loads(capsys.readouterr().out)
    assert isinstance(told.pop("milliseconds"), int)
    task_id = check_callback(receiver.bodies[0]).task_id
    assert told == {"variant": "task.progress", "task_id": task_id, "status": 403, "answer": "no"}
    assert b"X-Token: s\r\n" in receiver.heads[0]
