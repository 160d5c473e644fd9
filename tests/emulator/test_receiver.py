"""The receiver of `examples/receiver` against the emulator stores and announces each end once."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from kvs_schema import TaskStatus, validate_callback
from kvs_schema.emulator import Emulator
from kvs_schema.testing import pytest_plugin

from ..receiver.service import Service, load
from .creating import create, create_many

#: How many tasks are created; 1000 is the long version.
TASKS = int(os.environ.get("KVS_SCHEMA_TASKS", "200"))
#: An answer is lost so often, after the body was stored.
LOST = 6


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """Serve an application in a thread; yield its address."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=200)
    config = uvicorn.Config(app, log_config=None, access_log=False, ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])))
    thread.start()
    try:
        yield f"http://localhost:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def losing_answers(app: Any) -> Any:
    numbers = count(1)

    async def losing(scope: Any, receive: Any, send: Any) -> None:
        lost = next(numbers) % LOST == 0

        async def sending(message: Any) -> None:
            if lost and message["type"] == "http.response.start":
                message = {**message, "status": 500}
            await send(message)

        await app(scope, receive, sending)

    return losing


@pytest.mark.kvs_emulator(seed=7, faults=0.5, timeout=60)
def test_every_end_is_stored_once(kvs_emulator: Emulator, tmp_path: Path) -> None:
    service = Service(load(), f"sqlite:///{tmp_path}/kvs.db")
    app = losing_answers(service.package.app.create_app(service.inbox))
    with serving(app) as address:
        for task_id in create_many(kvs_emulator.url, f"{address}/kvs/callback", TASKS):
            service.inbox.register(task_id)
        kvs_emulator.wait(300)
    tasks = {task.task_id: task for task in kvs_emulator.tasks}
    assert {task.state for task in tasks.values()} == {"done"}
    faults = {post.fault for task in tasks.values() for post in task.posts}
    assert faults == {None, "duplicate", "respelled", "out_of_order", "late"}
    assert any(attempt.tries for task in tasks.values() for attempt in task.attempts)

    stored = {row.task_id: row.status for row in service.rows(service.tables.Task)}
    ends = {
        task_id: next(
            callback.status
            for callback in (validate_callback(post.body) for post in task.posts)
            if callback.status is not TaskStatus.PROCESSING
        )
        for task_id, task in tasks.items()
    }
    assert stored == ends
    assert set(ends.values()) == {TaskStatus.SUCCEEDED, TaskStatus.FAILED}
    assert sorted(service.ends) == sorted(ends.items())
    assert set(service.states()) == {"done"}
    service.close()


@pytest.mark.kvs_emulator(refuse=1101)
def test_the_fixture_takes_settings(kvs_emulator: Emulator) -> None:
    assert create(kvs_emulator.url).json()["ErrNum"] == 1101


def test_the_fixture_is_there_when_the_extra_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def plugin() -> Any:
        assert pytest_plugin.__file__
        spec = importlib.util.spec_from_file_location(
            "kvs_schema.testing.again", pytest_plugin.__file__
        )
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    assert hasattr(plugin(), "kvs_emulator")
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "starlette" else find(name)
    )
    assert not hasattr(plugin(), "kvs_emulator")
