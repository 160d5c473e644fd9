"""Finds what both levels accept and a careful reader checks, as `notices.yaml` declares it.

Goes in: an opened document and the name of its schema. Comes out: notices, in one walk over those
parts of the document that some check is about. Each verb is one function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from ..catalogue import store
from ..results.notices import Notice
from ..spec.graph import GraphNode
from ..spec.locations import Entered, Path, location_of, pointer_of, without_marks
from ..spec.notices import NoticeCheck, all_checks
from ..spec.vocabulary import DEFS, json_type

#: ISO 8601 in the basic format, in UTC.
_DATE = re.compile(r"[0-9]{8}T[0-9]{6}Z")
#: A number in a string.
_DIGITS = re.compile("[0-9]{1,40}")

#: Where a value is, the value, and its node; where a field is absent, its object and None.
Found: TypeAlias = tuple[Path, Any, GraphNode]
#: Where a notice is (None: the value that was checked), what was found, what it was compared with.
Hit: TypeAlias = tuple[Path | None, Any, Any]


class NoticePlan(NamedTuple):
    """What to check about a value, and which of its members and elements to walk."""

    object_checks: tuple[NoticeCheck, ...]
    array_checks: tuple[NoticeCheck, ...]
    members: dict[str, GraphNode]
    element: GraphNode | None


@cache
def _plan(node: GraphNode) -> NoticePlan:
    node = node.content or node
    members = {key: child for key, child in node.members.items() if any(_plan(child))}
    element = node.element if node.element is not None and any(_plan(node.element)) else None
    return NoticePlan(_checks(node, "object"), _checks(node, "array"), members, element)


def _checks(node: GraphNode, kind: str) -> tuple[NoticeCheck, ...]:
    graph, pointers = store.graph(), {one.pointer for one in node.of_type(kind) if one.always}
    return tuple(
        check
        for check in all_checks(store.specification()["notices"])
        for name in check.schemas
        if DEFS + name in pointers and graph.root(name, strict=False).may_be(kind)
    )


class NoticeFinder:
    """Finds the notices of one document; `broken` is where it could not be opened."""

    def __init__(self, broken: Collection[Path]) -> None:
        self.broken = broken

    def of(self, name: str, document: Any) -> Iterator[Notice]:
        """Return the notices of a document of a schema."""
        return self._walk(document, store.graph().root(name, strict=False), ())

    def _walk(self, value: Any, node: GraphNode, path: Path) -> Iterator[Notice]:
        plan = _plan(node)
        value, node, path = self._opened(value, node, path)
        if type(value) is dict:
            yield from self._checked(plan.object_checks, value, node, path)
            for key, member in value.items():
                if key in plan.members:
                    yield from self._walk(member, plan.members[key], (*path, key))
        elif type(value) is list:
            yield from self._checked(plan.array_checks, value, node, path)
            if plan.element is not None:
                for index, element in enumerate(value):
                    yield from self._walk(element, plan.element, (*path, index))

    def _opened(self, value: Any, node: GraphNode, path: Path) -> tuple[Any, GraphNode, Path]:
        """Enter an embedded document; one that could not be opened is None."""
        if node.content is None:
            return value, node, path
        broken = without_marks(path) in self.broken
        return None if broken else value, node.content, (*path, Entered(node.content_name))

    def _values(
        self, value: Any, node: GraphNode, attributes: tuple[str, ...], path: Path
    ) -> Iterator[Found]:
        """Yield every value that a path of attributes leads to, and where one is absent."""
        if not attributes:
            yield path, value, node
            return
        value, node, path = self._opened(value, node, path)
        if type(value) is list and node.element is not None:
            for index, element in enumerate(value):
                yield from self._values(element, node.element, attributes, (*path, index))
        elif type(value) is dict:
            keys = node.attributes.get(attributes[0], ())
            present = [key for key in keys if value.get(key) is not None]
            for key in present:
                below, rest = node.members[key], attributes[1:]
                yield from self._values(value[key], below, rest, (*path, key))
            if not present:
                yield path, None, node

    def _checked(
        self, checks: tuple[NoticeCheck, ...], value: Any, node: GraphNode, path: Path
    ) -> Iterator[Notice]:
        for check in checks:
            if all(
                any(_same(found, wanted) for _, found, _ in self._values(value, node, at, path))
                for at, wanted in check.when
            ):
                values = self._values(value, node, check.path, path)
                for place, actual, expected in _VERBS[check.verb](check, values, value):
                    location = location_of(path if place is None else place)
                    yield Notice(location, check.notice, expected, actual, kind=json_type(actual))


# The verbs: where, what was found, and what it was compared with.


def _count(check: NoticeCheck, values: Iterator[Found], around: Any) -> Iterator[Hit]:
    for place, found, node in values:
        counted, number = around.get(node.annotation("counts")), _scalar(found)
        if type(counted) is list and type(number) in (int, float) and number != len(counted):
            yield place, found, len(counted)


def _unique(check: NoticeCheck, values: Iterator[Found], around: Any) -> Iterator[Hit]:
    first: dict[Any, Path] = {}
    for place, found, _ in values:
        key = 0 if found is None else _scalar(found)
        if key in first:
            yield place, found, pointer_of(location_of(first[key]))
        elif key is not None:
            first[key] = place


def _some(check: NoticeCheck, values: Iterator[Found], around: Any) -> Iterator[Hit]:
    for place, found, _ in values:
        if _same(found, check.value):
            yield place, found, None


def _absent(check: NoticeCheck, values: Iterator[Found], around: Any) -> Iterator[Hit]:
    places = []
    for place, found, _ in values:
        if found is not None and found != "":  # an empty string counts as absent
            return
        places.append(place)
    yield next(iter(places), None), None, None


def _differ(check: NoticeCheck, values: Iterator[Found], around: Any) -> Iterator[Hit]:
    at, first, _ = next(values)
    for place, found, _ in values:
        if found != first:
            yield place, found, at[-1]


def _unreadable(check: NoticeCheck, values: Iterator[Found], around: Any) -> Iterator[Hit]:
    for place, found, _ in values:
        if type(found) is str and _DATE.fullmatch(found):
            try:
                datetime.strptime(found, "%Y%m%dT%H%M%S%z")
            except ValueError:
                yield place, found, None


_VERBS: dict[str, Callable[[NoticeCheck, Iterator[Found], Any], Iterator[Hit]]] = {
    "count": _count,
    "unique": _unique,
    "some": _some,
    "absent": _absent,
    "differ": _differ,
    "unreadable": _unreadable,
}


def _scalar(value: Any) -> Any:
    """Return a number or a string that can be compared, digits as a number; else None."""
    if type(value) is str:
        return int(value) if _DIGITS.fullmatch(value) else value
    return value if type(value) in (int, float) else None


def _same(found: Any, wanted: Any) -> bool:
    return type(found) is type(wanted) and bool(found == wanted)
