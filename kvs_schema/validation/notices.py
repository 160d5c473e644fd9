"""Finds what both levels accept and a careful reader checks, as `notices.yaml` declares it.

Goes in: an opened document and the name of its schema. Comes out: notices, in one walk over those
parts of the document that some check is about. Each verb is one method.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from ..catalogue import store
from ..results.notices import Notice
from ..spec.graph import GraphNode
from ..spec.locations import Entered, Path, location_of, pointer_of, without_marks
from ..spec.notices import NoticeCheck, all_checks
from ..spec.vocabulary import DEFS, kind_of

#: ISO 8601 in the basic format, in UTC.
_DATE = re.compile(r"[0-9]{8}T[0-9]{6}Z")
#: Digits of a number in a string.
_DIGITS = 40

#: Where a value is, the value, and its node; where a field is absent, its object and None.
Found: TypeAlias = tuple[Path, Any, GraphNode]


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
        inside = self._opened(node, path)
        if inside is None:
            return
        node, path = inside
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

    def _opened(self, node: GraphNode, path: Path) -> tuple[GraphNode, Path] | None:
        """Return node and path inside an embedded document; None where it could not be opened."""
        if node.content is None:
            return node, path
        if without_marks(path) in self.broken:
            return None
        return node.content, (*path, Entered(node.content_name))

    def _values(
        self, value: Any, node: GraphNode, attributes: tuple[str, ...], path: Path
    ) -> Iterator[Found]:
        """Every value that a path of attributes leads to, and where one is absent."""
        if not attributes:
            yield path, value, node
            return
        inside = self._opened(node, path)
        if inside is None:
            return
        node, path = inside
        if type(value) is list and node.element is not None:
            for index, element in enumerate(value):
                yield from self._values(element, node.element, attributes, (*path, index))
        elif type(value) is dict:
            keys = node.attributes.get(attributes[0], ())
            present = [key for key in keys if value.get(key) is not None]
            for key in present:
                below = node.members[key]
                yield from self._values(value[key], below, attributes[1:], (*path, key))
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
                found = self._values(value, node, check.path, path)
                yield from getattr(self, f"_{check.verb}")(check, found, value, path)

    # The verbs.

    def _count(
        self, check: NoticeCheck, values: Iterator[Found], around: Any, path: Path
    ) -> Iterator[Notice]:
        for place, found, node in values:
            counted = around.get(node.annotation("counts"))
            number = _scalar(found)
            if type(counted) is list and type(number) in (int, float) and number != len(counted):
                yield _notice(check, place, found, len(counted))

    def _unique(
        self, check: NoticeCheck, values: Iterator[Found], around: Any, path: Path
    ) -> Iterator[Notice]:
        first: dict[Any, Path] = {}
        for place, found, _ in values:
            key = 0 if found is None else _scalar(found)
            if key in first:
                yield _notice(check, place, found, pointer_of(location_of(first[key])))
            elif key is not None:
                first[key] = place

    def _some(
        self, check: NoticeCheck, values: Iterator[Found], around: Any, path: Path
    ) -> Iterator[Notice]:
        for place, found, _ in values:
            if _same(found, check.value):
                yield _notice(check, place, found)

    def _absent(
        self, check: NoticeCheck, values: Iterator[Found], around: Any, path: Path
    ) -> Iterator[Notice]:
        missing = None
        for place, found, _ in values:
            if found is not None and found != "":  # an empty string counts as absent
                return
            missing = place if missing is None else missing
        yield _notice(check, path if missing is None else missing)

    def _differ(
        self, check: NoticeCheck, values: Iterator[Found], around: Any, path: Path
    ) -> Iterator[Notice]:
        at, first, _ = next(values)
        for place, found, _ in values:
            if found != first:
                yield _notice(check, place, found, at[-1])

    def _unreadable(
        self, check: NoticeCheck, values: Iterator[Found], around: Any, path: Path
    ) -> Iterator[Notice]:
        for place, found, _ in values:
            if type(found) is str and _DATE.fullmatch(found) and not _is_date(found):
                yield _notice(check, place, found)


def _notice(check: NoticeCheck, path: Path, actual: Any = None, expected: Any = None) -> Notice:
    return Notice(location_of(path), check.notice, expected, actual, kind=kind_of(actual))


def _scalar(value: Any) -> Any:
    """Return a number or a string that can be compared, digits as a number; else None."""
    if type(value) is str:
        digits = value.isascii() and value.isdigit() and len(value) <= _DIGITS
        return int(value) if digits else value
    return value if type(value) in (int, float) else None


def _same(found: Any, wanted: Any) -> bool:
    return type(found) is type(wanted) and bool(found == wanted)


def _is_date(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y%m%dT%H%M%S%z")
    except ValueError:
        return False
    return True
