"""A state machine that delivers callbacks to a receiver, one at a time."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from .callbacks import Names
from .deliveries import stories
from .hostile import hostile_bodies
from .wire import Wire

#: Selects one of several, whatever their number.
_CHOICE = st.integers(0, 31)

#: The most callbacks of one task, and of all together unless each has only one.
_MOST, _ALTOGETHER = 10, 40


@cache
def _stories_of(machine: type[ReceiverMachine]) -> st.SearchStrategy[list[list[Any]]]:
    """Return a strategy for the callbacks that a machine delivers: a list for each task."""
    return stories(
        tasks=machine.tasks,
        variants=machine.variants,
        types=machine.types,
        dialects=machine.dialects,
        strict=machine.strict,
        deviations=machine.deviations,
        wire=machine.wire,
        max_size=max(machine.tasks, min(_MOST * machine.tasks, _ALTOGETHER)),
    )


class ReceiverMachine(RuleBasedStateMachine):
    """Delivers callbacks of some tasks in many orders; subclass it, with `deliver` and invariants.

    Each run begins with the callbacks of `tasks` tasks. A step passes one of them to `deliver`:
    the next of a task, one that arrives early, a redelivery, or (`hostile`) bytes that are not a
    callback. An exception of `deliver` fails the test, and so does an invariant of your own.
    Options are class attributes, with the meaning that they have for `deliveries`.

        class Receiving(ReceiverMachine):
            wire = "bytes"
            tasks = 2

            def __init__(self):
                super().__init__()
                self.receiver = Receiver()

            def deliver(self, body):
                self.receiver.deliver(body)

            @invariant()
            def no_task_ends_twice(self):
                assert all(count <= 1 for count in self.receiver.ends.values())

        TestReceiving = Receiving.TestCase
    """

    wire: ClassVar[Wire] = "object"
    tasks: ClassVar[int] = 1
    variants: ClassVar[Names | None] = None
    types: ClassVar[str | Iterable[str] | None] = None
    dialects: ClassVar[str | Iterable[str] | None] = None
    strict: ClassVar[bool] = False
    deviations: ClassVar[bool] = True
    hostile: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self._coming: list[list[Any]] = []
        self._delivered: list[Any] = []

    def deliver(self, body: Any) -> None:
        """Hand one body to the receiver under test, in the form that `wire` names."""
        raise NotImplementedError(f"{type(self).__name__} needs a method deliver(self, body)")

    @initialize(coming=st.runner().map(type).flatmap(_stories_of))
    def begin(self, coming: list[list[Any]]) -> None:
        """Take the callbacks of each task, in the order in which they were sent."""
        if self.hostile and self.wire != "bytes":
            raise ValueError(f"hostile bodies are bytes: set wire = 'bytes', not {self.wire!r}")
        self._coming = [list(bodies) for bodies in coming]

    @precondition(lambda self: any(self._coming))
    @rule(task=_CHOICE)
    def next_of(self, task: int) -> None:
        """Deliver the next callback of a task."""
        self._take(task, 0)

    @precondition(lambda self: any(len(bodies) > 1 for bodies in self._coming))
    @rule(task=_CHOICE, which=_CHOICE)
    def ahead_of_time(self, task: int, which: int) -> None:
        """Deliver a callback of a task before those that were sent before it."""
        self._take(task, which)

    @precondition(lambda self: self._delivered)
    @rule(which=_CHOICE)
    def once_more(self, which: int) -> None:
        """Deliver an earlier callback again."""
        self.deliver(copy.deepcopy(self._delivered[which % len(self._delivered)]))

    @precondition(lambda self: self.hostile)
    @rule(body=hostile_bodies())
    def something_else(self, body: bytes) -> None:
        """Deliver bytes that are not a callback."""
        self.deliver(body)

    def _take(self, task: int, which: int) -> None:
        waiting = [bodies for bodies in self._coming if bodies]
        bodies = waiting[task % len(waiting)]
        body = bodies.pop(which % len(bodies))
        self._delivered.append(copy.deepcopy(body))
        self.deliver(body)
