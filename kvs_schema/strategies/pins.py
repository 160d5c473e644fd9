"""Checks the values that callers pin at places such as `details#errnum`.

Goes in: the option `values`, a mapping of places to constants or strategies, and the schemas that
are drawn. Comes out: `Pins` and the schemas that can have them, or an error when the strategy is
made. A place is a schema and a key of its objects, as in `samples.yaml`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from hypothesis.strategies import SearchStrategy
from jsonschema import Draft202012Validator

from ..catalogue import store
from ..catalogue.error_codes import error_codes
from ..catalogue.names import schema_names
from ..catalogue.texts import SEMICOLONS
from ..catalogue.unknown_names import UnknownNameError
from ..reading.faults import TextError
from ..reading.limits import Limits
from ..reading.python_values import snapshot
from ..reports import check_document
from ..results.findings import Violation
from ..spec.graph import ALWAYS, Applied, GraphNode
from ..spec.suggestions import nearest
from ..spec.vocabulary import deviations_of, json_type, rule_id
from ..validation import observers
from ..validation.collector import fault_violation
from .generate.choices import ERRNUMS, Pin, Steering
from .mutate.breakable_rules import PLAIN
from .mutate.closing import closed, holds, inside, is_met, names_of, opened

Values: TypeAlias = Mapping[str, Any]
"""What a strategy has at certain places: constants, or strategies for them."""

#: The most characters of a value that an error shows.
_SHOWN = 120


class _Mismatch(NamedTuple):
    """Why a place does not take a value: in words, and the rule if there is one."""

    text: str
    rule: str | None = None


class _PinnableObject(NamedTuple):
    """The objects to which a schema applies: their members, and whether others are allowed."""

    members: dict[str, list[GraphNode]]
    open: bool


@cache
def _objects(root: str, strict: bool) -> dict[str, _PinnableObject]:
    """Return the objects in documents of a root by the names of their schemas."""
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
    #: The pin of Status, which selects the roots.
    status: Pin | None = None

    def find(self, is_it: Callable[[GraphNode], bool], strict: bool) -> Pin | None:
        """Return a pin at a place whose nodes satisfy a test, or None."""
        for schema, members in self.pins.items():
            for member, pin in members.items():
                if any(
                    is_it(n) for root in self.roots for n in _nodes(root, schema, member, strict)
                ):
                    return pin
        return None


def _is_of_roots(schema: str, roots: Iterable[str]) -> bool:
    """Return whether a schema applies to whole documents."""
    return any(schema in names_of(store.graph().root(root)) for root in roots)


def _nodes(root: str, schema: str, member: str, strict: bool) -> list[GraphNode]:
    """Return the nodes at a place in the documents of a root."""
    known = _objects(root, strict).get(schema)
    return [] if known is None else known.members.get(member, [])


def is_type(node: GraphNode) -> bool:
    """Return whether a value is a task type."""
    return bool(node.annotation("attribute") == "type")


def is_task_id(node: GraphNode) -> bool:
    """Return whether a value identifies a task."""
    return bool(node.annotation("attribute") == "task_id")


def is_error_code(node: GraphNode) -> bool:
    """Return whether a value is an error code."""
    strict = node.graph.interned(node.asked, strict=True)
    return any("errorTable" in one.keywords for one in strict.applied)


def read_values(values: Values | None) -> dict[str, Any] | None:
    """Return the option `values` with copies of its constants; raise where one is not JSON."""
    if values is not None and not isinstance(values, Mapping):
        raise TypeError(f"values is a mapping of places, not {type(values).__name__}")
    return None if values is None else {at: _plain(at, value) for at, value in values.items()}


def _plain(place: str, value: Any) -> Any:
    """Return a strategy as it is, and a copy of a constant; raise an error if it is not JSON."""
    if isinstance(value, SearchStrategy):
        return value
    try:
        copy, faults = snapshot(value, Limits())
    except TextError as error:
        copy, faults = None, [error.fault]
    if faults:
        found = fault_violation(faults[0])
        text = found.text() if found.pointer else found.message
        raise _refused(place, value, _Mismatch(_without_advice(text)))
    return copy


def pins_of(values: Values | None, roots: Iterable[str], strict: bool) -> Pins:
    """Read the option `values`; raises where a place does not exist or takes no such value.

    Of the roots those are left that take every constant; a pinned Status leaves its own only.
    """
    roots = tuple(roots)
    values = read_values(values)
    if values is None:
        return Pins({}, roots)
    pins: dict[str, dict[str, Pin]] = {}
    picked: frozenset[str] | None = None
    by_status: Pin | None = None
    left = list(roots)
    for place, value in values.items():
        schema, member = _read(place, roots, strict)
        found = [node for root in roots for node in _nodes(root, schema, member, strict)]
        sent = partial(_as_sent, place=place, node=found[0] if found else None)
        pin = Pin(place, member, value, sent)
        pins.setdefault(schema, {})[member] = pin
        refused = {root: _refusal(pin, root, schema, member, strict) for root in roots}
        taken = [root for root in roots if refused[root] is None]
        if not any(schema in _objects(root, strict) for root in taken):
            raise _refused(place, value, next(filter(None, refused.values())))
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
    """Return the schema and the key that a place names; raise an error if it does not exist."""
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
        drawn = [each for root in roots for each in _objects(root, strict).items()]
        having = sorted({name for name, objects in drawn if member in objects.members})
        hint = f"; {member!r} is a member of {', '.join(having)}" if having else ""
        raise ValueError(f"values: nothing that is drawn contains an object {schema!r}{hint}")
    members = {name for each in known for name in each.members}
    if member not in members and nearest(member, members) is not None:
        raise UnknownNameError("member", member, members)
    return schema, member


def _refusal(pin: Pin, root: str, schema: str, member: str, strict: bool) -> _Mismatch | None:
    """Return why documents of a root refuse a constant; None if they take it."""
    known = _objects(root, strict).get(schema)
    if known is None or not pin.is_constant:
        return None
    nodes = known.members.get(member, [])
    if not nodes:
        by = f"{schema}#/additionalProperties"
        return None if known.open else _said(by, "additionalProperties", member, pin.value)
    against = [_refusal_by(pin.close(pin.value), node) for node in nodes]
    return None if None in against else against[0]


def _refusal_by(value: Any, node: GraphNode) -> _Mismatch | None:
    """Return why a node refuses a value in all spellings; None if it takes one."""
    against = [_refusing(spelt, node) for spelt in _spellings(value)]
    return None if None in against else against[0]


def _spellings(value: Any) -> Iterator[Any]:
    """Yield a value, then a number as its text or the reverse."""
    yield value
    if isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, str) and value.removeprefix("-").isdecimal() and value.isascii():
        yield int(value)


def _refusing(value: Any, node: GraphNode) -> _Mismatch | None:
    """Return why a node refuses a value as sent, whatever conditions are met, or None."""
    value = opened(value, node)
    unread = next(_unread(value, node), None)
    if unread is not None:
        return unread
    against = [one for one in node.asked if not _takes(one, value, node.strict)]
    pointers = sorted({each.pointer for one in against for each in one.conditions})
    for outcomes in product((True, False), repeat=len(pointers)):
        met = set(zip(pointers, outcomes, strict=True))
        if not any(all((c.pointer, c.holds) in met for c in one.conditions) for one in against):
            return None
    return _reason(against[0], value, node)


def _without_advice(message: str) -> str:
    """Return the message of a finding without what to do, which is about whole bodies."""
    return message.partition(SEMICOLONS["en"])[0]


def _unread(value: Any, node: GraphNode) -> Iterator[_Mismatch]:
    """Yield what is wrong with the texts of embedded documents that could not be opened."""
    if isinstance(value, str):
        content = node.content_name
        if value and content is not None and value not in _absent_texts(node):
            with observers.quiet():
                found = check_document(content, value, strict=node.strict).violations[0]
            yield _Mismatch(_without_advice(found.message), found.rule)
        return
    for child, part in inside(node, value):
        yield from _unread(part, child)


def _absent_texts(node: GraphNode) -> Iterator[Any]:
    """Yield texts that stand for no document, which only the strict level refuses."""
    for one in node.applied if not node.strict else ():
        for deviation in deviations_of(one.schema).values():
            if isinstance(deviation, Mapping):
                yield from deviation.get("not", {}).get("enum", ())


def _takes(one: Applied, value: Any, strict: bool) -> bool:
    """Return whether a value is valid by one schema."""
    if value is None and one.null is not None and not strict:
        return True
    return holds(one.pointer, strict, value)


def _reason(one: Applied, value: Any, node: GraphNode) -> _Mismatch:
    """Return why a schema refuses an opened value, or something inside the value."""
    here = node.graph.interned([one._replace(conditions=ALWAYS)], node.strict)
    if isinstance(value, dict | list) and here.content is not None:
        here = here.content
    for each in here.of_type(json_type(value)):
        if all(c.up == 0 and is_met(c, value) for c in each.conditions):
            refusal = _refusal_here(each, value)
            if refusal is not None:
                return refusal
    for child, part in inside(here, value):
        for each in child.asked:
            if not each.conditions and not _takes(each, part, node.strict):
                return _reason(each, part, child)
    if one.schema is False:
        return _said(rule_id(one.pointer), "falseSchema", False, value)
    return _Mismatch("", rule_id(one.pointer))


def _refusal_here(one: Applied, value: Any) -> _Mismatch | None:
    """Return why a schema refuses a value, whatever is inside the value, or None."""
    rule = rule_id(one.pointer)
    for keyword in PLAIN:
        argument = {keyword: one.keywords.get(keyword)}
        if keyword in one.keywords and not Draft202012Validator(argument).is_valid(value):
            return _said(f"{rule}/{keyword}", keyword, argument[keyword], value)
    for name in one.keywords.get("required", ()) if isinstance(value, dict) else ():
        if name not in value:
            return _said(f"{rule}/required", "required", name, value)
    if "errorTable" in one.keywords:
        known = isinstance(value, int) and error_codes.lookup(value).known
        reason = "other_table" if known else "no_table"
        return _said(f"{rule}/errorTable", "enum", None, value, reason)
    return None


def _said(
    rule: str, keyword: str, expected: Any, actual: Any, reason: str | None = None
) -> _Mismatch:
    """Return a mismatch in the words of the finding that the value would give."""
    kind = json_type(actual)
    found = Violation(((),), keyword, rule, None, expected, actual, reason, kind=kind)
    return _Mismatch(found.message, rule)


def _as_sent(value: Any, *, place: str, node: GraphNode | None) -> Any:
    """Return a pinned value in which embedded documents further inside are texts."""
    inside = node.content if node is not None and node.content is not None else node
    plain = _plain(place, value)
    return closed(plain, inside) if isinstance(plain, dict | list) else plain


def _refused(place: str, value: Any, why: _Mismatch) -> ValueError:
    """Return the error for a value that its place does not take."""
    shown = repr(value)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
    by = f" by the rule {why.rule}" if why.rule else ""
    said = f": {why.text}" if why.text else ""
    where = place if place == ERRNUMS else f"values: {place}"
    return ValueError(f"{where} does not take {shown}{by}{said}")


def steering_of(pins: Pins, strict: bool, **wanted: Any) -> Steering:
    """Return the wishes of a caller: pins and others."""
    check = partial(_check, strict) if pins.pins or wanted.get("errnums") is not None else None
    return Steering(pins=pins.pins, check=check, **wanted)


def _check(strict: bool, name: str, value: Any, given: list[tuple[Pin, Any]]) -> None:
    """Raise where a value is not valid because of what the caller chose for its members."""
    with observers.quiet():
        violations = check_document(name, value, strict=strict).violations
    if not violations or not given:
        return
    violation = violations[0]
    path = [token for part in violation.location for token in part]
    within = [one for one in given if one[0].member in path]
    places = list(dict.fromkeys(pin.place for pin, _ in given))
    if not within and len(places) > 1:
        text = f"nothing that is drawn takes all of {', '.join(places)}"
        raise ValueError(f"values: {text}: {violation.text()}")
    innermost, there = max(
        within or given,
        key=lambda one: (path.index(one[0].member) if within else 0, one[1] == violation.actual),
    )
    raise _refused(innermost.place, there, _Mismatch(violation.text(), violation.rule))
