"""Run an emulator in a thread of its own, on the loopback interface.

Settings come in, a URL goes out; tasks, requests and counts may be read from any thread.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Self

import uvicorn

from .plans import check_settings
from .settings import EmulatorSettings
from .tasks import EmulatedTask, PostAttempt, TaskRunner
from .web import AnsweredRequest, WebApplication

Event = AnsweredRequest | PostAttempt | EmulatedTask

_log = logging.getLogger("kvs_schema.emulator")


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
        self._tell = tell or (lambda event: None)
        self._runner = TaskRunner(self.settings, self._on_event)
        self._web = WebApplication(self._runner, self._on_event)
        self._port = port
        self.url = ""

    def __enter__(self) -> Self:
        listening = socket.create_server(("127.0.0.1", self._port), backlog=1024)
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        config = uvicorn.Config(
            self._web.application(),
            log_config=None,
            access_log=False,
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=1,  # seconds that open connections have to end
        )
        server = self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=lambda: asyncio.run(server.serve(sockets=[listening])), name="kvs-emulator"
        )
        self._thread.start()
        while not server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the emulator could not be started")
            time.sleep(0.01)
        return self

    def __exit__(self, *error: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    def _on_event(self, event: Event) -> None:
        try:
            self._tell(event)
        except BaseException:  # such as that of `pytest.fail`
            _log.exception("the callback for events failed with %s", type(event).__name__)

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
