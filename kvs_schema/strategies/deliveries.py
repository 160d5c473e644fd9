"""Draw deliveries: callbacks of tasks in order of arrival, with retries and disorder."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, count
from typing import Any, Literal, TypeAlias, TypeVar, Unpack, overload

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..api import decode_callback, encode_callback
from ..catalogue import store
from ..reading.variants import Classifier
from ..spec.graph import GraphNode
from ..validation import observers
from .callbacks import CallbackOptions, Names, chosen_variants, listed, types_choice
from .generate.choices import Choice, DrawContext, Row, Whole
from .generate.value_factory import ValueFactory, level_of, value_factory
from .wire import Spelling, Wire, check_wire, spellings

PROGRESS = "progress"

#: How many progress callbacks and how many faults of delivery one task may have.
_PROGRESS, _FAULTS = 4, 3

Body: TypeAlias = dict[str, Any]
Fault: TypeAlias = "Callable[[DrawFn, DrawContext, _Story], None]"
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
    types: str | Iterable[str] | None = None,
    dialects: str | Iterable[str] | None = None,
    strict: bool = False,
    deviations: bool = True,
    wire: Wire = "object",
    max_size: int = 20,
) -> SearchStrategy[list[Any]]:
    """Draw lists of callbacks in order of arrival, of one task or of several interleaved.

    All callbacks of a task have the same dialect, task id and type: progress, which falls when the
    stage changes, then a terminal callback, unless the task is still running. Then faults of
    delivery are added: redelivery (the same, or in other words), callbacks out of order, progress
    after the end, a failure after a success or the reverse. Each callback is valid; all other
    options are those of `callbacks`. `max_size` limits the list; if it leaves one callback for each
    task, that is the terminal one. Raises what `callbacks` raises, and `ValueError` if `max_size`
    is less than `tasks`.

        @given(deliveries(tasks=2, wire="bytes"))
        def test_each_task_ends_once(bodies):
            receiver = Receiver()
            for body in bodies:
                receiver.deliver(body)
            assert all(count <= 1 for count in receiver.ends.values())
    """
    told = stories(
        tasks=tasks,
        variants=variants,
        types=types,
        dialects=dialects,
        strict=strict,
        deviations=deviations,
        wire=wire,
        max_size=max_size,
    )
    return _interleaved(told)


def stories(
    *,
    tasks: int,
    variants: Names | None,
    types: str | Iterable[str] | None,
    dialects: str | Iterable[str] | None,
    strict: bool,
    deviations: bool,
    wire: Wire,
    max_size: int,
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
    phases: dict[str, list[str]] = {}
    for variant in chosen_variants(variants, dialects, strict):
        phases.setdefault(variant.dialect, []).append(variant.phase)
    kinds = None if types is None else listed(types, "types")
    if kinds is not None:
        types_choice(kinds)  # refuses what cannot be drawn
    source = value_factory(level_of(strict=strict, deviations=deviations))
    teller = _Teller(source, phases, kinds)
    return _told(teller, tasks, wire, max_size)


@st.composite
def _interleaved(draw: DrawFn, told: SearchStrategy[list[list[Any]]]) -> list[Any]:
    waiting, bodies, context = draw(told), [], DrawContext()
    while waiting:
        bodies.append(waiting[_whose(len(waiting)).draw(draw, context)].pop(0))
        waiting = [task for task in waiting if task]
    return bodies


@cache
def _whose(waiting: int) -> Row[int]:
    """Draw which of the waiting tasks sends the next callback."""
    return Row(range(waiting))


@st.composite
def _told(draw: DrawFn, teller: _Teller, tasks: int, wire: Wire, max_size: int) -> list[list[Any]]:
    taken: set[str] = set()
    context = DrawContext()
    rest = max_size % tasks
    told: list[list[Any]] = [
        teller.task(draw, context, taken, max_size // tasks + (index < rest))
        for index in range(tasks)
    ]
    if wire != "object":
        spelling = draw(spellings())
        told = [[spelling.write(body) for body in bodies] for bodies in told]
    if wire == "bytes":
        told = [[text.encode() for text in bodies] for bodies in told]
    if observers.observer is not None:
        for body in chain.from_iterable(told):
            observers.observer("callback", body)
    return told


@dataclass(frozen=True, slots=True)
class _Roles:
    """Keys of a dialect that all callbacks of a task share, and those of its progress."""

    task_id: str
    type: str
    details: str
    #: The type of a sub-task, if the dialect is one of flows.
    subtype: str | None
    stage: str | None
    stages: tuple[str, ...]
    progress: str | None
    #: What says in words what went wrong.
    message: str

    def messages_in(self, body: Body) -> Iterator[Body]:
        """Yield the objects of a callback that have a message."""
        details = body[self.details]
        found = details if isinstance(details, list) else [details]
        yield from (each for each in found if self.message in each)


@dataclass(slots=True)
class _Story:
    """The plan of one task: its dialect, how it ends (None: not yet), its callbacks so far."""

    dialect: str
    roles: _Roles
    end: str | None
    last: Body
    #: The most callbacks that the task may have.
    room: int
    events: list[Body]

    @property
    def is_full(self) -> bool:
        return len(self.events) >= self.room


class _Teller:
    """Makes the callbacks of tasks."""

    def __init__(
        self, source: ValueFactory, phases: dict[str, list[str]], types: list[str] | None
    ) -> None:
        self._source = source
        self._phases = phases
        self._types = types
        self._choices: dict[str, Choice] = {}
        self._before, self._fault = Whole(self._progress), Whole(self._faulty)
        #: Mostly a fault, which may change nothing.
        self._faults: Row[Fault | None] = Row(
            [
                *(None, None, self._late, self._overtaken, self._twice, self._contradicted),
                *(self._reworded, self._reworded),
            ]
        )
        words = source.samples.messages
        self._words = Row([None, *words] if words else [None])

    def task(self, draw: DrawFn, context: DrawContext, taken: set[str], room: int) -> list[Body]:
        """Draw all callbacks of one task in order of arrival, up to a limit."""
        dialect = _one_of(tuple(self._phases)).draw(draw, context)
        roles, phases = _roles(dialect), self._phases[dialect]
        running_last = sorted(phases, key=PROGRESS.__eq__)  # a task that still runs comes last
        ends = tuple(phase if phase != PROGRESS else None for phase in running_last)
        end = _one_of(ends).draw(draw, context)
        last = self._body(draw, context, f"{dialect}.{end or PROGRESS}", self._types)
        last[roles.task_id] = _distinct(last[roles.task_id], taken)
        story = _Story(dialect, roles, end, last, room, [])
        for _ in range(min(_PROGRESS, room - 1) if PROGRESS in phases else 0):
            self._before.draw(draw, context, story)
        _put_in_order(story.events + [last] * (end is None), roles)
        story.events.append(last)
        for _ in range(_FAULTS):
            self._fault.draw(draw, context, story)
        return story.events

    def _progress(self, draw: DrawFn, context: DrawContext, story: _Story) -> None:
        """Perhaps draw a progress callback, as one example that shrinking can remove as a whole."""
        if _one_of((False, True)).draw(draw, context):
            story.events.append(self._like(draw, context, PROGRESS, story))

    def _faulty(self, draw: DrawFn, context: DrawContext, story: _Story) -> None:
        """Perhaps add a fault of delivery."""
        fault = self._faults.draw(draw, context)
        if fault is not None:
            fault(draw, context, story)

    def _twice(self, draw: DrawFn, context: DrawContext, story: _Story) -> None:
        """Deliver a callback again, at once or later."""
        self._again(draw, context, story, copy.deepcopy)

    def _reworded(self, draw: DrawFn, context: DrawContext, story: _Story) -> None:
        """Deliver a callback again, its keys in reverse, perhaps with another message."""
        words = self._words.draw(draw, context)

        def reworded(body: Body) -> Body:
            document = json.loads(Spelling(order="reversed").write(decode_callback(body)))
            for details in story.roles.messages_in(document) if words is not None else ():
                details[story.roles.message] = words
            return encode_callback(document)

        self._again(draw, context, story, reworded)

    def _again(
        self, draw: DrawFn, context: DrawContext, story: _Story, sent: Callable[[Body], Body]
    ) -> None:
        events = story.events
        if story.is_full:
            return
        which = _from_the_end(draw, context, len(events))
        place = which + 1 + _from_the_end(draw, context, len(events) - which)
        events.insert(place, sent(events[which]))

    def _overtaken(self, draw: DrawFn, context: DrawContext, story: _Story) -> None:
        """Deliver a callback before the one that was sent before it."""
        which = _from_the_end(draw, context, len(story.events))
        story.events.insert(max(which - 1, 0), story.events.pop(which))

    def _late(self, draw: DrawFn, context: DrawContext, story: _Story) -> None:
        """Deliver a callback after all others, such as progress after the end."""
        which = _from_the_end(draw, context, len(story.events))
        story.events.append(story.events.pop(which))

    def _contradicted(self, draw: DrawFn, context: DrawContext, story: _Story) -> None:
        """End a task a second time, with the opposite status."""
        phases = self._phases[story.dialect]
        others = tuple(phase for phase in phases if phase not in (PROGRESS, story.end))
        if others and story.end is not None and not story.is_full:
            other = _one_of(others).draw(draw, context)
            story.events.append(self._like(draw, context, other, story))

    def _body(
        self, draw: DrawFn, context: DrawContext, variant: str, types: list[str] | None
    ) -> Body:
        if variant not in self._choices:
            self._choices[variant] = self._source.choice(variant)
        kinds = None if types is None else types_choice(types)
        body: Body = self._choices[variant].make(draw, context.inside(kinds))
        return body

    def _like(self, draw: DrawFn, context: DrawContext, phase: str, story: _Story) -> Body:
        """Draw another callback of the task."""
        roles, last = story.roles, story.last
        types = _types_of(last, roles) or self._types
        body = self._body(draw, context, f"{story.dialect}.{phase}", types)
        body[roles.task_id] = last[roles.task_id]
        if roles.type in last:
            body[roles.type] = last[roles.type]
        else:
            body.pop(roles.type, None)
        return body


@cache
def _one_of(values: tuple[T, ...]) -> Row[T]:
    return Row(values)


@cache
def _roles(dialect: str) -> _Roles:
    specification = store.specification()
    names = Classifier(specification["classifier"]).first_level(dialect)
    details = store.graph().root(dialect).members[names["details"]]
    told = _by_attribute(details)
    subtasks = None if details.element is None else _by_attribute(details.element)
    stage = told.get("stage")
    return _Roles(
        task_id=names["task_id"],
        type=names["type"],
        details=names["details"],
        subtype=None if subtasks is None else subtasks.get("type"),
        stage=stage,
        stages=() if stage is None else _listed(details.members[stage]),
        progress=told.get(PROGRESS),
        message=(told if subtasks is None else subtasks)["errmsg"],
    )


def _by_attribute(node: GraphNode) -> dict[str, str]:
    """Return the keys of members by their attributes."""
    return {
        one.keywords.get("attribute", name): name
        for name, member in node.members.items()
        for one in member.asked
    }


def _listed(node: GraphNode) -> tuple[Any, ...]:
    """Return the values that the nearest `enum` lists."""
    found = (one.keywords["enum"] for one in node.applied if "enum" in one.keywords)
    return tuple(next(found, ()))


def _put_in_order(events: list[Body], roles: _Roles) -> None:
    """Make progress rise from each callback to the next, and fall where the stage changes."""
    progress, stage, stages = roles.progress, roles.stage, roles.stages
    if progress is None or stage is None:
        return
    all_details = [event[roles.details] for event in events]
    telling = [details for details in all_details if details.get(progress) is not None]
    steps = [
        (stages.index(details[stage]) if details.get(stage) in stages else 0, details[progress])
        for details in telling
    ]
    for details, (index, reached) in zip(telling, sorted(steps), strict=True):
        details[progress] = reached
        if details.get(stage) in stages:
            details[stage] = stages[index]


def _types_of(body: Body, roles: _Roles) -> list[str]:
    """Return the task types of a callback: its own, or those of its sub-tasks."""
    if roles.subtype is None:
        return [body[roles.type]]
    details = body[roles.details]
    subtasks = details if isinstance(details, list) else [details]
    return list(dict.fromkeys(subtask[roles.subtype] for subtask in subtasks))


def _distinct(task_id: str, taken: set[str]) -> str:
    """Return a task id that no other task has, as near to the drawn one as possible."""
    rest, digits = task_id[1:], chain("0123456789abcdef", map(str, count(16)))
    while task_id in taken:
        task_id = next(digits) + rest
    taken.add(task_id)
    return task_id


def _from_the_end(draw: DrawFn, context: DrawContext, count: int) -> int:
    """Draw an index, counted from the end, so that shrinking can remove what comes before."""
    back: int = _one_of(tuple(range(count))).draw(draw, context)
    return count - 1 - back
