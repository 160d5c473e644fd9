"""The receiver in `examples/receiver` loses nothing, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import logging
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import kvs_schema
from kvs_schema import Outcome, check_callback

from .. import documents
from .checks import CHECKS
from .service import RECEIVER, Service


def sent(name: str, **members: Any) -> bytes:
    """An example as received, with some members of the first level replaced."""
    return json.dumps(documents.sent(name, **members)).encode()


FINISHED = sent("finished-avtrans", TaskID="t1")
FAILED = sent("failed", TaskID="t1")
RUNNING = sent("avtrans-progress", TaskID="t1")
#: A success of which one part cannot be used, and one whose status cannot be read.
PARTIAL = FINISHED.replace(b'"errnum": 0', b'"errnum": "none"')
UNCLEAR = FINISHED.replace(b'"Status": 3', b'"Status": "done"')


def test_the_bodies_have_these_outcomes() -> None:
    outcomes = [check_callback(body).outcome for body in (FINISHED, FAILED, PARTIAL, UNCLEAR)]
    assert outcomes == [Outcome.VALID, Outcome.VALID, Outcome.PARTIAL, Outcome.UNCLEAR]


@pytest.mark.parametrize("name", CHECKS)
def test_check(name: str, service: Service) -> None:
    CHECKS[name](service, 40)


@pytest.mark.parametrize(
    ("bodies", "hooked", "status"),
    [
        ([RUNNING], [], 2),
        ([RUNNING, FINISHED], [3], 3),
        ([FINISHED, FINISHED], [3], 3),
        ([FINISHED, RUNNING], [3], 3),
        ([FAILED, RUNNING, FAILED], [4], 4),
        ([FAILED, FINISHED], [4, 3], 3),
        ([FINISHED, FAILED], [3], 3),
        ([FAILED, FINISHED, FAILED, FINISHED], [4, 3], 3),
        ([PARTIAL, FINISHED], [3], 3),
    ],
)
def test_the_hook_runs_once_for_each_better_end(
    bodies: list[bytes], hooked: list[int], status: int, service: Service
) -> None:
    service.register(["t1"])
    for body in bodies:
        service.inbox.take(body)
    assert service.ends == [("t1", status) for status in hooked]
    (row,) = service.rows(service.tables.Task)
    assert row.status == status


def test_a_complete_end_replaces_an_incomplete_one_and_never_the_reverse(service: Service) -> None:
    service.register(["t1"])
    for body, complete in ((PARTIAL, False), (FINISHED, True), (PARTIAL, True)):
        service.inbox.take(body)
        (row,) = service.rows(service.tables.Task)
        assert row.complete is complete


def test_the_hook_runs_once_for_simultaneous_callbacks(service: Service) -> None:
    service.register(["t1"])
    with ThreadPoolExecutor(8) as pool:
        states = list(pool.map(service.inbox.take, [FINISHED, FAILED, RUNNING] * 8))
    assert {state.value for state in states} == {"done"}
    assert service.ends in ([("t1", 3)], [("t1", 4), ("t1", 3)])


def test_a_hook_that_raises_leaves_the_body_to_be_processed_again(service: Service) -> None:
    def fail(_: object, task: object) -> None:
        raise OSError("queue is down")

    service.register(["t1"])
    service.inbox.on_end, hook = fail, service.inbox.on_end
    assert service.client.post("/kvs/callback", content=FINISHED).status_code == 204
    assert (service.states(), service.rows(service.tables.Task)) == (["received"], [])
    service.inbox.on_end = hook
    service.inbox.retry()
    assert (service.states(), service.ends) == (["done"], [("t1", 3)])


def test_a_callback_may_overtake_the_response_with_the_task_id(service: Service) -> None:
    for body in (RUNNING, FINISHED):
        assert service.client.post("/kvs/callback", content=body).status_code == 204
    assert (service.states(), service.rows(service.tables.Task)) == (["waiting"] * 2, [])
    service.register(["t1", "t1", "another"])
    assert (service.states(), service.ends) == (["done"] * 2, [("t1", 3)])


def test_a_task_registered_while_its_callback_is_processed(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = service.inbox.process

    def register_afterwards(body_id: int) -> Any:
        state = process(body_id)
        with service.engine.begin() as connection:  # as `register` does first
            row = {"task_id": "t1"}
            connection.execute(service.tables.CreatedTask.__table__.insert(), row)
        monkeypatch.setattr(service.inbox, "process", process)
        return state

    monkeypatch.setattr(service.inbox, "process", register_afterwards)
    assert service.inbox.take(FINISHED).value == "done"
    assert service.ends == [("t1", 3)]


def test_callbacks_of_unknown_tasks_are_dropped_after_the_grace_period(service: Service) -> None:
    service.inbox.take(FINISHED)
    service.inbox.retry()
    assert service.states() == ["waiting"]
    service.inbox.grace = timedelta(seconds=-1)
    service.inbox.retry()
    assert (service.states(), service.ends) == ([], [])


@pytest.mark.parametrize(("spoilt", "state"), [(PARTIAL, "partial"), (UNCLEAR, "unclear")])
def test_quarantined_bodies_are_validated_again_after_an_upgrade(
    spoilt: bytes, state: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.register(["t1"])
    with monkeypatch.context() as before:
        before.setattr(kvs_schema, "check_callback", lambda _: check_callback(spoilt))
        service.inbox.take(FINISHED)
    assert service.states() == [state]
    service.inbox.revalidate()
    assert service.states() == ["done"]
    (row,) = service.rows(service.tables.Task)
    assert (row.status, row.complete, service.ends) == (3, True, [("t1", 3)])


def test_an_old_body_validated_again_does_not_replace_newer_progress(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.register(["t1"])
    with monkeypatch.context() as before:
        before.setattr(kvs_schema, "check_callback", lambda _: check_callback(UNCLEAR))
        service.inbox.take(RUNNING)
    service.inbox.take(RUNNING.replace(b'"progress": 5', b'"progress": 50'))
    service.inbox.revalidate()
    (row,) = service.rows(service.tables.Task)
    assert (row.progress, service.states()) == (50, ["done"] * 2)


def test_logs_have_the_digest_and_no_value(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: object, task: Any) -> None:
        raise ValueError(task.outputs[0].path)

    secret = "s3cret"
    bodies = [re.sub(rb"m3u8|none|done|avtrans|t1", secret.encode(), b) for b in (PARTIAL, UNCLEAR)]
    caplog.set_level(logging.DEBUG, "kvs.receiver")
    service.register([secret])
    for body in bodies:
        service.inbox.take(body)
    service.inbox.on_end = fail
    service.inbox.take(FAILED.replace(b"t1", b"other" + secret.encode()))
    service.register([f"other{secret}"])
    logged = caplog.text
    assert [(r.levelname) for r in caplog.records] == ["WARNING", "ERROR", "INFO", "ERROR"]
    assert all(str(check_callback(body).digest) in logged for body in bodies)
    assert "IndexError" in logged
    assert secret not in logged


def test_other_methods_and_large_bodies_are_refused(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert service.client.get("/kvs/callback").status_code == 405
    monkeypatch.setattr(service.package.app, "MAX_BODY", len(FINISHED) - 1)
    assert service.client.post("/kvs/callback", content=FINISHED).status_code == 413
    assert service.states() == []


def test_a_body_that_cannot_be_stored_is_not_acknowledged(service: Service) -> None:
    service.tables.Base.metadata.drop_all(service.engine)
    with pytest.raises(Exception, match="inbox"):
        service.client.post("/kvs/callback", content=FINISHED)
    service.tables.Base.metadata.create_all(service.engine)


def test_no_task_id_that_cannot_be_stored_is_registered(service: Service) -> None:
    for task_id in ("", "a\0", "\ud800", "x" * 256):
        with pytest.raises(ValueError, match="task id"):
            service.inbox.register(task_id)


def test_the_commands_of_the_readme(service: Service, database: str) -> None:
    """The server and the commands run as the README says, on the same database."""
    readme = (RECEIVER / "README.md").read_text("utf-8")
    serve = next(line for line in readme.splitlines() if line.startswith("uvicorn"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", *serve.split(), "--port", str(port)], **_environment(database)
    )
    try:
        _wait_for(lambda: _post(port, b"{}") == 400)
        assert _post(port, FINISHED) == 204
    finally:
        server.terminate()
        server.wait(30)
    for command in ("register t1", "retry", "revalidate"):
        assert f"python -m receiver {command.replace('t1', 'TASK_ID')}" in readme
        subprocess.run(
            [sys.executable, "-m", "receiver", *command.split()],
            **_environment(database),
            check=True,
        )
    (row,) = service.rows(service.tables.Task)
    assert (row.task_id, row.status, service.states()) == ("t1", 3, ["done"])


def _environment(database: str) -> dict[str, Any]:
    folders = f"{RECEIVER.parent}:{Path(kvs_schema.__file__).parents[1]}"
    return {
        "env": os.environ | {"DATABASE_URL": database, "PYTHONPATH": folders},
        "cwd": RECEIVER.parent,
        "stderr": subprocess.DEVNULL,
    }


def _post(port: int, body: bytes) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/kvs/callback", body)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        try:
            if condition():
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise TimeoutError("the server did not start")
