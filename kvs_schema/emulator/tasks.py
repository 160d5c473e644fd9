"""Keep the tasks of an emulator, and post the callbacks of each as planned.

Accepted requests come in, posts go out. For each task the same answers give the same attempts: a
task has its own random numbers and its own time, and its posts are sent one after the other.
"""

from __future__ import annotations

import asyncio
import heapq
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Literal, TypeAlias

from ..catalogue.texts import Text
from ..posting import Poster, RefusedAddressError, is_success
from ..strategies.generate.roles import PROGRESS
from ..strategies.wire import Spelling
from .plans import PlannedPost, draw_bodies, plan_task, seeded_random
from .requests import ReceivedRequest, new_task_id
from .settings import EmulatorSettings

#: How many posts of all tasks are sent at the same time.
_CONCURRENT_POSTS = 100
#: Bytes of an answer that are kept.
_ANSWER_BYTES = 500

State: TypeAlias = Literal["running", "done", "given_up", "not_posted", "no_callback"]


@dataclass(frozen=True, slots=True)
class PostAttempt:
    """One post of a callback, and the answer.

    `tries` is how often it was tried before, `at` is in seconds since the task was created.
    `status` is None if there was no answer; `error` says why.
    """

    task_id: str
    post: PlannedPost
    tries: int
    at: float
    status: int | None
    milliseconds: int
    answer: str = ""
    error: Text | None = None

    @property
    def accepted(self) -> bool:
        """True if the status is 2xx."""
        return is_success(self.status)


@dataclass(slots=True)
class EmulatedTask:
    """A task that was created: its callbacks as planned, and every attempt to post one.

    `state` is `running`; `done` if each callback was accepted; `given_up` if one was not, after all
    attempts; `not_posted` if nothing may be posted to the address; `no_callback` if the request has
    no address.
    """

    task_id: str
    address: str | None
    random: Random = field(repr=False)
    state: State = "running"
    posts: list[PlannedPost] = field(default_factory=list, repr=False)
    attempts: list[PostAttempt] = field(default_factory=list, repr=False)
    error: Text | None = None
    #: Locked while a post of the task is sent.
    turn: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def end(self) -> str | None:
        """The variant of the callback that ends the task, once it is planned."""
        ends = (p.variant for p in self.posts if p.variant.partition(".")[2] != PROGRESS)
        return next(ends, None)

    @property
    def accepted(self) -> int:
        """How many of the planned callbacks were accepted."""
        return len({a.post.number for a in self.attempts if a.accepted and a.post.number >= 0})


class TaskRunner:
    """Creates tasks and runs them in the event loop of the emulator; a context manager there."""

    def __init__(
        self, settings: EmulatorSettings, on_event: Callable[[PostAttempt | EmulatedTask], None]
    ) -> None:
        self.settings = settings
        self.tasks: dict[str, EmulatedTask] = {}
        #: How many tasks were created.
        self.created = 0
        #: How many attempts had which status; `none` is no answer.
        self.outcomes: Counter[str] = Counter()
        #: Set while no task is running.
        self.idle = threading.Event()
        self.idle.set()
        self._on_event = on_event
        #: How often each request came, by digest.
        self._seen: Counter[str] = Counter()
        self._running: dict[asyncio.Task[None], EmulatedTask] = {}
        # Hypothesis refuses to draw in a thread in which a test of it is running.
        self._drawing = ThreadPoolExecutor(1, "kvs-drawing")
        self._post_limit = asyncio.Semaphore(_CONCURRENT_POSTS)

    async def __aenter__(self) -> None:
        settings = self.settings
        self._poster = await Poster(timeout=settings.timeout, remote=settings.remote).__aenter__()

    async def __aexit__(self, *error: object) -> None:
        for running in self._running:
            running.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._poster.__aexit__(*error)
        self._drawing.shutdown(wait=False, cancel_futures=True)

    def create(self, request: ReceivedRequest) -> EmulatedTask | None:
        """Create a task and start to post its callbacks.

        If there is no room, drop the oldest task that has ended; return None if none has.
        """
        if len(self.tasks) >= self.settings.room:
            ended = (task_id for task_id, one in self.tasks.items() if one.state != "running")
            oldest = next(ended, None)
            if oldest is None:
                return None
            del self.tasks[oldest]
        self._seen[request.digest] += 1
        random = seeded_random(self.settings.seed, request.digest, self._seen[request.digest])
        task = EmulatedTask(new_task_id(request.operation, random), request.address, random)
        self.tasks[task.task_id] = task
        self.created += 1
        if task.address is None:
            task.state = "no_callback"
        else:
            self.idle.clear()
            running = asyncio.create_task(self._run(task))
            self._running[running] = task
            running.add_done_callback(self._ended)
        return task

    async def send(self, task: EmulatedTask, variant: str) -> PostAttempt:
        """Draw another callback of a task and post it at once; raises `RefusedAddressError`."""
        random = seeded_random(task.task_id, variant, len(task.attempts))
        kind = random.choice(self.settings.types)
        drawn = partial(draw_bodies, random, self.settings, [variant], kind, task.task_id)
        (body,) = await asyncio.get_running_loop().run_in_executor(self._drawing, drawn)
        post = PlannedPost(-1, 0.0, variant, Spelling().write(body).encode(), "by_hand")
        return await self.post(task, post, 0, task.attempts[-1].at if task.attempts else 0.0)

    async def post(
        self, task: EmulatedTask, post: PlannedPost, tries: int, at: float
    ) -> PostAttempt:
        """Post a callback after the other posts of its task, and keep the answer."""
        async with task.turn, self._post_limit:
            answer = await self._poster.post(str(task.address), post.body)
        attempt = PostAttempt(
            task.task_id,
            post,
            tries,
            at,
            answer.status,
            milliseconds=round(answer.seconds * 1000),
            answer=answer.body[:_ANSWER_BYTES].decode(errors="replace"),
            error=answer.error,
        )
        task.attempts.append(attempt)
        self.outcomes[str(attempt.status or "none")] += 1
        self._on_event(attempt)
        return attempt

    async def _run(self, task: EmulatedTask) -> None:
        """Post the callbacks of a task in time, each until it is accepted or given up."""
        loop = asyncio.get_running_loop()
        settings, begun = self.settings, loop.time()
        drawn = partial(plan_task, task.random, settings, task.task_id)
        task.posts = await loop.run_in_executor(self._drawing, drawn)
        waiting = [(post.at, post.number, 0) for post in task.posts]
        given_up = False
        while waiting:
            at, number, tries = heapq.heappop(waiting)
            if settings.speed:
                await asyncio.sleep(max(begun + at / settings.speed - loop.time(), 0))
            attempt = await self.post(task, task.posts[number], tries, at)
            if attempt.accepted:
                continue
            if tries + 1 < settings.attempts:
                heapq.heappush(waiting, (at + 2**tries, number, tries + 1))
            else:
                given_up = True
        task.state = "given_up" if given_up else "done"

    def _ended(self, running: asyncio.Task[None]) -> None:
        """Report a task that has ended; only then may `idle` be set."""
        task = self._running.pop(running)
        error = None if running.cancelled() else running.exception()
        if isinstance(error, RefusedAddressError):
            task.state, task.error = "not_posted", error.why
        elif error is not None:
            task.state, task.error = "not_posted", Text("errors.system", {"said": repr(error)})
        if not running.cancelled():  # the emulator stops
            self._on_event(task)
        if not self._running:
            self.idle.set()
