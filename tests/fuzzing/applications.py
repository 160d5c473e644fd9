"""Receivers to be fuzzed: correct ones that refuse for good reasons, and others with a bug each.

`tests.fuzzing.applications:fresh.NAME` is freshly started for each import of the name.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from kvs_schema import TaskStatus, check_callback

from .frameworks import Fresh

#: What a receiver does with a body and its headers; it returns a status, or a status and headers.
Receive = Callable[[bytes, dict[str, str]], "int | tuple[int, dict[str, str]]"]


def asgi(receive: Receive) -> Any:
    async def application(scope: Any, incoming: Any, send: Any) -> None:
        assert scope["type"] == "http"
        body, more = b"", True
        while more:
            message = await incoming()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        answer = receive(body, headers)
        status, own = answer if isinstance(answer, tuple) else (answer, {})
        sent = [(name.encode(), value.encode()) for name, value in own.items()]
        await send({"type": "http.response.start", "status": status, "headers": sent})
        await send({"type": "http.response.body", "body": b""})

    return application


# Correct receivers


def plain() -> Any:
    return asgi(lambda body, _: 204 if check_callback(body).valid else 400)


def unknown_ids() -> Any:
    """Knows one task, and says of all others that they do not exist."""

    def receive(body: bytes, _: dict[str, str]) -> int:
        report = check_callback(body)
        return 400 if not report.valid else 204 if report.task_id == "known-1" else 404

    return asgi(receive)


def authenticated() -> Any:
    def receive(body: bytes, headers: dict[str, str]) -> int:
        if headers.get("x-token") != "secret":
            return 401
        return 204 if check_callback(body).valid else 400

    return asgi(receive)


def rate_limited() -> Any:
    """Takes three posts in ten milliseconds."""
    taken: list[float] = []

    def receive(body: bytes, _: dict[str, str]) -> int | tuple[int, dict[str, str]]:
        now = time.monotonic()
        taken[:] = [one for one in taken if one > now - 0.01]
        if len(taken) == 3:
            return 429, {"Retry-After": "0"}
        taken.append(now)
        return 204 if check_callback(body).valid else 400

    return asgi(receive)


def created_then_ok() -> Any:
    """Says 201 where a task is new and 200 where it is known."""
    known: set[str] = set()

    def receive(body: bytes, _: dict[str, str]) -> int:
        report = check_callback(body)
        if report.callback is None:
            return 422
        new = report.callback.task_id not in known
        known.add(report.callback.task_id)
        return 201 if new else 200

    return asgi(receive)


def random_503() -> Any:
    chance = random.Random(1)

    def receive(body: bytes, _: dict[str, str]) -> int:
        if chance.random() < 0.2:
            return 503
        return 204 if check_callback(body).valid else 400

    return asgi(receive)


def conflicting() -> Any:
    """Answers 409 where a body comes again."""
    known: set[bytes] = set()

    def receive(body: bytes, _: dict[str, str]) -> int:
        if not check_callback(body).valid:
            return 400
        new = body not in known
        known.add(body)
        return 204 if new else 409

    return asgi(receive)


def flaky() -> Any:
    """Fails with every hundredth post, whatever it is."""
    posts = iter(range(1_000_000))

    def receive(body: bytes, _: dict[str, str]) -> int:
        if next(posts) % 100 == 60:
            raise RuntimeError("the connection pool is empty")
        return 204 if check_callback(body).valid else 400

    return asgi(receive)


# Receivers with a bug


def stored_twice() -> Any:
    """Inserts a row for each callback of a task that has ended: a second one violates a key."""
    rows: set[str] = set()

    def receive(body: bytes, _: dict[str, str]) -> int:
        callback = check_callback(body).callback
        if callback is None:
            return 400
        if callback.status is not TaskStatus.PROCESSING:
            if callback.task_id in rows:
                raise KeyError("UNIQUE constraint failed")
            rows.add(callback.task_id)
        return 204

    return asgi(receive)


def late_progress_refused() -> Any:
    """Refuses progress of a task that has ended."""
    ended: set[str] = set()

    def receive(body: bytes, _: dict[str, str]) -> int:
        callback = check_callback(body).callback
        if callback is None:
            return 400
        if callback.status is not TaskStatus.PROCESSING:
            ended.add(callback.task_id)
            return 204
        return 409 if callback.task_id in ended else 204

    return asgi(receive)


def takes_everything() -> Any:
    return asgi(lambda body, _: 204)


def parses_everything() -> Any:
    """Answers 500 to what is not JSON, and 204 to all else."""

    def receive(body: bytes, _: dict[str, str]) -> int:
        import json

        json.loads(body)
        return 204

    return asgi(receive)


def hangs() -> Any:
    """Says nothing about tasks that failed."""

    async def application(scope: Any, incoming: Any, send: Any) -> None:
        body = (await incoming())["body"]
        callback = check_callback(body).callback
        if callback is not None and callback.status is TaskStatus.FAILED:
            await asyncio.sleep(60)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return application


def blocks() -> Any:
    """Never comes back from a task that failed, and lets nothing else run."""

    def receive(body: bytes, _: dict[str, str]) -> int:
        callback = check_callback(body).callback
        while callback is not None and callback.status is TaskStatus.FAILED:
            time.sleep(1)
        return 204 if callback is not None else 400

    return asgi(receive)


def works_later() -> Any:
    """Answers at once, and then writes the file that a body names."""
    pool = ThreadPoolExecutor(1)

    def work(name: bytes) -> None:
        time.sleep(1)
        Path(name.decode()).touch()

    def receive(body: bytes, _: dict[str, str]) -> int:
        pool.submit(work, body)
        return 204

    return asgi(receive)


def exits() -> Any:
    """Ends the process for a task that failed."""

    def receive(body: bytes, _: dict[str, str]) -> int:
        if check_callback(body).callback is not None:
            sys.exit(7)
        return 400

    return asgi(receive)


fresh = Fresh(globals())
