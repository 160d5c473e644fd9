"""A state machine that delivers callbacks to a receiver, one at a time.

Goes in: a subclass with options and a method `deliver`. Comes out: a test case of Hypothesis that
delivers drawn callbacks in many orders, and again if the receiver refuses them.
"""

from __future__ import annotations

import copy
import heapq
from functools import cache
from itertools import count
from typing import Any, ClassVar

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from ..reading.limits import Limits
from ..validation.callbacks import report_on_callback
from .callbacks import CallbackOptions, Dialects, Errnums, Names, Types, options_of, read_once
from .deliveries import callbacks_by_task
from .hostile import hostile_bodies
from .pins import Values
from .wire import Wire

#: Selects one of several, whatever their number.
_CHOICE = st.integers(0, 31)

#: The most callbacks of one task, and of all together unless each has only one.
_MOST, _ALTOGETHER = 10, 40

#: Seconds until a refused body is delivered again, doubled each time; and the most attempts.
_FIRST_WAIT, _ATTEMPTS = 1, 6
#: Made when a machine needs it, not when this is imported.
_HOSTILE = st.deferred(hostile_bodies)
#: How many seconds pass at once.
_PASSING = st.sampled_from([1, 2, 5, 30, 600])


@cache
def _callbacks_of(machine: type[ReceiverMachine]) -> st.SearchStrategy[list[list[Any]]]:
    """Return a strategy for the callbacks that a machine delivers: a list for each task."""
    options = options_of({name: getattr(machine, name) for name in CallbackOptions.__annotations__})
    tasks = machine.tasks  # anything else than a number is refused below
    most = max(tasks, min(_MOST * tasks, _ALTOGETHER)) if type(tasks) is int else _ALTOGETHER
    return callbacks_by_task(tasks, read_once(machine.variants), machine.wire, most, options)


class _BodyNote:
    """The note of one delivery, in a few words; computed only if it is printed."""

    def __init__(self, how: str, body: Any, end: str) -> None:
        self._how, self._body, self._end = how, body, end

    def __repr__(self) -> str:
        report = report_on_callback(self._body, False, Limits())
        if report.callback is None:
            size = len(self._body)
            return f"{self._how}: {size} bytes that are not a callback{self._end}"
        seen = report.callback
        words = [seen.variant, seen.type or "", f"task {seen.task_id}"]
        if seen.error is not None:
            words.append(f"error {seen.error.code}")
        errata = dict.fromkeys(str(found.erratum) for found in report.deviations)
        unlisted = [str(location[-1][-1]) for location in report.unlisted]
        for label, names in (("deviations", [*errata]), ("unlisted", unlisted)):
            words += [f"{label} {', '.join(names)}"] if names else []
        return f"{self._how}: {'; '.join(filter(None, words))}{self._end}"


