"""What callers pin: values at places such as `details#errnum`, checked when a strategy is made.

A place is a schema and a member of its objects, as in `samples.yaml`. Where a place is, and what it
takes, the graph of values says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from jsonschema import Draft202012Validator

from ..catalogue import store
from ..catalogue.names import schema_names
from ..catalogue.unknown_names import UnknownNameError
from ..reports import check_document
from ..results.findings import Violation
from ..spec.graph import ALWAYS, Applied, GraphNode
from ..spec.suggestions import nearest
from ..spec.vocabulary import kind_of, rule_id
from ..validation import observers
from .generate.choices import Pin, Steering
from .mutate.breakable_rules import PLAIN
from .mutate.closing import closed, holds, inside, is_met, names_of, opened

Values: TypeAlias = Mapping[str, Any]
"""What a strategy has at certain places: constants, or strategies for them."""

#: So many values of an error are shown of a long one.
_SHOWN = 120


class _PinnableObject(NamedTuple):
    """The objects to which a schema applies: their members, and whether others are allowed."""

    members: dict[str, list[GraphNode]]
    open: bool


@cache
def _objects(root: str, strict: bool) -> dict[str, _PinnableObject]:
    """All objects in the documents of a schema, by the names of the schemas that apply to them."""
    found: dict[str, _PinnableObject] = {}
    seen: set[int] = set()
    waiting = [store.graph().root(root, strict=strict)]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        waiting += [child for _, child in node.children]
        if not node.may_be("object"):
            continue
        is_open = all(one.keywords.get("additionalProperties") is not False for one in node.applied)
        for name in names_of(node):
            known = found.setdefault(name, _PinnableObject({}, is_open))
            for member, child in node.members.items():
                known.members.setdefault(member, []).append(child)
    return found


@dataclass(frozen=True)
class Pins:
    """The pins of one strategy, and the documents in which they are: `roots`."""

    pins: dict[str, dict[str, Pin]]
    roots: tuple[str, ...]
    #: A pinned Status, which picks the roots.
    status: Pin | None = None

    def find(self, is_it: Callable[[GraphNode], bool], strict: bool) -> Pin | None:
        """Return a pin whose values are of a certain sort, if there is one."""
        for schema, members in self.pins.items():
            for member, pin in members.items():
                if any(
                    is_it(n) for root in self.roots for n in _nodes(root, schema, member, strict)
                ):
                    return pin
        return None


def _is_of_roots(schema: str, roots: Iterable[str]) -> bool:
    """Whether a schema applies to whole documents."""
    return any(schema in names_of(store.graph().root(root)) for root in roots)


def _nodes(root: str, schema: str, member: str, strict: bool) -> list[GraphNode]:
    known = _objects(root, strict).get(schema)
    return [] if known is None else known.members.get(member, [])


def is_type(node: GraphNode) -> bool:
    """Whether a value is a task type."""
    return bool(node.annotation("attribute") == "type")


def is_task_id(node: GraphNode) -> bool:
    """Whether a value identifies a task."""
    return bool(node.annotation("attribute") == "task_id")


def is_error_code(node: GraphNode) -> bool:
    """Whether a value is an error code."""
    strict = node.graph.interned(node.asked, strict=True)
    return any("errorTable" in one.keywords for one in strict.applied)


def pins_of(values: Values | None, roots: Iterable[str], strict: bool) -> Pins:
    """Read the option `values`; raises where a place does not exist or takes no such value.

    Of the roots those are left that take every constant; a pinned Status leaves its own only.
    """
    roots = tuple(roots)
    if values is None:
        return Pins({}, roots)
    if not isinstance(values, Mapping):
        raise TypeError(f"values is a mapping of places, not {type(values).__name__}")
    pins: dict[str, dict[str, Pin]] = {}
    picked: frozenset[str] | None = None
    by_status: Pin | None = None
    left = list(roots)
    for place, value in values.items():
        schema, member = _read(place, roots, strict)
        found = [node for root in roots for node in _nodes(root, schema, member, strict)]
        pin = Pin(place, value, partial(_as_sent, node=found[0] if found else None))
        pins.setdefault(schema, {})[member] = pin
        refused = {root: _refusal(pin, root, schema, member, strict) for root in roots}
        taken = [root for root in roots if refused[root] is None]
        if not any(schema in _objects(root, strict) for root in taken):
            raise _refused(place, value, next(rule for rule in refused.values() if rule))
        left = [root for root in left if root in taken]
        status = any(node.annotation("attribute") == "status" for node in found)
        if status and _is_of_roots(schema, roots):
            by_status = pin if by_status is None or by_status.is_constant else by_status
            own = frozenset(root for root in taken if _nodes(root, schema, member, strict))
            picked = own if picked is None else picked | own
    if picked is not None:
        left = [root for root in left if root in picked]
    if not left:
        raise ValueError(f"values: nothing that is drawn takes all of {', '.join(values)}")
    return Pins(pins, tuple(left), by_status)


def _read(place: object, roots: tuple[str, ...], strict: bool) -> tuple[str, str]:
    """The schema and the member that a key names."""
    if not isinstance(place, str):
        raise TypeError(f"values: a place is a string, not {type(place).__name__}")
    schema, hash_, member = place.partition("#")
    if not hash_ or not member:
        raise ValueError(f"values: {place!r} is no place; write schema#member")
    if schema not in store.graph().schemas:
        places = {name for root in roots for name in _objects(root, strict)}
        raise UnknownNameError("schema", schema, places or schema_names())
    known = [_objects(root, strict)[schema] for root in roots if schema in _objects(root, strict)]
    if not known:
        raise ValueError(f"values: nothing that is drawn contains an object {schema!r}")
    members = {name for each in known for name in each.members}
    if member not in members and nearest(member, members) is not None:
        raise UnknownNameError("member", member, members)
    return schema, member


def _refusal(pin: Pin, root: str, schema: str, member: str, strict: bool) -> str | None:
    """The rule by which documents of a root refuse a constant; None if they take it."""
    known = _objects(root, strict).get(schema)
    if known is None or not pin.is_constant:
        return None
    nodes = known.members.get(member, [])
    if not nodes:
        return None if known.open else f"{schema}#/additionalProperties"
    rules = [_rule_against(pin.close(pin.value), node) for node in nodes]
    return None if None in rules else rules[0]


def _rule_against(value: Any, node: GraphNode) -> str | None:
    """The rule by which a node refuses a value in every spelling, whatever conditions are met."""
    rules = [_refusing(spelt, node) for spelt in _spellings(value)]
    return None if None in rules else rules[0]


def _spellings(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii():
        yield int(value)


def _refusing(value: Any, node: GraphNode) -> str | None:
    if isinstance(value, str) and value and node.content is not None:
        text, value = value, opened(value, node)
        if value == text:  # it could not be opened
            return f"{node.content_name}#/type"
    against = [one for one in node.asked if not _takes(one, value, node.strict)]
    pointers = sorted({each.pointer for one in against for each in one.conditions})
    for outcomes in product((True, False), repeat=len(pointers)):
        met = set(zip(pointers, outcomes, strict=True))
        if not any(all((c.pointer, c.holds) in met for c in one.conditions) for one in against):
            return None
    return _rule_in(against[0], value, node)


def _takes(one: Applied, value: Any, strict: bool) -> bool:
    if value is None and one.null is not None and not strict:
        return True
    return holds(one.pointer, strict, value)


def _rule_in(one: Applied, value: Any, node: GraphNode) -> str:
    """The keyword by which a schema refuses a value, or something inside the value."""
    here = node.graph.interned([one._replace(conditions=ALWAYS)], node.strict)
    if isinstance(value, dict | list) and here.content is not None:
        here = here.content
    for each in here.of_type(kind_of(value)):
        if not all(c.up == 0 and is_met(c, value) for c in each.conditions):
            continue
        for keyword in PLAIN:
            argument = {keyword: each.keywords.get(keyword, True)}
            if keyword in each.keywords and not Draft202012Validator(argument).is_valid(value):
                return f"{rule_id(each.pointer)}/{keyword}"
        if isinstance(value, dict) and not value.keys() >= set(each.keywords.get("required", ())):
            return f"{rule_id(each.pointer)}/required"
        if "errorTable" in each.keywords:
            return f"{rule_id(each.pointer)}/errorTable"
    for child, part in inside(here, value):
        for each in child.asked:
            if not each.conditions and not _takes(each, part, node.strict):
                return _rule_in(each, part, child)
    return rule_id(one.pointer)


def _as_sent(value: Any, node: GraphNode | None) -> Any:
    """A pinned value with the documents embedded further inside as texts."""
    inside = node.content if node is not None and node.content is not None else node
    return closed(value, inside) if isinstance(value, dict | list) else value


def _refused(place: str, value: Any, rule: str, text: str = "") -> ValueError:
    shown = repr(value)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
    return ValueError(f"values: {place} does not take {shown} by the rule {rule}{text}")


def steering_of(pins: Pins, strict: bool, **wanted: Any) -> Steering:
    """What the plans are told of pins and other wishes."""
    check = partial(_check, strict) if pins.pins or wanted.get("errnums") is not None else None
    return Steering(pins=pins.pins, check=check, **wanted)


def _check(strict: bool, name: str, value: Any, given: list[tuple[Pin, Any]]) -> None:
    """Raise where a value is not valid because of what is pinned in it."""
    with observers.quiet():
        violation = _violation(name, value, strict)
    if violation is not None:
        path = [token for part in violation.location for token in part]
        named = [(pin, v) for pin, v in given if pin.place.partition("#")[2] in path]
        known = [(pin.place, v) for pin, v in named or given] or [("errnums", None)]
        raise _refused(*known[-1], str(violation.rule), f": {violation.text()}")


def _violation(name: str, value: Any, strict: bool) -> Violation | None:
    report = check_document(name, value, strict=strict)
    return next(iter(report.violations), None)
