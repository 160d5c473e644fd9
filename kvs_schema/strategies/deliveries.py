"""What a receiver sees of tasks: callbacks in order of arrival, with the faults of delivery."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain, count
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from .. import catalogue, observation
from ..classify import Classifier
from .callbacks import Names, _chosen, _listed, _types
from .forge import Forge, forge, level_of
from .places import Place, root_place
from .serialise import Wire, check_wire, spellings

PROGRESS = "progress"

#: How many progress callbacks and how many faults of delivery one task may have.
_PROGRESS, _FAULTS = 4, 3

Body: TypeAlias = dict[str, Any]
Fault: TypeAlias = Callable[[DrawFn, list[Body]], None]


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
    """Lists of callbacks in order of arrival, of one task or of several interleaved.

    A task is told of by callbacks of one dialect, with one identifier and one type: progress,
    which falls when the stage changes, and a terminal callback, unless it is still running. Then
    come the faults of delivery: a callback twice, out of order, progress after the end, a failure
    after a success or the other way round. Each callback holds; all other options are those of
    `callbacks`. `max_size` bounds the list. Raises what `callbacks` raises, and `ValueError`
    unless there is room for each task.

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
    """What `deliveries` interleaves: a list of callbacks for each task."""
    check_wire(wire)
    if not 1 <= tasks <= max_size:
        raise ValueError(f"{tasks} tasks do not fit into a list of at most {max_size} callbacks")
    phases: dict[str, list[str]] = {}
    for variant in _chosen(variants, dialects, strict):
        phases.setdefault(variant.dialect, []).append(variant.phase)
    source = forge(level_of(strict=strict, deviations=deviations))
    teller = _Teller(source, phases, None if types is None else _listed(types))
    return _told(teller, tasks, wire, max_size)


@st.composite
def _interleaved(draw: DrawFn, told: SearchStrategy[list[list[Any]]]) -> list[Any]:
    waiting, bodies = draw(told), []
    while waiting:
        task = waiting[0] if len(waiting) == 1 else draw(st.sampled_from(waiting))
        bodies.append(task.pop(0))
        waiting = [others for others in waiting if others]
    return bodies


