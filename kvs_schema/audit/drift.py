"""Find what changed between two audits, and whether an audit crosses a threshold.

Two audits come in, their changes come out: a key is new, gone, or has another rate. A change counts
only if chance does not explain it: enough bodies show it, the rates differ by half at least, and
their Wilson intervals do not touch.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias

from ..catalogue import store
from ..catalogue.texts import Text
from ..results.status import Outcome
from .value import INPUT, Audit, AuditError, Key

#: Half the width of an interval in standard deviations: by chance, one rate in 30,000 is outside.
Z = 4.0
#: The factor by which a rate must change, and the number of bodies that must show it.
FACTOR, BODIES = 1.5, 20

ChangeKind: TypeAlias = Literal["new", "gone", "changed"]


class Change(NamedTuple):
    """A key that is new, gone, or has another rate, with its counts and the numbers of bodies."""

    what: ChangeKind
    kind: str
    key: Key
    before: int
    after: int
    bodies_before: int
    bodies_after: int

    @property
    def rates(self) -> tuple[float, float]:
        """The share of bodies with the key, before and after."""
        return self.before / max(self.bodies_before, 1), self.after / max(self.bodies_after, 1)

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {**self._asdict(), "key": list(self.key), "rates": list(self.rates)}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The changes from one audit to another, largest first.

    If `same_specification` is False, the rules changed between the audits: they may be the cause.
    """

    changes: tuple[Change, ...]
    same_specification: bool

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON object."""
        return {
            "same_specification": self.same_specification,
            "changes": [change.as_dict() for change in self.changes],
        }


def compare(before: Audit, after: Audit) -> Comparison:
    """Compare two audits, whatever their sizes. A field is the same in both casings."""
    counts = _counts_by_field(before), _counts_by_field(after)
    bodies = before.bodies, after.bodies
    found = []
    for kind, key in counts[0].keys() | counts[1].keys():
        first, second = counts[0][kind, key], counts[1][kind, key]
        what = _change(first, bodies[0], second, bodies[1])
        if what is not None:
            found.append(Change(what, kind, key, first, second, *bodies))
    found.sort(
        key=lambda change: (-abs(change.rates[1] - change.rates[0]), change.kind, change.key)
    )
    return Comparison(tuple(found), before.specifications == after.specifications)


def _change(first: int, before: int, second: int, after: int) -> ChangeKind | None:
    """Return how the rate of a key changed: `first` of `before` bodies, `second` of `after`."""
    if not before or not after or max(first, second) < BODIES:
        return None
    # New or gone only if enough bodies would have the key at the rate of the other audit.
    if not first and second * before >= BODIES * after:
        return "new"
    if not second and first * after >= BODIES * before:
        return "gone"
    rates = sorted((first / before, second / after))
    low, high = sorted((wilson(first, before), wilson(second, after)))
    moved = rates[1] >= FACTOR * rates[0] and low[1] < high[0]
    return "changed" if first and second and moved else None


def wilson(count: int, bodies: int, z: float = Z) -> tuple[float, float]:
    """Return the Wilson score interval of a rate."""
    rate, square = count / bodies, z * z / bodies
    middle = (rate + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(rate * (1 - rate) / bodies + square / bodies / 4)
    return middle - half, middle + half


def _counts_by_field(audit: Audit) -> Counter[tuple[str, Key]]:
    """Return the counters of an audit, with all names in the first casing."""
    found: Counter[tuple[str, Key]] = Counter()
    for (kind, key), count in audit.totals.items():
        if kind != INPUT:
            named = kind in ("variant", "violation", "deviation", "unlisted")
            found[kind, tuple(map(_in_first_casing, key)) if named else key] += count
    return found


@cache
def _names() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return maps of dialects and of first-level keys from other casings to the first."""
    classifier = store.specification()["classifier"]
    first, *others = classifier["names"].values()
    keys = {name: first[role] for names in others for role, name in names.items()}
    casing = next(iter(classifier["names"]))
    dialects = classifier["dialects"].items()
    same = {d["flow"]: name for name, d in dialects if d["names"] == casing}
    return {name: same[d["flow"]] for name, d in dialects}, keys


def _in_first_casing(part: str) -> str:
    """Return a pointer, a rule or a variant with the names of the first casing."""
    dialects, keys = _names()
    name, hash_, pointer = part.partition("#")
    if part.startswith("/"):
        head, slash, rest = part[1:].partition("/")
        return f"/{keys.get(head, head)}{slash}{rest}"
    dialect, dot, phase = name.partition(".")
    if dialect not in dialects:
        return part
    tokens = [keys.get(token, token) for token in pointer.split("/")]
    return f"{dialects[dialect]}{dot}{phase}{hash_}{'/'.join(tokens)}"


class Threshold(NamedTuple):
    """A limit that an audit may cross: any change of a kind, or a number or share of bodies."""

    text: str
    kind: str
    key: str | None = None
    most: float | None = None
    percent: bool = False

    def crossed(self, audit: Audit, comparison: Comparison | None) -> bool:
        """Return whether an audit, or its comparison with an earlier one, crosses the threshold."""
        if self.most is None:
            if comparison is None:
                raise AuditError(Text("audit.needs_two", {"threshold": self.text}))
            return any(change.what == self.kind for change in comparison.changes)
        most = self.most / 100 * audit.bodies if self.percent else self.most
        return self._count(audit) > most

    def _count(self, audit: Audit) -> int:
        if self.kind == "invalid":
            return audit.invalid
        kind, beginning = ("outcome", self.kind) if self.key is None else (self.kind, self.key)
        return sum(count for key, count in audit.of(kind).items() if key[0] == beginning)


_THRESHOLD = re.compile(
    r"(?P<name>[a-z]+)(:(?P<key>.+?))?\s*>\s*(?P<number>[0-9]+(\.[0-9]+)?)(?P<percent>%?)"
)
_SHARES = ("invalid", *(outcome.value for outcome in Outcome))
_KINDS = ("variant", "type", "error", "duration", "violation", "deviation", "notice", "unlisted")


def threshold(text: str) -> Threshold:
    """Read a threshold: `new`, `gone`, `changed`, `invalid>0.1%`, `unclear>20`, `error:2032>1%`.

    Before the `>` is an outcome, `invalid`, or a kind and the beginning of a key. Raises
    `AuditError` for anything else.
    """
    if text in ("new", "gone", "changed"):
        return Threshold(text, text)
    match = _THRESHOLD.fullmatch(text.strip())
    if match is None or match["name"] not in (_KINDS if match["key"] else _SHARES):
        raise AuditError(Text("audit.no_threshold", {"threshold": text}))
    return Threshold(
        text, match["name"], match["key"], float(match["number"]), bool(match["percent"])
    )
