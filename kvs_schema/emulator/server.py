"""Run an emulator in a thread of its own, on the loopback interface."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Sequence
from typing import Any, Self

import uvicorn

from .plans import check_settings
from .settings import EmulatorSettings
from .tasks import EmulatedTask, PostAttempt, TaskRunner
from .web import AnsweredRequest, WebApplication

#: Seconds in which connections may end when the emulator stops.
_PATIENCE = 1

Event = AnsweredRequest | PostAttempt | EmulatedTask


_log = logging.getLogger("kvs_schema.emulator")


def _logging_errors(tell: Callable[[Event], None]) -> Callable[[Event], None]:
    """Return a function that calls `tell` and logs whatever it raises."""

    def on_event(event: Event) -> None:
        try:
            tell(event)
        except BaseException:  # such as that of `pytest.fail`
            _log.exception("the callback for events failed with %s", type(event).__name__)

    return on_event


class Emulator:
    """KVS on this machine; a context manager, in which it answers at `url`.

    Options are those of `EmulatorSettings`, for example `failure_rate=1`. `tell` is called in the
    thread of the emulator with each answered request, each attempt to post a callback, and each
    task that has ended; what it raises is logged. Port 0 is any free port.
    """

    settings: EmulatorSettings
    url: str

    def __init__(
        self, *, port: int = 0, tell: Callable[[Event], None] | None = None, **options: Any
    ) -> None:
        self.settings = EmulatorSettings(**options)
        check_settings(self.settings)
        on_event = _logging_errors(tell or (lambda event: None))
        self._runner = TaskRunner(self.settings, on_event)
        self._web = WebApplication(self._runner, on_event)
        self._port = port
        self._started = threading.Event()
        self._thread: threading.Thread | None = None
        self._server: uvicorn.Server | None = None
        self.url = ""

    def __enter__(self) -> Self:
        listening = socket.create_server(("127.0.0.1", self._port), backlog=1024)
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        config = uvicorn.Config(
            self._web.application(self._started.set),
            log_config=None,
            access_log=False,
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=_PATIENCE,
        )
        server = self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listening])), name="kvs-emulator"
        )
        self._thread.start()
        while not self._started.wait(0.1):
            if not self._thread.is_alive():
                raise RuntimeError("the emulator could not be started")
        return self

    def __exit__(self, *error: object) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()

    @property
    def tasks(self) -> Sequence[EmulatedTask]:
        """The tasks, oldest first."""
        return list(self._runner.tasks.values())

    @property
    def requests(self) -> Sequence[AnsweredRequest]:
        """The latest requests, oldest first."""
        return list(self._web.requests)

    def wait(self, timeout: float = 60.0) -> None:
        """Wait until no task is running; raises `TimeoutError` after so many seconds."""
        if not self._runner.idle.wait(timeout):
            raise TimeoutError(f"after {timeout:g} s a task is still running")

    def counts(self) -> dict[str, int]:
        """Return how many requests, tasks and posts there were, and what became of them."""
        # The thread of the emulator changes all of these meanwhile.
        tasks = self.tasks
        codes, outcomes = self._web.codes.copy(), self._runner.outcomes.copy()
        return {
            "requests": codes.total(),
            "refused": codes.total() - codes[0],
            "tasks": self._runner.created,
            "running": sum(task.state == "running" for task in tasks),
            "given_up": sum(task.state == "given_up" for task in tasks),
            "posts": outcomes.total(),
            "accepted": sum(n for status, n in outcomes.items() if status.startswith("2")),
            "unanswered": outcomes["none"],
        }
