"""Find the keys by which callbacks of one task agree, and make those of drawn callbacks agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations, count
from typing import Any, TypeAlias

from ...catalogue import store
from ...reading.variants import Classifier
from ...spec.graph import GraphNode

PROGRESS = "progress"

Body: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Roles:
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
    #: The status of a callback and its phases; those of a sub-task, and its number.
    status: str
    phases: dict[int, str]
    substatus: str | None
    order: str | None
    #: The phase of a flow is the first of these that one of its sub-tasks is in.
    states: tuple[str, ...]

    def parts_of(self, body: Body) -> list[Body]:
        """Return the details of a callback, each of a flow."""
        details = body[self.details]
        return details if isinstance(details, list) else [details]

    def as_task_of(self, body: Body, other: Body) -> Body:
        """Give a callback the task id and the type, or none, of another; return it."""
        body[self.task_id] = other[self.task_id]
        if self.type in other:
            body[self.type] = other[self.type]
        else:
            body.pop(self.type, None)
        return body

    def messages_in(self, body: Body) -> Iterator[Body]:
        """Yield the objects of a callback that have a message."""
        yield from (each for each in self.parts_of(body) if self.message in each)


@cache
def roles_of(dialect: str) -> Roles:
    """Return the keys of a dialect."""
    specification = store.specification()
    classifier = Classifier(specification["classifier"])
    names = classifier.first_level(dialect)
    details = store.graph().root(dialect).members[names["details"]]
    own = _keys(details)
    subtasks = None if details.element is None else _keys(details.element)
    stage = own.get("stage")
    return Roles(
        task_id=names["task_id"],
        type=names["type"],
        details=names["details"],
        subtype=None if subtasks is None else subtasks.get("type"),
        stage=stage,
        stages=() if stage is None else _listed(details.members[stage]),
        progress=own.get("progress"),
        message=(own if subtasks is None else subtasks)["errmsg"],
        status=names["status"],
        phases=classifier.phases,
        substatus=None if subtasks is None else subtasks.get("status"),
        order=None if subtasks is None else subtasks.get("order"),
        states=tuple(specification["samples"].get("flow_states", ())),
    )


def _keys(node: GraphNode) -> dict[str, str]:
    """Return the key of each member by its attribute."""
    return {attribute: keys[0] for attribute, keys in node.attributes.items()}


def _listed(node: GraphNode) -> tuple[Any, ...]:
    """Return the values that the nearest `enum` lists."""
    found = (one.keywords["enum"] for one in node.applied if "enum" in one.keywords)
    return tuple(next(found, ()))


def put_in_order(events: list[Body], roles: Roles) -> None:
    """Make progress rise from each callback to the next, and fall where the stage changes."""
    progress, stage, stages = roles.progress, roles.stage, roles.stages
    if progress is None or stage is None:
        return
    all_details = [event[roles.details] for event in events]
    with_progress = [details for details in all_details if details.get(progress) is not None]
    steps = [
        (stages.index(details[stage]) if details.get(stage) in stages else 0, details[progress])
        for details in with_progress
    ]
    for details, (index, reached) in zip(with_progress, sorted(steps), strict=True):
        details[progress] = reached
        if details.get(stage) in stages:
            details[stage] = stages[index]


def types_of(body: Body, roles: Roles) -> list[str]:
    """Return the task types of a callback: its own, or those of its sub-tasks."""
    if roles.subtype is None:
        return [body[roles.type]]
    return list(dict.fromkeys(subtask[roles.subtype] for subtask in roles.parts_of(body)))


def is_coherent(variant: str, body: Body) -> bool:
    """Return whether a flow has the status of its sub-tasks, each of which has its own number."""
    roles = roles_of(variant.partition(".")[0])
    if roles.substatus is None or roles.order is None:
        return True
    parts = roles.parts_of(body)
    orders = [part.get(roles.order) or 0 for part in parts]
    phases = {roles.phases.get(part[roles.substatus]) for part in parts}
    state = next((phase for phase in roles.states if phase in phases), None)
    own = roles.phases.get(body[roles.status])
    # A flow that runs may list only what has ended.
    agrees = state in (None, own) or (own, state) in set(combinations(roles.states[1:], 2))
    return agrees and all(order not in orders[:at] for at, order in enumerate(orders))


def distinct(task_id: str, taken: set[str]) -> str:
    """Return a task id that no other task has, as near to the drawn one as possible."""
    rest, digits = task_id[1:], chain("0123456789abcdef", map(str, count(16)))
    while task_id in taken:
        task_id = next(digits) + rest
    taken.add(task_id)
    return task_id
