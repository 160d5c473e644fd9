"""Compute which parts of the specification a set of documents covers, for the pytest plugin.

A *point* is one thing that a document can cover: a variant, an outcome of a condition, a deviation,
an error code, or a rule that it breaks. The first four count for valid documents only, the last
for invalid ones. Schemas of anything but callbacks are a group of their own, outside the mean.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from threading import RLock
from typing import Any, NamedTuple

from ..catalogue import store
from ..catalogue.names import variant_names
from ..reading import received
from ..reading.faults import TextError
from ..reading.limits import Limits
from ..reading.variants import Classifier
from ..reports import check_document
from ..spec.graph import ALWAYS, Condition, Conditions, GraphNode
from ..spec.vocabulary import UNLISTED, Json, deviations_of, rule_id
from ..strategies.mutate.discriminators import unbreakable
from ..strategies.mutate.targets import breakable_by_rule
from ..validation import observers
from ..validation.validator import validator

CALLBACK = "callback"
VARIANTS, CONDITIONS, DEVIATIONS = "variants", "conditions", "deviations"
CODES, RULES = "error codes", "negative rules"
GROUPS = (VARIANTS, CONDITIONS, DEVIATIONS, CODES, RULES)
#: Requests, responses, embedded documents: outside the mean, since each counts once it is seen.
SCHEMAS = "other schemas"

#: Bytes of documents that a recorder stores; each document takes up some more.
ROOM = 32 * 1024 * 1024
_OVERHEAD = 256


class Point(NamedTuple):
    """One thing that a document can cover: its group, and its name within the group."""

    group: str
    name: str


class Recorder:
    """Observes documents and collects the points that they cover.

    Computing the points of a document takes much longer than drawing or validating it, and
    Hypothesis fails tests whose draws are slow. So each distinct document is stored when it is
    observed and analysed when `analyse` is called. Beyond a limit documents are analysed at once.
    """

    def __init__(self, room: int = ROOM) -> None:
        self.points: set[Point] = set()
        #: Names of the schemas whose documents were seen.
        self.schemas: set[str] = set()
        self._noted: dict[tuple[str, bytes], None] = {}
        self._room = self._left = room
        self._lock = RLock()  # a receiver under test may have threads

    def __call__(self, name: str, document: object) -> None:
        """Observe one document of a named schema, as sent."""
        with self._lock:
            written = _written(document)
            if written is None:
                self._analyse(name, document)
            elif (name, written) not in self._noted:
                size = len(written) + _OVERHEAD
                if size > self._left:
                    self._analyse(name, written)
                else:
                    self._left -= size
                    self._noted[name, written] = None

    def analyse(self) -> None:
        """Compute the points of the stored documents."""
        with self._lock:
            while self._noted:
                self._analyse(*self._noted.popitem()[0])
            self._left = self._room

    def _analyse(self, name: str, document: object) -> None:
        with observers.quiet():
            self.points |= set(shown(name, document))
        self.schemas.add(name)

    def clear(self) -> None:
        """Remove all points and stored documents."""
        with self._lock:
            self.points.clear()
            self.schemas.clear()
            self._noted.clear()
            self._left = self._room

    def as_data(self) -> dict[str, list[Any]]:
        """Return the points as lists of strings, for another recorder or process."""
        with self._lock:
            return {"points": [list(point) for point in self.points], "schemas": list(self.schemas)}

    def add_data(self, data: Mapping[str, list[Any]]) -> None:
        """Add the points that `as_data` of another recorder returned."""
        self.points |= {Point(*point) for point in data["points"]}
        self.schemas |= set(data["schemas"])

    def summary(self) -> Summary:
        """Return seen and missing points of the schemas observed, or of callbacks."""
        known: dict[Point, None] = {}
        for name in sorted(self.schemas) or [CALLBACK]:
            known |= points(name)
        groups: dict[str, tuple[list[str], list[str]]] = {}
        for point in known:
            seen, missing = groups.setdefault(point.group, ([], []))
            (seen if point in self.points else missing).append(point.name)
        return Summary({group: groups[group] for group in (*GROUPS, SCHEMAS) if group in groups})


@dataclass(frozen=True, slots=True)
class Summary:
    """Names of the points seen and missing, by group."""

    groups: Mapping[str, tuple[list[str], list[str]]]

    def percent(self, group: str | None = None) -> float:
        """Return the percentage of a group that was seen; by default the mean of `GROUPS`."""
        if group is None:
            counted = [self.percent(group) for group in GROUPS if group in self.groups]
            return sum(counted) / len(counted) if counted else 0.0
        seen, missing = self.groups[group]
        return 100 * len(seen) / (len(seen) + len(missing))


def _written(document: object) -> bytes | None:
    """Return a document as immutable text, or None where JSON would lose something."""
    try:
        if (given := received.encoded(document)) is not None:
            return given
        value, faults = received.read_any(document, Limits())
    except TextError:
        return None
    return None if faults else json.dumps(value, separators=(",", ":")).encode()


def shown(name: str, document: object) -> Iterator[Point]:
    """Yield the points that one document covers; raise `UnknownNameError` for an unknown schema."""
    report = check_document(name, document)
    for finding in report.violations:
        if finding.erratum is None:
            yield Point(RULES, finding.rule or finding.keyword)
    if report.valid and report.variant is not None:
        yield Point(VARIANTS if report.variant in variant_names() else SCHEMAS, report.variant)
        for finding in report.deviations:
            if finding.erratum is not None:
                yield Point(DEVIATIONS, finding.erratum)
        node = store.graph().root(report.variant, strict=False)
        yield from _met(node, report.document, ALWAYS)


def _met(node: GraphNode, value: Any, outer: Conditions) -> Iterator[Point]:
    """Yield outcomes of conditions and error codes in an opened, valid value.

    `outer` are the conditions that the values around this one have met.
    """
    if value is None:
        return
    met = set(outer)
    for one in node.applied:
        if not one.conditions <= met:
            continue
        if "if" in one.keywords:
            where = f"{one.pointer}/if"
            # The tolerant form has no condition without effect at that level.
            outcome = validator().engine.is_valid_at((where,), True, value)
            met.add(Condition(0, where, outcome, one.keywords["if"]))
            yield _outcome(one.pointer, outcome)
        for deviation in deviations_of(one.schema).values():
            if str(value) in _codes(deviation):
                yield Point(CODES, str(value))
    inside = frozenset(each._replace(up=each.up + 1) for each in met)
    if node.content is not None and not isinstance(value, str):
        yield from _met(node.content, value, frozenset(met))
    elif isinstance(value, dict):
        for name, member in node.members.items():
            yield from _met(member, value.get(name), inside)
    elif isinstance(value, list) and node.element is not None:
        for element in value:
            yield from _met(node.element, element, inside)


@cache
def points(name: str) -> dict[Point, None]:
    """Return every point that documents of a schema can cover, group by group.

    Those of a variant are those of all callbacks, since its documents are validated as such.
    """
    variants = variant_names()
    if name != CALLBACK and name not in variants:
        found = [Point(SCHEMAS, name), *_possible(name)]
    else:
        found = [Point(VARIANTS, variant) for variant in variants]
        found.append(Point(RULES, "discriminator"))
        for variant in variants:
            found += _possible(variant)
    order = {group: position for position, group in enumerate((*GROUPS, SCHEMAS))}
    return dict.fromkeys(sorted(found, key=lambda point: order[point.group]))


def _possible(name: str) -> Iterator[Point]:
    """Yield the points of a schema and of those that it refers to."""
    is_variant, classifier = name in variant_names(), Classifier(store.program()["classifier"])
    for rule, found in breakable_by_rule(name, strict=False).items():
        if not is_variant or any(unbreakable(each, classifier) is None for each in found):
            yield Point(RULES, rule.rule or rule.keyword)
    waiting, done = [store.graph().root(name, strict=False)], set()
    while waiting:
        node = waiting.pop(0)
        if node not in done:
            done.add(node)
            for one in node.applied:
                if isinstance(one.schema, dict):
                    yield from _own(one.schema, one.pointer)
            waiting += [child for _, child in node.children]


def _own(schema: Json, pointer: str) -> Iterator[Point]:
    """Yield the conditions, deviations and error codes of one schema itself."""
    if "if" in schema:
        yield from (_outcome(pointer, True), _outcome(pointer, False))
    if "nullAbsent" in schema:
        yield Point(DEVIATIONS, schema["nullAbsent"])
    for erratum, sub in deviations_of(schema).items():
        if erratum != UNLISTED:
            yield Point(DEVIATIONS, erratum)
        yield from (Point(CODES, code) for code in _codes(sub))


def _codes(deviation: Any) -> Iterable[str]:
    """Return the error codes that a deviation requires, if it is about them."""
    if not isinstance(deviation, dict) or "errorTable" not in deviation:
        return ()
    codes: Mapping[str, Any] = store.specification()["errors"][deviation["errorTable"]]["codes"]
    return codes


def _outcome(pointer: str, met: bool) -> Point:
    return Point(CONDITIONS, f"{rule_id(f'{pointer}/if')} is {'met' if met else 'not met'}")
