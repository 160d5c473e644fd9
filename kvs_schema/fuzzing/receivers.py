"""Post bodies to the receiver that is fuzzed, by HTTP or in this process.

A target and bodies come in, an `Answer` for each body goes out. A receiver that answers 429 or 503
gets the body again later.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Coroutine, Iterator
from concurrent.futures import thread as executors
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self, TypeVar

from ..spec.exceptions import MissingExtraError

try:
    from ..posting import Answer, Headers, Poster
    from .applications import ApplicationClient, import_application, running
except (ModuleNotFoundError, MissingExtraError) as error:
    raise MissingExtraError("kvs_schema.fuzzing", "testing") from error

__all__ = ["Answer", "Receiver", "open_receiver"]

#: Statuses that ask the sender to retry later; they say nothing about the body.
RETRY_LATER = (429, 503)
#: Seconds before each retry, unless `Retry-After` asks for more; and the longest wait.
_WAITS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
_LONGEST = 10.0
#: Seconds that an event loop has for what it does after a time limit.
_GRACE = 1.0
#: The threads of executors, for which Python waits at its end even if they are daemons. Those of an
#: application that left a body unanswered may never come back.
_WAITED_FOR: dict[threading.Thread, Any] = getattr(executors, "_threads_queues", {})

T = TypeVar("T")


class Receiver:
    """Posts bodies one after the other; `waited` counts the answers that ask to retry later."""

    waited: Counter[int]
    posts: int

    def __init__(self, post: Callable[[bytes], Answer]) -> None:
        self._post = post
        self.waited, self.posts = Counter(), 0

    def post(self, body: bytes) -> Answer:
        """Post a body; retry up to seven times while the answer is 429 or 503."""
        self.posts += 1
        answer = self._post(body)
        for wait in _WAITS:
            if answer.status not in RETRY_LATER:
                break
            self.waited[answer.status] += 1
            asked = answer.headers.get("retry-after", "")
            time.sleep(min(max(float(asked), wait), _LONGEST) if asked.isdecimal() else wait)
            answer = self._post(body)
        return answer


@contextmanager
def open_receiver(
    target: str,
    *,
    path: str = "/",
    folder: str | Path = ".",
    timeout: float = 10.0,
    headers: Headers = (),
    remote: Collection[str] = (),
) -> Iterator[Receiver]:
    """Connect to a URL, or import and start `module:app`, for as long as the context lasts.

    An application is imported from `folder` and gets its bodies at `path`, in a thread of its own;
    its lifespan runs once. `headers`, `timeout` and `remote` are those of `kvs-schema fuzz`. Raises
    `FuzzingError` if it cannot be imported or started.

        with open_receiver("shop.web:app", path="/kvs/callback") as receiver:
            assert receiver.post(body).status == 204
    """
    if "://" in target:
        poster = Poster(timeout=timeout, remote=remote, headers=headers)
        with _EventLoop() as loop:
            loop.call(poster.__aenter__())
            try:
                yield Receiver(lambda body: loop.call(poster.post(target, body)))
            finally:
                loop.call(poster.__aexit__())
    else:
        application = import_application(target, Path(folder).resolve())
        with _started(target, ApplicationClient(application, path, timeout, headers)) as receiver:
            yield receiver


@contextmanager
def _started(target: str, client: ApplicationClient) -> Iterator[Receiver]:
    """Start an application and end it; where it blocks its event loop, go on without it."""
    threads, all_answered = set(threading.enumerate()), True
    # Seconds for the start or the end of the lifespan, in which `running` waits up to two times.
    patience = 2 * client.timeout + _GRACE

    def post(body: bytes) -> Answer:
        nonlocal all_answered
        try:
            answer = loop.call(client.post(body), client.timeout + _GRACE)
        except TimeoutError:
            answer = client.no_answer()
        all_answered = all_answered and answer.status is not None
        return answer

    lifespan = running(target, client)
    with _EventLoop() as loop:
        try:
            loop.call(lifespan.__aenter__(), patience)
        except TimeoutError:
            raise client.not_started(target) from None
        try:
            yield Receiver(post)
        finally:
            with suppress(TimeoutError):
                loop.call(lifespan.__aexit__(None, None, None), patience)
            for thread in set(threading.enumerate()) - threads:
                if thread.daemon and not all_answered:
                    _WAITED_FOR.pop(thread, None)


class _EventLoop:
    """An event loop in a thread of its own, for which Python does not wait if it is blocked."""

    def __init__(self) -> None:
        self._is_running = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kvs-fuzz", daemon=True)

    def _run(self) -> None:
        asyncio.run(self._until_the_end())

    async def _until_the_end(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        self._is_running.set()
        await self._end.wait()

    def __enter__(self) -> Self:
        self._thread.start()
        self._is_running.wait()
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(_GRACE)

    def call(self, coroutine: Coroutine[Any, Any, T], seconds: float | None = None) -> T:
        """Return what a coroutine returns; raise `TimeoutError` if that takes longer."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(seconds)
        finally:
            future.cancel()
