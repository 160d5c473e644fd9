"""`kvs-schema fuzz`: what it finds, what it leaves alone, and what it writes."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from socket import socket
from typing import Any

import pytest

from kvs_schema import check_callback
from kvs_schema.cli import main
from kvs_schema.fuzzing.task_ids import TaskIds
from tests.emulator.receiving import Receiver, answering, closing, receiving

pytestmark = pytest.mark.usefixtures("no_constants_of_modules")

ROOT = Path(__file__).parents[2]
#: What is tried with receivers without a bug; all of it in the long version.
SOME = ("task.progress", "task.failed", "legacy-flow.finished", "--examples", "3")
WIDTH = () if os.environ.get("KVS_SCHEMA_FUZZ") else SOME
QUICK = ("task.failed", "--examples", "8", "--seed", "1")


@pytest.fixture
def fuzz(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command against a name of `applications` or a target; files are in `out`."""
    monkeypatch.chdir(ROOT)

    def run(target: str, *options: str) -> tuple[int, str, str]:
        if ":" not in target:
            target = f"tests.fuzzing.applications:fresh.{target}"
        code = main(["fuzz", target, *options, "-o", str(tmp_path / "out")])
        return code, *capsys.readouterr()

    return run


def fails_again(test: Path) -> str:
    """Run the test that was written, against a freshly started receiver; return why it fails."""
    namespace = runpy.run_path(str(test))
    (function,) = (found for name, found in namespace.items() if name.startswith("test_"))
    with pytest.raises(AssertionError) as failed:
        function()
    return str(failed.value)


def test_the_test_that_was_written_fails_as_it_is(fuzz: Any, tmp_path: Path) -> None:
    fuzz("stored_twice", *QUICK)
    test = tmp_path / "out" / "test_server_error_500.py"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(test)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 1, done.stdout
    assert "AssertionError: [204, 500]" in done.stdout


def bodies(out: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(out.glob("*.json"))]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("plain", ["--refuse-invalid"]),
        ("authenticated", ["--header", "X-Token: secret", "--refuse-invalid"]),
        ("unknown_ids", ["--task-id", "known-1"]),
        ("rate_limited", ["--time", "300"]),
        ("created_then_ok", ["--refuse-invalid"]),
        ("random_503", ["--time", "300"]),
        ("conflicting", ["--accept", "409"]),
        ("flaky", []),
    ],
)
def test_a_correct_receiver_gives_no_report(
    name: str, options: list[str], fuzz: Any, tmp_path: Path
) -> None:
    code, out, _ = fuzz(name, *WIDTH, "--seed", "1", *options)
    assert code == 0, out
    assert " 0 kinds of failure" in out
    assert not (tmp_path / "out").exists()
    assert ("waited after 429" in out) == (name == "rate_limited")
    assert ("waited after 503" in out) == (name == "random_503")
    assert ("unstable, did not come again: an error of the server: 500" in out) == (name == "flaky")


@pytest.mark.parametrize(("name", "status"), [("unknown_ids", 404), ("authenticated", 401)])
def test_a_uniform_refusal_is_no_failure(name: str, status: int, fuzz: Any) -> None:
    code, _, err = fuzz(name, *QUICK)
    assert code == 2
    assert f"refused with {status};" in err
    assert all(option in err for option in ("--header", "--task-id", "--path", "--accept"))


def test_a_failure_that_needs_the_second_delivery(fuzz: Any, tmp_path: Path) -> None:
    code, out, _ = fuzz("stored_twice", *QUICK)
    assert code == 1
    (body,) = bodies(tmp_path / "out")
    assert len(body) < 200
    assert check_callback(body).variant == "task.failed"
    name = "server_error_500_1.json"
    posts = re.findall(r"POST task\.failed \S+ -> (\d+)  (\S+)", out)
    assert posts == [("204", name), ("500", name)]
    assert "1. an error of the server: 500 (task.failed)" in out
    assert "KeyError: 'UNIQUE constraint failed'" in out
    assert out.count(f"--data-binary @{name} http://127.0.0.1:8000/") == 2
    assert "--seed 1 repeats" in out
    assert "[204, 500]" in fails_again(tmp_path / "out" / "test_server_error_500.py")


def test_a_failure_that_needs_disorder(fuzz: Any, tmp_path: Path) -> None:
    code, out, _ = fuzz("late_progress_refused", *QUICK, "task.progress")
    assert code == 1
    failures = re.findall(r"^\d\. (.*): 409", out, re.MULTILINE)
    assert "a valid callback is refused" in failures
    posts = re.findall(r"POST (\S+) \S+ -> (\d+)  refused_409", out)
    assert posts == [("task.failed", "204"), ("task.progress", "409")]
    fails_again(tmp_path / "out" / "test_refused_409.py")


def test_near_misses_are_refused_where_that_is_wanted(fuzz: Any, tmp_path: Path) -> None:
    assert fuzz("takes_everything", *QUICK)[0] == 0
    code, out, _ = fuzz("takes_everything", *QUICK, "--refuse-invalid")
    assert code == 1
    assert "a near miss is not refused: 204 (task.failed)" in out
    assert "the rule that it breaks: " in out
    assert re.search(r"near misses broke: (\d+); accepted at least once: \1\n", out)
    fails_again(tmp_path / "out" / "test_accepted_204.py")


