"""Draw deliveries: callbacks of tasks in order of arrival, with retries and disorder."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import Any, Literal, TypeAlias, TypeVar, Unpack, overload

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..api import decode_callback, encode_callback
from ..validation import observers
from .callbacks import (
    CallbackOptions,
    Dialects,
    Errnums,
    Names,
    Types,
    level_of_options,
    options_of,
    read_once,
    steered,
    types_choice,
)
from .generate.choices import DrawContext, Span, Steering, Table, draw_checked, new_label
from .generate.roles import PROGRESS, Body, Roles, distinct, put_in_order, roles_of, types_of
from .generate.value_factory import ValueFactory, value_factory
from .pins import Values
from .wire import Wire, check_wire, reordered, shown_as, spellings

#: How many progress callbacks and how many faults of delivery one task may have.
_MOST_PROGRESS, _MOST_FAULTS = 4, 3
#: The place of the draws that interleave the callbacks of tasks.
_WHOSE = new_label()
#: How often a task is drawn again whose identifier, which the caller chose, is taken.
_TRIES = 4

Fault: TypeAlias = "Callable[[DrawFn, DrawContext, _TaskPlan], None]"
T = TypeVar("T")


class DeliveryOptions(CallbackOptions, total=False):
    """Options of `deliveries` besides `wire`, for type checkers."""

    tasks: int
    variants: Names | None
    max_size: int


@overload
def deliveries(
    *, wire: Literal["object"] = ..., **options: Unpack[DeliveryOptions]
) -> SearchStrategy[list[dict[str, Any]]]: ...
@overload
def deliveries(
    *, wire: Literal["text"], **options: Unpack[DeliveryOptions]
) -> SearchStrategy[list[str]]: ...
@overload
def deliveries(
    *, wire: Literal["bytes"], **options: Unpack[DeliveryOptions]
) -> SearchStrategy[list[bytes]]: ...
@overload
def deliveries(*, wire: Wire, **options: Unpack[DeliveryOptions]) -> SearchStrategy[list[Any]]: ...
def deliveries(
    *,
    tasks: int = 1,
    variants: Names | None = None,
    types: Types | None = None,
    dialects: Dialects | None = None,
    strict: bool = False,
    deviations: bool = True,
    wire: Wire = "object",
    max_size: int = 20,
    values: Values | None = None,
    errnums: Errnums | None = None,
    max_text: int | None = None,
    max_items: int | None = None,
    incoherent: bool = False,
) -> SearchStrategy[list[Any]]:
    """Draw lists of callbacks in order of arrival, of one task or of several interleaved.

    All callbacks of a task have the same dialect, task id and type: progress, which falls when the
    stage changes, then a terminal callback, unless the task is still running. Then faults of
    delivery are added: redelivery (the same, or in other words), callbacks out of order, progress
    after the end, a failure after a success or the reverse. Each callback is valid; all other
    options are those of `callbacks`. `max_size` limits the list; if it leaves one callback for each
    task, that is the terminal one. A pinned task id is a strategy if there are several tasks.
    Raises what `callbacks` raises, and `ValueError` if `max_size` is less than `tasks`.

        @given(deliveries(tasks=2, wire="bytes"))
        def test_each_task_ends_once(bodies):
            receiver = Receiver()
            for body in bodies:
                receiver.deliver(body)
            assert all(count <= 1 for count in receiver.ends.values())
    """
    variants, options = read_once(variants), options_of(locals())
    lists = callbacks_by_task(tasks, variants, wire, max_size, options)
    shown = {"tasks": tasks, "variants": variants, "wire": wire, "max_size": max_size, **options}
    return shown_as(_interleaved(lists), "deliveries", **shown)


def callbacks_by_task(
    tasks: int, variants: Names | None, wire: Wire, max_size: int, options: CallbackOptions
) -> SearchStrategy[list[list[Any]]]:
    """Draw what `deliveries` interleaves: a list of callbacks for each task."""
    check_wire(wire)
    for option, number in (("tasks", tasks), ("max_size", max_size)):
        if type(number) is not int:
            raise TypeError(f"{option} is an integer, not {type(number).__name__}")
    if tasks < 1:
        raise ValueError(f"tasks is at least 1, not {tasks}")
    if tasks > max_size:
        raise ValueError(f"{tasks} tasks do not fit into a list of at most {max_size} callbacks")
    names, steering, own_ids = steered(variants, options)
    if own_ids and tasks > 1 and own_ids.is_constant:
        raise ValueError(f"values: {own_ids.place} is a constant, and {tasks} tasks have one each")
    phases: dict[str, list[str]] = {}
    for name in names:
        dialect, _, phase = name.partition(".")
        phases.setdefault(dialect, []).append(phase)
    source = value_factory(level_of_options(options))
    drawer = _TaskDrawer(source, phases, steering, own_ids is not None)
    return _by_task(drawer, tasks, wire, max_size)


@st.composite
def _interleaved(draw: DrawFn, lists: SearchStrategy[list[list[Any]]]) -> list[Any]:
    waiting, bodies, context = draw(lists), [], DrawContext()
    while waiting:
        bodies.append(waiting[context.index(draw, len(waiting), _WHOSE)].pop(0))
        waiting = [task for task in waiting if task]
    return bodies


@st.composite
def _by_task(
    draw: DrawFn, drawer: _TaskDrawer, tasks: int, wire: Wire, max_size: int
) -> list[list[Any]]:
    taken: set[str] = set()
    context = DrawContext()
    rest = max_size % tasks
    found: list[list[Any]] = [
        drawer.task(draw, context, taken, max_size // tasks + (index < rest))
        for index in range(tasks)
    ]
    if wire != "object":
        spelling = draw(spellings())
        found = [[spelling.on_the_wire(body, wire) for body in bodies] for bodies in found]
    for body in chain.from_iterable(found):
        observers.notify("callback", body)
    return found


@dataclass(slots=True)
class _TaskPlan:
    """The plan of one task: its dialect, how it ends (None: not yet), its callbacks so far."""

    dialect: str
    roles: Roles
    end: str | None
    last: Body
    #: The most callbacks that the task may have.
    room: int
    events: list[Body]

    @property
    def is_full(self) -> bool:
        return len(self.events) >= self.room


class _TaskDrawer:
    """Makes the callbacks of tasks."""

    def __init__(
        self,
        source: ValueFactory,
        phases: dict[str, list[str]],
        steering: Steering,
        own_ids: bool,
    ) -> None:
        self._steering, self._own_ids = steering, own_ids
        self._phases = phases
        weights = {
            dialect: {phase: source.samples.weight(f"{dialect}.{phase}") for phase in of_dialect}
            for dialect, of_dialect in phases.items()
        }
        self._dialects = Table(phases, [sum(each.values()) for each in weights.values()])
        self._ends = {dialect: _ends(each) for dialect, each in weights.items()}
        names = [f"{dialect}.{phase}" for dialect in phases for phase in phases[dialect]]
        self._choices = {name: source.choice(name) for name in names}
        self._before, self._fault = Span(self._progress), Span(self._faulty)
        #: Mostly a fault, which may change nothing.
        faults = (self._late, self._overtaken, self._twice, self._contradicted, self._reworded)
        self._faults: Table[Fault | None] = Table([None, *faults], [2, 1, 1, 1, 1, 2])
        self._words = Table([None, *source.samples.messages])

    def task(self, draw: DrawFn, context: DrawContext, taken: set[str], room: int) -> list[Body]:
        """Draw all callbacks of one task in order of arrival, up to a limit."""
        dialect = self._dialects.draw(draw, context)
        roles, phases = roles_of(dialect), self._phases[dialect]
        end = self._ends[dialect].draw(draw, context)
        last = self._body(draw, context, f"{dialect}.{end or PROGRESS}")
        for _ in range(_TRIES if self._own_ids else 0):
            if last[roles.task_id] in taken:
                last = self._body(draw, context, f"{dialect}.{end or PROGRESS}")
        if self._own_ids and last[roles.task_id] in taken:
            reject()
        last[roles.task_id] = distinct(last[roles.task_id], taken)
        plan = _TaskPlan(dialect, roles, end, last, room, [])
        for _ in range(min(_MOST_PROGRESS, room - 1) if PROGRESS in phases else 0):
            self._before.draw(draw, context, plan)
        put_in_order(plan.events + [last] * (end is None), roles)
        plan.events.append(last)
        for _ in range(_MOST_FAULTS):
            self._fault.draw(draw, context, plan)
        return plan.events

    def _progress(self, draw: DrawFn, context: DrawContext, plan: _TaskPlan) -> None:
        """Perhaps draw a progress callback, as one example that shrinking can remove as a whole."""
        if _one_of((False, True)).draw(draw, context):
            plan.events.append(self._like(draw, context, PROGRESS, plan))

    def _faulty(self, draw: DrawFn, context: DrawContext, plan: _TaskPlan) -> None:
        """Perhaps add a fault of delivery."""
        fault = self._faults.draw(draw, context)
        if fault is not None:
            fault(draw, context, plan)

    def _twice(self, draw: DrawFn, context: DrawContext, plan: _TaskPlan) -> None:
        """Deliver a callback again, at once or later."""
        self._again(draw, context, plan, copy.deepcopy)

    def _reworded(self, draw: DrawFn, context: DrawContext, plan: _TaskPlan) -> None:
        """Deliver a callback again, its keys in reverse, perhaps with another message."""
        steering, message = self._steering, plan.roles.message
        words = self._words.draw(draw, context)
        if words is None or any(message in members for members in steering.pins.values()):
            words = None  # it is as the caller wants it
        else:
            words = words[: steering.max_text]

        def reworded(body: Body) -> Body:
            document = reordered(decode_callback(body), "reversed")
            for details in plan.roles.messages_in(document) if words is not None else ():
                details[message] = words
            return encode_callback(document)

        self._again(draw, context, plan, reworded)

    def _again(
        self, draw: DrawFn, context: DrawContext, plan: _TaskPlan, sent: Callable[[Body], Body]
    ) -> None:
        events = plan.events
        if plan.is_full:
            return
        which = _from_the_end(draw, context, len(events))
        index = which + 1 + _from_the_end(draw, context, len(events) - which)
        events.insert(index, sent(events[which]))

    def _overtaken(self, draw: DrawFn, context: DrawContext, plan: _TaskPlan) -> None:
        """Deliver a callback before the one that was sent before it."""
        which = _from_the_end(draw, context, len(plan.events))
        plan.events.insert(max(which - 1, 0), plan.events.pop(which))

    def _late(self, draw: DrawFn, context: DrawContext, plan: _TaskPlan) -> None:
        """Deliver a callback after all others, such as progress after the end."""
        which = _from_the_end(draw, context, len(plan.events))
        plan.events.append(plan.events.pop(which))

    def _contradicted(self, draw: DrawFn, context: DrawContext, plan: _TaskPlan) -> None:
        """End a task a second time, with the opposite status."""
        phases = self._phases[plan.dialect]
        others = tuple(phase for phase in phases if phase not in (PROGRESS, plan.end))
        if others and plan.end is not None and not plan.is_full:
            other = _one_of(others).draw(draw, context)
            plan.events.append(self._like(draw, context, other, plan))

    def _body(
        self, draw: DrawFn, context: DrawContext, variant: str, types: Sequence[str] = ()
    ) -> Body:
        steering = self._steering
        if types:
            steering = replace(steering, types=types_choice(types))
        body: Body = draw_checked(variant, self._choices[variant], draw, context.inside(steering))
        return body

    def _like(self, draw: DrawFn, context: DrawContext, phase: str, plan: _TaskPlan) -> Body:
        """Draw another callback of the task."""
        types = types_of(plan.last, plan.roles)
        body = self._body(draw, context, f"{plan.dialect}.{phase}", types)
        return plan.roles.as_task_of(body, plan.last)


def _ends(phases: dict[str, int]) -> Table[str | None]:
    """How a task ends; one that still runs comes last."""
    last = sorted(phases, key=PROGRESS.__eq__)
    return Table([None if p == PROGRESS else p for p in last], [phases[p] for p in last])


@cache
def _one_of(values: tuple[T, ...]) -> Table[T]:
    return Table(values)


def _from_the_end(draw: DrawFn, context: DrawContext, count: int) -> int:
    """Draw an index, counted from the end, so that shrinking can remove what comes before."""
    return count - 1 - context.index(draw, count)
