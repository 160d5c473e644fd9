"""The two commands of the guide run side by side, and the task that it creates ends."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ..cli.running import environment
from ..docs.test_guides import DOCS, ROOT, Block, blocks


def start_of_the_guide(lang: str) -> list[Block]:
    """The blocks that say how to start: installation, two commands, a script."""
    page = (DOCS / lang / "guides/develop.md").read_text("utf-8")
    section = page.partition("{#start}")[2].partition("\n## ")[0]
    return list(blocks(section))


def test_both_languages_say_the_same() -> None:
    english, chinese = map(start_of_the_guide, ("en", "zh"))
    assert [block.code for block in english] == [block.code for block in chinese]


@contextmanager
def running(command: str, folder: Path) -> Iterator[str]:
    """Run a command of the guide at any port; yield the address that it prints."""
    program, *arguments = command.split()
    module = {"kvs-schema": "kvs_schema", "uvicorn": "uvicorn"}[program]
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments, "--port", "0"],
        cwd=folder,
        env=environment(DATABASE_URL=f"sqlite:///{folder}/kvs.db"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        lines = iter(process.stdout.readline, "")
        yield next(found[0] for line in lines if (found := re.findall(r"http://[\d.:]+", line)))
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


def test_the_commands_of_the_guide(tmp_path: Path) -> None:
    _, emulate, receiver, script = start_of_the_guide("en")
    (tmp_path / "receiver").symlink_to(ROOT / "examples/receiver")
    with (
        running(f"{emulate.code.strip()} --speed 0", tmp_path) as kvs,
        running(receiver.code.strip(), tmp_path) as own,
    ):
        code = script.code.replace("http://127.0.0.1:8400", kvs)
        code = code.replace("http://127.0.0.1:8000", own)
        assert code.count(kvs) == code.count(own) == 1
        environ = {name: os.environ[name] for name in os.environ if "proxy" not in name.lower()}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        task_id = re.findall(r"[0-9a-z]{40}", done.stdout)[0]
        register = [sys.executable, "-m", "receiver", "register", task_id]
        environ["DATABASE_URL"] = f"sqlite:///{tmp_path}/kvs.db"
        subprocess.run(register, cwd=tmp_path, env=environ, check=True)
        while True:
            state = httpx.get(f"{kvs}/_emulator/state", trust_env=False).json()
            if not state["running"]:
                break
            time.sleep(0.05)
        (task,) = state["tasks"]
        assert (task["task_id"], task["state"]) == (task_id, "done")
        page = httpx.get(kvs, trust_env=False, follow_redirects=True)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
    stored = sqlite(tmp_path / "kvs.db", "SELECT task_id, status FROM tasks")
    assert stored == [(task_id, {"task.finished": 3, "task.failed": 4}[task["end"]])]


def sqlite(path: Path, statement: str) -> list[tuple[object, ...]]:
    import sqlite3

    connection = sqlite3.connect(path)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()


def test_the_output_of_send_in_the_guide_has_the_form_of_the_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from kvs_schema.cli import main

    from .receiving import answering, receiving

    page = (DOCS / "en/guides/develop.md").read_text("utf-8")
    (line,) = re.findall(r"^POST .*$", page, re.M)
    with receiving(answering(204)) as receiver:
        assert main(["send", receiver.url, "task.failed", "--errnum", "2032"]) == 0
    form = r"POST task\.failed \w{4}\.\.\.\w{4} -> 204 \d+ ms"
    assert re.fullmatch(form, line)
    assert re.fullmatch(form, capsys.readouterr().out.strip())