def test_hostile_bodies(fuzz: Any, tmp_path: Path) -> None:
    code, out, _ = fuzz("parses_everything", *QUICK)
    assert code == 1
    assert "an error of the server: 500" in out
    assert "hostile_bodies" in out
    fails_again(tmp_path / "out" / "test_server_error_500.py")


def test_a_body_without_an_answer(fuzz: Any, tmp_path: Path) -> None:
    options = ("task.progress", "task.failed", "--examples", "2", "--seed", "1", "--timeout", "0.1")
    code, out, _ = fuzz("hangs", *options)
    assert code == 1
    assert "no answer (task.failed" in out
    assert "[None]" in fails_again(tmp_path / "out" / "test_unanswered.py")


def test_a_wsgi_application_behind_a_framework(fuzz: Any) -> None:
    code, out, _ = fuzz(
        "tests.fuzzing.frameworks:fresh.flask", "task.finished", "--examples", "8", "--seed", "1"
    )
    assert code == 1
    assert "an error of the server: 500 (task.finished)" in out


def test_a_url(fuzz: Any, tmp_path: Path) -> None:
    def failing(number: int, head: bytes, sent: bytes, connection: socket) -> None:
        statuses = {"task.progress": 204, "task.failed": 500}
        status = statuses.get(str(check_callback(sent).variant), 400)
        answering(status)(number, head, sent, connection)

    with receiving(failing) as server:
        code, out, _ = fuzz(server.url, "task.progress", *QUICK, "--header", "X-Token: s")
        assert code == 1
        assert f"--data-binary @server_error_500_1.json {server.url}" in out
        assert "-H 'X-Token: s'" in out
        fails_again(tmp_path / "out" / "test_server_error_500.py")
        run_curl(tmp_path / "out", out, server)


def run_curl(folder: Path, out: str, server: Receiver) -> None:
    """The command that was printed posts the body byte for byte."""
    (command,) = re.findall(r"^ +(curl .*server_error.*)$", out, re.MULTILINE)
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, capture_output=True, check=True, timeout=60
    )
    assert done.stdout.startswith(b"HTTP/1.1 500")
    assert server.bodies[-1] == (folder / "server_error_500_1.json").read_bytes()


def test_what_cannot_be_posted(fuzz: Any) -> None:
    with receiving(closing) as server:
        code, _, err = fuzz(server.url, *QUICK)
    assert (code, "does not answer" in err) == (2, True)
    code, _, err = fuzz("http://169.254.169.254/", *QUICK)
    assert (code, "--allow-remote" in err) == (2, True)
    code, _, err = fuzz("nothing", *QUICK, "--lang", "zh")
    assert (code, "无法导入" in err) == (2, True)
    code, _, err = fuzz("plain", "task.fialed")
    assert (code, "did you mean 'task.failed'" in err) == (2, True)


def test_the_time_is_a_budget(fuzz: Any) -> None:
    code, out, _ = fuzz("plain", "--time", "0.5")
    assert code == 0
    assert "the time is up" in out


def test_the_seed_repeats_a_run(fuzz: Any, tmp_path: Path) -> None:
    found = []
    for seed in ("5", "5"):
        _, out, _ = fuzz("stored_twice", "task.failed", "--examples", "6", "--seed", seed)
        found.append((re.sub(r"(?m)^.*module:app.*$", "", out), bodies(tmp_path / "out")))
    assert found[0] == found[1]


def test_fresh_task_ids_have_the_form_of_the_old_ones() -> None:
    body = rb'{"TaskID":"9aZ-\u0066%2F\n\u4e2d","Status":4,"Type":"avtrans","Details":{"errnum":5}}'
    ids = TaskIds()
    known: dict[str, str] = {}
    first, again, other = (ids.renewed(body, one) for one in (known, known, {}))
    assert first == again != other
    assert len({first, other, body}) == 3
    task_id = check_callback(first).task_id
    assert re.fullmatch("[0-9][a-f][G-Z]-[a-f]%2F\n中", str(task_id))
    assert first.startswith(b'{"TaskID":"')
    assert first.endswith(rb'%2F\n\u4e2d","Status":4,"Type":"avtrans","Details":{"errnum":5}}')
    assert ids.renewed(b'{"TaskID":', {}) == b'{"TaskID":'


@pytest.mark.parametrize("key", ["TaskID", "taskid"])
def test_what_equals_the_task_id_elsewhere_stays(key: str) -> None:
    """A number in a string may be the id of a task too, and then means something else."""
    legacy = key.islower()
    names = [name.lower() if legacy else name for name in ("Status", "Type", "Details")]
    streams = json.dumps({"streams": [{"has_b_frames": "0"}], "format": {}})
    details = {"errnum": 0, "items": [{"dstpath": "0", "metainfo": streams}]}
    body = {key: "0", **dict(zip(names, (3, "0", details), strict=True))}
    fresh = json.loads(TaskIds().renewed(json.dumps(body).encode(), {}))
    assert fresh.pop(key)
    assert fresh == {name: body[name] for name in names}


@pytest.mark.parametrize("task_id", ["-", "7"])
def test_ids_of_which_there_are_few_are_fresh_too(task_id: str) -> None:
    body = f'{{"TaskID":"{task_id}","Status":2,"Type":"avtrans","Details":{{}}}}'.encode()
    ids = TaskIds()
    assert len({ids.renewed(body, {}) for _ in range(20)}) == 20
