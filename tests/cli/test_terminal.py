"""Colour, tables and progress where there is a terminal, and none where there is not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kvs_schema.cli import main
from kvs_schema.cli.batch import jobs
from kvs_schema.cli.terminal import screen

from .running import BAD, COMMAND, GOOD, environment, lines, run

pty = pytest.importorskip("pty", reason="no pseudo-terminals here")

Capture = pytest.CaptureFixture[str]


def _on_a_terminal(*arguments: str, **env: str) -> str:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=environment(**{"TERM": "xterm-256color", "COLUMNS": "120", **env}),
    )
    os.close(follower)
    said = b""
    try:
        while piece := os.read(leader, 65536):
            said += piece
    except OSError:  # how Linux says that the other end is closed
        pass
    finally:
        os.close(leader)
        process.wait(60)
    return said.decode()


@pytest.fixture
def archive(tmp_path: Path) -> str:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(GOOD, BAD))
    return str(path)


def test_colour_on_a_terminal_only(archive: str, tmp_path: Path) -> None:
    demo = ["demo", str(tmp_path / "demo")]
    for arguments in (["validate", archive], ["codes"], demo, ["explain", "2032"]):
        assert "\x1b[" in _on_a_terminal(*arguments)
        assert "\x1b[" not in run(*arguments).stdout


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_it_is_not_wanted(archive: str, env: dict[str, str]) -> None:
    for arguments in (["validate", archive], ["codes"]):
        assert "\x1b[" not in _on_a_terminal(*arguments, **env)


def test_colour_can_be_forced(archive: str) -> None:
    assert "\x1b[" in run("validate", archive, env=environment(FORCE_COLOR="1")).stdout


def test_long_lines_are_not_broken(archive: str) -> None:
    said = _on_a_terminal("validate", archive, COLUMNS="40")
    assert any("a.jsonl:2:" in line and "found the string" in line for line in said.splitlines())


def test_what_looks_like_markup_is_text(tmp_path: Path) -> None:
    (tmp_path / "[red]x.json").write_bytes(GOOD)
    assert "[red]x.json" in _on_a_terminal("validate", str(tmp_path))


def test_a_person_at_the_keyboard_is_told_what_is_waited_for(capsys: Capture) -> None:
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "validate"],
        stdin=follower,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )
    os.close(follower)
    os.write(leader, GOOD[:200].replace(b"\n", b"") + b"\n\x04")
    out, err = process.communicate(timeout=60)
    os.close(leader)
    assert err == b"kvs-schema: reading standard input\n"
    assert process.returncode == 1
    assert b"not JSON" in out


class TestProgress:
    @pytest.fixture
    def patient(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
        """Sets after how many seconds the bar is shown."""
        return lambda seconds: monkeypatch.setattr(screen, "_PATIENCE", seconds)

    def test_a_bar_with_bytes_and_what_is_invalid(
        self,
        archive: str,
        capsys: Capture,
        monkeypatch: pytest.MonkeyPatch,
        patient: Callable[[float], None],
    ) -> None:
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        monkeypatch.setattr(jobs, "SIZE", 2000)
        patient(0)
        assert main(["validate", archive]) == 1
        said = capsys.readouterr().out
        assert "1 invalid" in said
        assert "kB" in said
        assert "━" in said
        assert "found the string" in said

    def test_none_for_short_work(
        self,
        archive: str,
        capsys: Capture,
        monkeypatch: pytest.MonkeyPatch,
        patient: Callable[[float], None],
    ) -> None:
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        patient(3600)
        assert main(["validate", archive]) == 1
        assert "━" not in capsys.readouterr().out

    @pytest.mark.parametrize("forced", ["", "1"])
    def test_none_without_a_terminal(
        self,
        archive: str,
        capsys: Capture,
        monkeypatch: pytest.MonkeyPatch,
        patient: Callable[[float], None],
        forced: str,
    ) -> None:
        monkeypatch.setenv("FORCE_COLOR", forced)
        patient(0)
        assert main(["validate", archive]) == 1
        captured = capsys.readouterr()
        assert captured.err == ""
        assert "━" not in captured.out