@st.composite
def _told(draw: DrawFn, teller: _Teller, tasks: int, wire: Wire, max_size: int) -> list[list[Any]]:
    taken: set[str] = set()
    told: list[list[Any]] = [teller.task(draw, taken)[: max_size // tasks] for _ in range(tasks)]
    if wire != "object":
        spelling = draw(spellings())
        told = [[spelling.write(body) for body in bodies] for bodies in told]
    if wire == "bytes":
        told = [[text.encode() for text in bodies] for bodies in told]
    if observation.observer is not None:
        for body in chain.from_iterable(told):
            observation.observer("callback", body)
    return told


@dataclass(frozen=True, slots=True)
class _Roles:
    """The members of a dialect that all callbacks of a task share, or that say how far it is."""

    task_id: str
    type: str
    details: str
    #: The type of a sub-task, where the dialect is one of flows.
    subtype: str | None
    stage: str | None
    stages: tuple[str, ...]
    progress: str | None
    most: int


class _Teller:
    """Tells the stories of tasks."""

    def __init__(
        self, source: Forge, phases: dict[str, list[str]], types: list[str] | None
    ) -> None:
        self._source = source
        self._phases = phases
        self._types = types
        self._strategies: dict[Any, SearchStrategy[Body]] = {}

    def task(self, draw: DrawFn, taken: set[str]) -> list[Body]:
        """All callbacks of one task in the order in which they arrive."""
        dialect = draw(st.sampled_from(list(self._phases)))
        roles, phases = _roles(dialect), self._phases[dialect]
        ends = [phase for phase in phases if phase != PROGRESS]
        steps = draw(_steps(roles)) if PROGRESS in phases else []
        end = draw(st.sampled_from([*ends, None] if steps or not ends else ends))
        last = self._body(draw, dialect, end or PROGRESS, self._types)
        last[roles.task_id] = _distinct(last[roles.task_id], taken)
        events = [self._like(draw, dialect, PROGRESS, roles, last) for _ in steps]
        for body, step in zip(events, steps, strict=True):
            _set_progress(body, roles, step)
        events.append(last)
        for fault in draw(_faults()):
            if fault is not None:
                fault(draw, events)
            elif end is not None and len(ends) > 1:
                other = draw(st.sampled_from([phase for phase in ends if phase != end]))
                events.append(self._like(draw, dialect, other, roles, last))
        return events

    def _body(self, draw: DrawFn, dialect: str, phase: str, types: list[str] | None) -> Body:
        key = dialect, phase, None if types is None else tuple(types)
        if key not in self._strategies:
            kinds = None if types is None else _types(types)
            self._strategies[key] = self._source.strategy(f"{dialect}.{phase}", types=kinds)
        body: Body = draw(self._strategies[key])
        return body

    def _like(self, draw: DrawFn, dialect: str, phase: str, roles: _Roles, other: Body) -> Body:
        """A callback of the same task as another."""
        body = self._body(draw, dialect, phase, _types_of(other, roles) or self._types)
        body[roles.task_id] = other[roles.task_id]
        if roles.type in other:
            body[roles.type] = other[roles.type]
        else:
            body.pop(roles.type, None)
        return body


@cache
def _roles(dialect: str) -> _Roles:
    specification = catalogue.specification()
    names = Classifier(specification["classifier"]).first_level(dialect)
    details = root_place(specification["schemas"], dialect, False).members[names["details"]]
    told = _by_attribute(details)
    subtasks = None if details.element is None else _by_attribute(details.element)
    stage, progress = told.get("stage"), told.get(PROGRESS)
    return _Roles(
        task_id=names["task_id"],
        type=names["type"],
        details=names["details"],
        subtype=None if subtasks is None else subtasks.get("type"),
        stage=stage,
        stages=() if stage is None else details.members[stage].choices,
        progress=progress,
        most=100 if progress is None else details.members[progress].most,
    )


def _by_attribute(place: Place) -> dict[str, str]:
    """Names of members by what views call them."""
    return {
        one.keywords.get("attribute", name): name
        for name, member in place.members.items()
        for one in member.asked
    }


def _steps(roles: _Roles) -> SearchStrategy[list[tuple[int, int]]]:
    """How far a task was at each progress callback: its stage, and the percentage of that."""
    stage = st.integers(0, max(len(roles.stages) - 1, 0))
    return st.lists(st.tuples(stage, st.integers(0, roles.most)), max_size=_PROGRESS).map(sorted)


def _set_progress(body: Body, roles: _Roles, step: tuple[int, int]) -> None:
    stage, progress = step
    details = body[roles.details]
    if roles.stage in details and roles.stages:
        details[roles.stage] = roles.stages[stage]
    if roles.progress in details:
        details[roles.progress] = progress


def _types_of(body: Body, roles: _Roles) -> list[str]:
    """The task types of a callback: its own, or those of its sub-tasks."""
    if roles.subtype is None:
        return [body[roles.type]]
    details = body[roles.details]
    subtasks = details if isinstance(details, list) else [details]
    return list(dict.fromkeys(subtask[roles.subtype] for subtask in subtasks))


def _distinct(task_id: str, taken: set[str]) -> str:
    """A task identifier that no other task has, as near as can be."""
    rest, digits = task_id[1:], chain("0123456789abcdef", map(str, count(16)))
    while task_id in taken:
        task_id = next(digits) + rest
    taken.add(task_id)
    return task_id


def _twice(draw: DrawFn, events: list[Body]) -> None:
    """A callback comes again, at once or later."""
    which = draw(st.integers(0, len(events) - 1))
    events.insert(draw(st.integers(which + 1, len(events))), copy.deepcopy(events[which]))


def _overtaken(draw: DrawFn, events: list[Body]) -> None:
    """A callback comes before the one that was sent before it."""
    which = draw(st.integers(0, len(events) - 1))
    events.insert(max(which - 1, 0), events.pop(which))


def _late(draw: DrawFn, events: list[Body]) -> None:
    """A callback comes after all others; so progress comes after the end."""
    events.append(events.pop(draw(st.integers(0, len(events) - 1))))


@cache
def _faults() -> SearchStrategy[list[Fault | None]]:
    """Faults of delivery; None is a task that ends a second time, in the other way."""
    return st.lists(st.sampled_from([_twice, _late, _overtaken, None]), max_size=_FAULTS)
