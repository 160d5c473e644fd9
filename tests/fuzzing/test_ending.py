"""How `kvs-schema fuzz` ends: on Ctrl-C, where nothing can be written, and for a wrong target."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from socket import socket
from typing import Any

import pytest

from kvs_schema import check_callback
from kvs_schema.cli import main
from kvs_schema.fuzzing.files import FailureFiles
from tests.cli.running import COMMAND, environment
from tests.emulator.receiving import answering, receiving

pytestmark = pytest.mark.usefixtures("no_constants_of_modules")

ROOT = Path(__file__).parents[2]
STORED_TWICE = "tests.fuzzing.applications:fresh.stored_twice"
QUICK = ("task.failed", "--examples", "3", "--seed", "1")


def _interruptible() -> None:
    """What runs in the background of a shell ignores interrupts, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("failures", [6, 1000], ids=["while it shrinks", "later"])
def test_ctrl_c_loses_nothing(failures: int, tmp_path: Path) -> None:
    started: list[subprocess.Popen[bytes]] = []
    failed: list[bytes] = []

    def failing(number: int, head: bytes, sent: bytes, connection: socket) -> None:
        found = check_callback(sent).callback
        answering(500 if found is not None and number else 204)(number, head, sent, connection)
        failed.append(sent)
        if len(failed) == failures:
            started[0].send_signal(signal.SIGINT)

    with receiving(failing) as server:
        options = ["--examples", "1000000", "--seed", "1", "-o", str(tmp_path / "out")]
        process = subprocess.Popen(
            [*COMMAND, "fuzz", server.url, "task.failed", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            preexec_fn=_interruptible,
        )
        started.append(process)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (130, b"")
    said = out.decode()
    assert "1. an error of the server: 500 (task.failed)" in said
    assert "interrupted; not everything was tried" in said
    assert "1 kind of failure; --seed 1 repeats them" in said
    assert (tmp_path / "out" / "server_error_500_1.json").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("applications:fresh.blocks", "the receiver does not answer any more"),
        ("frameworks:fresh.flask_blocks", "rules that near misses broke: "),
    ],
)
def test_an_application_that_never_comes_back_is_reported(
    name: str, said: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    options = ["task.progress", "task.failed", "--timeout", "0.2", "--examples", "3", "--seed", "1"]
    done = subprocess.run(
        [*COMMAND, "fuzz", f"tests.fuzzing.{name}", *options, "-o", str(out)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "1. no answer (task.failed)\n" in done.stdout
    assert said in done.stdout
    (body,) = (path.read_bytes() for path in out.glob("*.json"))
    assert check_callback(body).variant == "task.failed"


def test_threads_of_the_caller_and_of_a_good_application_are_waited_for(tmp_path: Path) -> None:
    done = tmp_path / "done"
    script = f"""
from concurrent.futures import ThreadPoolExecutor
from kvs_schema.fuzzing import open_receiver

pool = ThreadPoolExecutor(2)
with open_receiver("tests.fuzzing.applications:fresh.works_later") as receiver:
    print(pool.submit(lambda: receiver.post({str(done).encode()!r}).status).result())
"""
    command = [*COMMAND[:1], "-c", script]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert (ended.stdout, ended.stderr) == ("204\n", "")
    assert done.exists()


def test_where_nothing_can_be_written_is_said_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    target = tmp_path / "file"
    target.write_text("")
    assert main(["fuzz", STORED_TWICE, *QUICK, "-o", str(target)]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", f"kvs-schema: {target}: Not a directory\n")


def test_a_failure_that_cannot_be_written_is_still_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(files: FailureFiles) -> None:
        raise OSError(28, "No space left on device", str(files.test))

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(FailureFiles, "write", full)
    assert main(["fuzz", STORED_TWICE, *QUICK, "-o", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "test_server_error_500.py: No space left on device" in said.err
    (body,) = [line for line in said.out.splitlines() if "server_error_500_1.json: {" in line]
    assert check_callback(body.partition(": ")[2].encode()).variant == "task.failed"
    assert "curl" in said.out
    assert "pytest" not in said.out
    assert "--seed 1 repeats" in said.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["web"], "write module:app, such as web:app"),
        (["http://127.0.0.1:1/", "--path", "/kvs"], "of a URL the path is a part"),
        (["tests.fuzzing.ending:app"], "SystemExit: no configuration"),
        (["tests.fuzzing.frameworks:called"], "is not an ASGI or WSGI application"),
        (["tests.fuzzing.frameworks:database"], "is not an ASGI or WSGI application"),
        ([], "the following arguments are required: URL|MODULE:APP\n"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_wrong_target(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["fuzz", *arguments, "-o", str(tmp_path)]) == 2
    assert said in capsys.readouterr().err


def test_an_application_that_exits_is_an_error_of_the_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    target = "tests.fuzzing.applications:fresh.exits"
    assert main(["fuzz", target, *QUICK, "-o", str(tmp_path)]) == 1
    assert "SystemExit: 7" in capsys.readouterr().out


def test_the_hint_fits_the_target(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(target: str) -> Any:
        assert main(["fuzz", target, *QUICK, "-o", str(tmp_path)]) == 2
        return capsys.readouterr().err

    monkeypatch.chdir(ROOT)
    assert "--path" in refused("tests.fuzzing.applications:fresh.authenticated")
    with receiving(answering(403)) as server:
        assert "--path" not in refused(server.url)