class ReceiverMachine(RuleBasedStateMachine):
    """Delivers callbacks of some tasks in many orders; subclass it, with `deliver` and invariants.

    Each run begins with the callbacks of `tasks` tasks. A step passes one of them to `deliver`:
    the next of a task, one that arrives early, a redelivery, or (`hostile`) bytes that are not a
    callback. An exception of `deliver` fails the test, and so does an invariant of your own. If
    `deliver` returns False, the receiver refused the body: it is delivered again as time passes,
    after longer and longer waits. `waiting` and `delivered` are the bodies still to come and those
    that were accepted; `pass_time` is called when time passes. Options are class attributes, with
    the meaning that they have for `deliveries`.

        class Receiving(ReceiverMachine):
            wire = "bytes"
            tasks = 2

            def __init__(self):
                super().__init__()
                self.receiver = Receiver()

            def deliver(self, body):
                return self.receiver.deliver(body)  # False: deliver it again

            @invariant()
            def no_task_ends_twice(self):
                assert all(count <= 1 for count in self.receiver.ends.values())

        TestReceiving = Receiving.TestCase
    """

    wire: ClassVar[Wire] = "object"
    tasks: ClassVar[int] = 1
    variants: ClassVar[Names | None] = None
    types: ClassVar[Types | None] = None
    dialects: ClassVar[Dialects | None] = None
    strict: ClassVar[bool] = False
    deviations: ClassVar[bool] = True
    values: ClassVar[Values | None] = None
    errnums: ClassVar[Errnums | None] = None
    max_text: ClassVar[int | None] = None
    max_items: ClassVar[int | None] = None
    incoherent: ClassVar[bool] = False
    hostile: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        # made here, so that the time does not count as that of a slow strategy
        _callbacks_of(type(self))
        if self.hostile:
            _HOSTILE.validate()
        self._coming: list[list[Any]] = []
        self._delivered: list[Any] = []
        #: What was refused: when it is due, in which order, how often it was tried.
        self._refused: list[tuple[int, int, int, Any]] = []
        self._order = count()
        #: Seconds since the run began.
        self.now = 0

    @property
    def waiting(self) -> list[Any]:
        """The bodies that were not accepted yet: those to come, then those that were refused."""
        coming = [body for bodies in self._coming for body in bodies]
        return copy.deepcopy([*coming, *(body for *_, body in sorted(self._refused))])

    @property
    def delivered(self) -> list[Any]:
        """The callbacks that were accepted, in their order; what came again is there again."""
        return copy.deepcopy(self._delivered)

    def deliver(self, body: Any) -> bool | None:
        """Hand one body to the receiver under test, in the form that `wire` names.

        Return False if the receiver refused it; all else says that it accepted it.
        """
        raise NotImplementedError(f"{type(self).__name__} needs a method deliver(self, body)")

    def pass_time(self, seconds: int) -> None:
        """Let a clock of the receiver go on, before what is due is delivered again."""

    @initialize(coming=st.runner().map(type).flatmap(_callbacks_of))
    def begin(self, coming: list[list[Any]]) -> None:
        """Take the callbacks of each task, in the order in which they were sent."""
        if not isinstance(self.hostile, bool):
            raise TypeError(f"hostile is True or False, not {self.hostile!r}")
        if self.hostile and self.wire != "bytes":
            raise ValueError(f"hostile bodies are bytes: set wire = 'bytes', not {self.wire!r}")
        self._coming = [list(bodies) for bodies in coming]

    @precondition(lambda self: any(self._coming))
    @rule(task=_CHOICE)
    def next_of(self, task: int) -> None:
        """Deliver the next callback of a task."""
        self._take("delivered", task, 0)

    @precondition(lambda self: any(len(bodies) > 1 for bodies in self._coming))
    @rule(task=_CHOICE, which=_CHOICE)
    def ahead_of_time(self, task: int, which: int) -> None:
        """Deliver a callback of a task before those that were sent before it."""
        self._take("out of order", task, which)

    @precondition(lambda self: self._delivered)
    @rule(which=_CHOICE)
    def once_more(self, which: int) -> None:
        """Deliver an earlier callback again."""
        self._hand_over("again", self._delivered[which % len(self._delivered)])

    @precondition(lambda self: self.hostile)
    @rule(body=_HOSTILE)
    def something_else(self, body: bytes) -> None:
        """Deliver bytes that are not a callback."""
        note(_BodyNote("hostile", body, ""))
        self.deliver(body)

    @precondition(lambda self: self._refused)
    @rule(seconds=_PASSING)
    def time_passes(self, seconds: int) -> None:
        """Let time pass, then deliver again what was refused and is due."""
        self.now += seconds
        note(f"{seconds} s pass")
        self.pass_time(seconds)
        due = []
        while self._refused and self._refused[0][0] <= self.now:
            due.append(heapq.heappop(self._refused))
        for _, _, attempts, body in due:
            self._hand_over(f"attempt {attempts + 1}", body, attempts)

    def _take(self, how: str, task: int, which: int) -> None:
        """Deliver a callback that was not delivered yet."""
        waiting = [bodies for bodies in self._coming if bodies]
        bodies = waiting[task % len(waiting)]
        self._hand_over(how, bodies.pop(which % len(bodies)))

    def _hand_over(self, how: str, body: Any, attempts: int = 0) -> None:
        """Deliver a body and note what became of it."""
        try:
            accepted = self.deliver(copy.deepcopy(body)) is not False
        except BaseException:
            note(_BodyNote(how, body, "; the receiver failed"))
            raise
        if accepted:
            self._delivered.append(body)
            note(_BodyNote(how, body, ""))
        elif attempts + 1 < _ATTEMPTS:
            wait = _FIRST_WAIT << attempts
            heapq.heappush(self._refused, (self.now + wait, next(self._order), attempts + 1, body))
            note(_BodyNote(how, body, f"; refused, again in {wait} s"))
        else:
            note(_BodyNote(how, body, "; refused, given up"))
