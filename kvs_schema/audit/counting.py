"""Count the findings of bodies.

Goes in: bodies as received, with or without a day. Comes out: an `Audit`, and on request a table of
findings. The findings of a shape are computed once, so that most bodies cost a verdict and a walk.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple, TypeAlias

from ..reading.limits import Limits
from ..results.callback import Callback
from ..results.findings import Report
from ..results.messages import shortened, shortened_pointer
from ..spec.locations import Location, pointer_of
from ..validation import fast_path
from ..validation.callbacks import is_plain, pipeline, report_on_callback
from .reading import iso_date
from .shapes import Counted, shape_reader
from .value import EXAMPLES, NO_DAY, Audit, Example, Examples, Key, merged, provenance

#: The most shapes that are remembered, and the most groups of bodies before they are added up.
REMEMBERED, GROUPS = 100_000, 20_000
#: The greatest weight of the keys of each. A weight of 1 takes some 900 bytes of memory.
KEPT = 100_000
#: The greatest weight of a shape that is remembered. An output has up to some 60
#: findings, a flow those of several; more are unlisted keys, perhaps others in each body.
_LIGHT = 300
#: A key weighs 1, and 1 more for so many characters of its pointer.
_CHARACTERS = 100
#: The kinds that have rows in a table of findings.
FINDINGS = frozenset(("violation", "deviation", "notice", "unlisted"))
#: The columns of a table of findings; all are strings.
COLUMNS = (
    "day",
    "source",
    "digest",
    "task_id",
    "variant",
    "outcome",
    "kind",
    "name",
    "rule",
    "pointer",
    "value",
)
Row: TypeAlias = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class CountOptions:
    """How bodies are counted: the limits, and whether examples show values.

    `findings` adds a table of findings. Without `remember` each body is validated in full.
    """

    limits: Limits = field(default_factory=Limits)
    show_values: bool = True
    findings: bool = False
    remember: bool = True


class CountedKey(NamedTuple):
    """A kind and a key by which a body is counted, and where in the body it was found."""

    kind: str
    key: Key
    location: Location | None = None


class _Group:
    """Bodies with the same findings, counted by day."""

    __slots__ = ("below", "days", "found", "same")

    def __init__(self, same: tuple[CountedKey, ...], more: tuple[CountedKey, ...]) -> None:
        self.same = same  # keeps its identity, by which the group is found
        self.found = (*same, *more)
        self.days: dict[str, int] = {}
        #: Only a body with a lower digest can be an example; at first any.
        self.below = b"\xff" * 33


class _Body(NamedTuple):
    """A body that is counted, as far as it could be read."""

    digest: bytes
    day: str
    source: str
    document: Any
    task_id: Any


class BodyCounter:
    """Counts bodies, and remembers the findings of shapes from one audit to the next."""

    def __init__(self, options: CountOptions) -> None:
        self.options = options
        self._shapes = shape_reader()
        self._known: dict[bytes, tuple[CountedKey, ...]] = {}
        #: Equal tuples of keys are kept once.
        self._unique: dict[tuple[CountedKey, ...], tuple[CountedKey, ...]] = {}
        self._remembered_weight = 0
        self._begin()

    def _begin(self) -> None:
        """Forget all bodies that were counted, but not the findings of shapes."""
        self._groups: dict[Any, _Group] = {}
        self._grouped_weight = 0
        self._examples: dict[tuple[str, Key], dict[bytes, Example]] = {}
        self._added_up: list[Audit] = []
        self._rows: list[Row] = []

    def count(self, body: bytes, day: str | None = None, source: str = "") -> None:
        """Count one body. Without a day, that at the end of its task id is taken."""
        limits = self.options.limits
        names: Mapping[str, str]
        answer = fast_path.answer(body, False, limits)
        if answer is not None and (type(answer) is Callback or is_plain(answer, limits)):
            schema, document, names = answer.variant, answer.document, answer._names
            plain = self.options.remember
        else:
            opened = pipeline().read(body, limits)
            schema, document, names = opened.schema or "", opened.value, opened.names
            plain = bool(self.options.remember and opened.classified.variant and not opened.faults)
        shape, counted = self._shapes.read(schema, document) if schema else (None, [])
        found = self._known.get(shape) if plain and shape is not None else None
        task_id = document.get(names["task_id"]) if schema else None
        if found is None:
            report = report_on_callback(body, False, limits)
            found = self._remembered(tuple(_keys_of(report)), shape if plain else None)
            task_id = task_id if schema else report.task_id
        digest = sha256(body).digest()
        one = _Body(digest, day or _day_of(task_id), source, document, task_id)
        self._add(one, found, counted)

    def _remembered(
        self, found: tuple[CountedKey, ...], shape: bytes | None
    ) -> tuple[CountedKey, ...]:
        weight = _weight(found)
        if weight > _LIGHT:
            return found
        if len(self._known) >= REMEMBERED or self._remembered_weight + weight > KEPT:
            self._known.clear()
            self._unique.clear()
            self._remembered_weight = 0
        if found not in self._unique:
            self._unique[found] = found
            self._remembered_weight += weight
        found = self._unique[found]
        if shape is not None:
            self._known[shape] = found
        return found

    def _add(self, body: _Body, found: tuple[CountedKey, ...], counted: Counted) -> None:
        values = tuple(dict.fromkeys(_counted_values(counted)))
        group = self._groups.get((id(found), values))
        if group is None:
            more = tuple(CountedKey(kind, (key,)) for kind, key in values)
            group = _Group(found, more)
            weight = _weight(group.found)
            if len(self._groups) >= GROUPS or self._grouped_weight + weight > KEPT:
                self._add_up()
            self._grouped_weight += weight
            self._groups[id(found), values] = group
        group.days[body.day] = group.days.get(body.day, 0) + 1
        if body.digest < group.below:
            self._keep_example(group, body)
        if self.options.findings:
            self._add_rows(group, body)

    def _keep_example(self, group: _Group, body: _Body) -> None:
        """Keep a body as an example of each key, unless there are enough with lower digests."""
        limits = []
        for kind, key, location in group.found:
            kept = self._examples.setdefault((kind, key), {})
            kept[body.digest] = self._example(body, location)
            if len(kept) > EXAMPLES:
                del kept[max(kept)]
            limits.append(max(kept) if len(kept) == EXAMPLES else b"\xff" * 33)
        group.below = max(limits)

    def _example(self, body: _Body, location: Location | None) -> Example:
        pointer = None if location is None else shortened_pointer(pointer_of(location))
        if not self.options.show_values:
            return Example(body.digest.hex(), None, pointer)
        task_id = str(shortened(body.task_id)) if type(body.task_id) is str else None
        value = None if location is None else shortened(_value(body.document, location))
        return Example(body.digest.hex(), task_id, pointer, value)

    def _add_rows(self, group: _Group, body: _Body) -> None:
        """Add a row for each finding of a body to the table."""
        once = {each.kind: each.key[0] for each in group.found}
        for kind, key, location in group.found:
            if kind in FINDINGS:
                one = self._example(body, location)
                value = None if one.value is None else str(one.value)
                rule = key[1] if kind == "deviation" else key[0] if kind == "violation" else None
                about = (body.day, body.source, one.digest, one.task_id)
                whole = (once["variant"], once["outcome"])
                self._rows.append((*about, *whole, kind, key[0], rule, one.pointer, value))

    def _add_up(self) -> None:
        """Add up the groups and drop them, which bounds the memory."""
        counts: Counter[tuple[str, str, Key]] = Counter()
        for group in self._groups.values():
            for kind, key, _ in group.found:
                for day, count in group.days.items():
                    counts[day, kind, key] += count
        examples: Examples = {
            key: tuple(kept[digest] for digest in sorted(kept))
            for key, kept in self._examples.items()
        }
        self._added_up = [merged((*self._added_up, Audit(counts, examples, {}, *provenance())))]
        self._groups.clear()
        self._grouped_weight = 0
        self._examples.clear()

    def result(self) -> tuple[Audit, list[Row]]:
        """Return the audit and the rows of the table of findings, and begin again."""
        self._add_up()
        [audit], rows = self._added_up, self._rows
        self._begin()
        return audit, rows


def _weight(found: tuple[CountedKey, ...]) -> int:
    """Return how many keys of ordinary length take as much memory as these."""
    return sum(1 + len(pointer_of(each.location or ())) // _CHARACTERS for each in found)


def _keys_of(report: Report) -> Iterator[CountedKey]:
    """Return the keys of a report, each once, where it was found first."""
    found: dict[tuple[str, Key], CountedKey] = {}
    for each in _all_keys_of(report):
        found.setdefault(each[:2], each)
    return iter(found.values())


def _all_keys_of(report: Report) -> Iterator[CountedKey]:
    yield CountedKey("outcome", (report.outcome.value if report.outcome else "",))
    yield CountedKey("variant", (report.variant or "",))
    for one in report.violations:
        yield CountedKey(
            "violation", (one.rule or one.keyword, _with_stars(one.location)), one.location
        )
    for one in report.deviations:
        yield CountedKey("deviation", (one.erratum or "", one.rule or one.keyword), one.location)
    for notice in report.notices:
        yield CountedKey("notice", (notice.id,), notice.location)
    for location in report.unlisted:
        yield CountedKey("unlisted", (_with_stars(location),), location)
    if report.truncated:
        yield CountedKey("truncated", ("findings",))


def _with_stars(location: Location) -> str:
    """Return the pointer of a location with `*` for the indexes of arrays."""
    pieces = (tuple("*" if type(t) is int else t for t in piece) for piece in location)
    return shortened_pointer(pointer_of(tuple(pieces)))


def _counted_values(counted: Counted) -> Iterator[tuple[str, str]]:
    """Yield the values that bodies are counted by as kind and key; skip those of a wrong type."""
    for name, value in counted:
        key: str | int | None
        if name == "duration":
            key = _exponent(value)
        elif name == "error":
            key = value if type(value) is int and value != 0 else None
        else:
            key = value if type(value) is str else None
        if key is not None:
            yield name, str(shortened(key))


def _exponent(value: Any) -> str | None:
    """Return the exponent of the largest power of two up to a number of seconds."""
    try:
        seconds = float(value) if type(value) in (str, int, float) else math.nan
    except (ValueError, OverflowError):
        return None
    return str(math.frexp(seconds)[1] - 1) if 0 < seconds < math.inf else None


def _day_of(task_id: Any) -> str:
    """Return the date at the end of a task id, in ISO form; empty where there is none."""
    day = iso_date(task_id[-8:]) if type(task_id) is str else NO_DAY
    return day if "2000" <= day < "2100" else NO_DAY


def _value(document: Any, location: Location) -> Any:
    """Return the value at a location, or None if it is in a document that was not opened."""
    try:
        for token in (token for piece in location for token in piece):
            document = document[token]
    except (LookupError, TypeError):
        return None
    return document
