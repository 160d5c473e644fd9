"""The checks of `notices.yaml`, one by one.

Goes in: the notices as the sources declare them. Comes out: each check as a tuple, and the fields
that checks are about; validation, lint and the documentation read them here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from .graph import Graph

VERBS = ("count", "unique", "some", "absent", "differ", "unreadable")


class NoticeCheck(NamedTuple):
    """A check: what it is about, and the verb with its path and its value."""

    notice: str
    schemas: tuple[str, ...]
    when: tuple[tuple[tuple[str, ...], Any], ...]
    verb: str
    path: tuple[str, ...]
    value: Any = None


def checks_of(identifier: str, declared: Iterable[Mapping[str, Any]]) -> Iterator[NoticeCheck]:
    """Yield the checks of a notice; those without exactly one verb are left out."""
    for check in declared:
        verbs = [verb for verb in VERBS if verb in check]
        if len(verbs) == 1:
            of = check[verbs[0]]
            [(path, value)] = of.items() if isinstance(of, Mapping) else [(of, None)]
            when = tuple((tuple(at.split(".")), v) for at, v in check.get("when", {}).items())
            yield NoticeCheck(
                identifier, tuple(check["in"]), when, verbs[0], tuple(path.split(".")), value
            )


def all_checks(notices: Mapping[str, Any]) -> Iterator[NoticeCheck]:
    """Yield the checks of all notices."""
    for identifier, notice in notices.items():
        yield from checks_of(identifier, notice["checks"])


def noticed_fields(graph: Graph, notices: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the notices about a field, by the pointer of its schema."""
    found: dict[str, list[str]] = {}
    for check in all_checks(notices):
        for name in check.schemas:
            for node in graph.root(name, strict=False).reached(check.path):
                for one in node.asked:
                    known = found.setdefault(one.pointer, [])
                    if check.notice not in known:
                        known.append(check.notice)
    return found
