"""Opens and closes documents, led by their nodes.

Goes in: a document and its node. Comes out: the same as sent, with embedded documents as texts
(`closed`), or with these opened (`opened`); also whether it still contains what was pinned in it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...reading.embedded import write
from ...spec.graph import ELEMENT, Condition, GraphNode, Step
from ...spec.kinds import kind_of
from ...spec.locations import Entered
from ...spec.vocabulary import DEFS
from ...validation.validator import validator
from ..generate.choices import Pin, Steering
from .breakable_rules import BreakableRule


class Raw:
    """A value that is sent unchanged in place of an embedded document."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def closed(value: Any, node: GraphNode | None, text_of: Callable[[Any], str] = write) -> Any:
    """Return a copy of an opened value as sent; `text_of` writes its embedded documents."""
    if isinstance(value, Raw):
        return copy.deepcopy(value.value)
    if node is None:
        return copy.deepcopy(value)
    if isinstance(value, dict | list) and node.content is not None:
        return text_of(closed(value, node.content, text_of))
    if isinstance(value, dict):
        members = node.members
        return {name: closed(value[name], members.get(name), text_of) for name in value}
    if isinstance(value, list):
        return [closed(element, node.element, text_of) for element in value]
    return value


def opened(value: Any, node: GraphNode | None) -> Any:
    """Return a valid value, given as sent, with its embedded documents opened.

    Texts of nothing, such as that of an empty object, are valid where they stand for no document.
    """
    if node is None:
        return value
    if isinstance(value, str) and value and node.content is not None:
        try:
            document = json.loads(value)
        except (json.JSONDecodeError, RecursionError):  # pinned; it makes the document invalid
            return value
        is_there = isinstance(document, list) or (isinstance(document, dict) and document)
        return opened(document, node.content) if is_there else value
    if isinstance(value, dict):
        members = node.members
        return {name: opened(member, members.get(name)) for name, member in value.items()}
    if isinstance(value, list):
        return [opened(element, node.element) for element in value]
    return value


def holds(pointer: str, strict: bool, value: Any) -> bool:
    """Return whether an opened value is valid by the schema at a pointer into the sources."""
    return validator().engine.is_valid_at((pointer,), strict, value)


def is_met(condition: Condition, value: Any) -> bool:
    """Return whether a value meets a condition.

    By the strict forms, which have each `if` that decides anything at either level.
    """
    return holds(condition.pointer, True, value) == condition.holds


def names_of(node: GraphNode) -> Iterator[str]:
    """Return the names of the schemas that apply to a value."""
    names = (one.pointer.removeprefix(DEFS) for one in node.applied)
    return (name for name in names if name in node.graph.schemas)


def inside(node: GraphNode, value: Any) -> Iterator[tuple[GraphNode, Any]]:
    """Yield the members or the elements of an opened value, each with its node."""
    if isinstance(value, dict | list) and node.content is not None:
        node = node.content
    if isinstance(value, dict):
        yield from ((node.members[name], value[name]) for name in value if name in node.members)
    elif isinstance(value, list) and node.element is not None:
        yield from ((node.element, element) for element in value)


def keeps(
    document: Any,
    node: GraphNode,
    pins: Mapping[str, Mapping[str, Pin]],
    given: list[tuple[Pin, Any]],
) -> bool:
    """Return whether an opened document still has what was pinned in it when it was drawn."""
    if not pins:
        return True
    here = node if node.content is None else node.content
    for name in names_of(here) if isinstance(document, dict) else ():
        for member, pin in pins.get(name, {}).items():
            wanted = [opened(value, here.members.get(member)) for p, value in given if p is pin]
            if wanted and (member not in document or document[member] not in wanted):
                return False
    return all(keeps(value, child, pins, given) for child, value in inside(node, document))


def has_room(breakable: BreakableRule, root: GraphNode, steering: Steering) -> bool:
    """Return whether a rule can be broken where it is without a change of a constant above it.

    A pinned constant is kept whole in the source, so the value must be in the constant already.
    """
    node = root
    for at, step in enumerate(breakable.forced if steering.pins else (), 1):
        pins = steering.pinned(tuple(names_of(node)))
        node = node.child(step)
        pin = None if isinstance(step, Entered) else pins.get(str(step))
        if pin is not None and pin.is_constant:
            values = [opened(pin.close(pin.value), node)]
            for inner in breakable.forced[at:]:
                values = [found for value in values for found in _below(value, inner)]
            return any(_is_breakable(breakable, value) for value in values)
    return True


def _below(value: Any, step: Step) -> list[Any]:
    """Return the values in an opened value to which a step leads."""
    if isinstance(step, Entered):
        return [value]
    if step == ELEMENT:
        return value if isinstance(value, list) else []
    return [value[step]] if isinstance(value, dict) and step in value else []


def _is_breakable(breakable: BreakableRule, value: Any) -> bool:
    """Return whether an edit can break a rule at an opened value that a caller gave."""
    is_scalar = not isinstance(value, dict | list)
    if value is None or (is_scalar and breakable.rule.edit is not None):
        return False
    wanted = breakable.wants
    if wanted is None or kind_of(value) in wanted:
        return breakable.rule.keyword != "required" or breakable.rule.name in value
    return is_scalar and not wanted <= {"array", "object"}  # its form follows that of the place
