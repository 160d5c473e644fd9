"""Hold the result of an audit: counters of bodies by day, kind and key, with examples.

Counters come in, an immutable `Audit` comes out, which is read and written as JSON. Audits merge in
any order: counters are added, the examples with the lowest digests are kept, and of a kind with too
many keys those with the lowest hashes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from hashlib import blake2b, sha256
from heapq import nsmallest
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from ..catalogue import store
from ..catalogue.reasons import ReasonedError
from ..catalogue.texts import Text
from ..results.status import Outcome

#: The version of the JSON form.
FORM = 1
#: The most examples of each key, and keys of each kind.
EXAMPLES, KEYS = 3, 1000
#: The kind that counts the bodies of each input: where they came from, not what they are.
INPUT = "input"
#: The day of bodies without one.
NO_DAY = ""

Key: TypeAlias = tuple[str, ...]
Counts: TypeAlias = Mapping[tuple[str, str, Key], int]


class AuditError(ReasonedError):
    """Raised for what cannot be audited, loaded or compared; says why."""


class Example(NamedTuple):
    """A body with a key: its SHA-256, its task id, and the place and the value.

    Task id and value are None if values are not shown.
    """

    digest: str
    task_id: str | None = None
    pointer: str | None = None
    value: Any = None


Examples: TypeAlias = Mapping[tuple[str, Key], tuple[Example, ...]]


@dataclass(frozen=True, eq=False, repr=False)
class Audit:
    """Counters of bodies by `(day, kind, key)`, and examples by `(kind, key)`.

    Kinds are outcome, variant, type, error, duration (seconds, the exponent of a power of two),
    violation (rule or keyword, pointer with `*` for indexes), deviation (erratum, rule), notice,
    unlisted (pointer), truncated, and input. `more` counts, by day and kind, what keys beyond the
    thousand of a kind came to. Audits add up with `+`; equal audits have the same `digest`.
    """

    counts: Counts = field(default_factory=dict)
    examples: Examples = field(default_factory=dict)
    more: Mapping[tuple[str, str], int] = field(default_factory=dict)
    #: The specifications and the versions of this package by which bodies were validated.
    specifications: frozenset[str] = frozenset()
    packages: frozenset[str] = frozenset()

    def __add__(self, other: Audit) -> Audit:
        return merged((self, other))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Audit) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<Audit of {self.bodies} bodies, {self.digest[:12]}>"

    @cached_property
    def totals(self) -> Mapping[tuple[str, Key], int]:
        """The counters of all days together, by kind and key."""
        found: Counter[tuple[str, Key]] = Counter()
        for (_, kind, key), count in self.counts.items():
            found[kind, key] += count
        return found

    def of(self, kind: str) -> dict[Key, int]:
        """Return the counters of a kind, the largest first."""
        found = {key: count for (of, key), count in self.totals.items() if of == kind}
        return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))

    @property
    def bodies(self) -> int:
        """How many bodies were audited."""
        return sum(self.of("outcome").values())

    @property
    def invalid(self) -> int:
        """How many of them are invalid."""
        return self.bodies - self.of("outcome").get((Outcome.VALID.value,), 0)

    @cached_property
    def days(self) -> Mapping[str, Counter[str]]:
        """The outcomes by day; the day of bodies without one is an empty string."""
        found: dict[str, Counter[str]] = {}
        for (day, kind, key), count in sorted(self.counts.items()):
            if kind == "outcome":
                found.setdefault(day, Counter())[key[0]] += count
        return found

    def first_day(self, kind: str, key: Key) -> str | None:
        """Return the first day on which a body has a key, if it has a day."""
        days = (day for day, of, other in self.counts if (of, other) == (kind, key) and day)
        return min(days, default=None)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the audit without the counters of inputs, in hexadecimal."""
        content = self._content()
        content["counts"] = [entry for entry in content["counts"] if entry["kind"] != INPUT]
        content["more"] = [entry for entry in content["more"] if entry["kind"] != INPUT]
        text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON object; `kvs-schema schema audit` is its schema."""
        return {
            "format": "kvs-schema audit",
            "version": FORM,
            "digest": self.digest,
            "packages": sorted(self.packages),
            "bodies": self.bodies,
            "invalid": self.invalid,
            **self._content(),
        }

    def _content(self) -> dict[str, Any]:
        return {
            "specifications": sorted(self.specifications),
            "counts": [
                {"day": day, "kind": kind, "key": list(key), "bodies": count}
                for (day, kind, key), count in sorted(self.counts.items())
            ],
            "more": [
                {"day": day, "kind": kind, "bodies": count}
                for (day, kind), count in sorted(self.more.items())
            ],
            "examples": [
                {"kind": kind, "key": list(key), "bodies": [each._asdict() for each in found]}
                for (kind, key), found in sorted(self.examples.items())
            ],
        }

    @classmethod
    def from_dict(cls, given: Any) -> Audit:
        """Return the audit of a JSON object; raises `AuditError` for any other."""
        try:
            if (given["format"], given["version"]) != ("kvs-schema audit", FORM):
                raise KeyError("version")
            found = cls(
                {(c["day"], c["kind"], tuple(c["key"])): c["bodies"] for c in given["counts"]},
                {
                    (e["kind"], tuple(e["key"])): tuple(Example(**each) for each in e["bodies"])
                    for e in given["examples"]
                },
                {(c["day"], c["kind"]): c["bodies"] for c in given["more"]},
                frozenset(given["specifications"]),
                frozenset(given["packages"]),
            )
            if found.digest == given["digest"]:
                return found
        except (KeyError, TypeError, ValueError):
            raise AuditError(Text("audit.not_an_audit")) from None
        raise AuditError(Text("audit.changed_since"))

    @classmethod
    def load(cls, path: str | Path) -> Audit:
        """Return the audit in a file; raises `AuditError` for what is not one."""
        try:
            return cls.from_dict(json.loads(Path(path).read_bytes()))
        except AuditError as error:
            raise AuditError(error.why, str(path)) from None
        except (ValueError, RecursionError):
            raise AuditError(Text("audit.not_an_audit"), str(path)) from None

    def save(self, path: str | Path) -> None:
        """Write the audit to a file, which is complete as soon as it exists."""
        text = json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n"
        write_whole(Path(path), text.encode("utf-8", "backslashreplace"))


def merged(audits: Iterable[Audit]) -> Audit:
    """Add up audits and return one of all bodies."""
    counts: Counter[tuple[str, str, Key]] = Counter()
    more: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, Key], dict[str, Example]] = {}
    specifications: set[str] = set()
    packages: set[str] = set()
    for audit in audits:
        counts.update(audit.counts)
        more.update(audit.more)
        specifications |= audit.specifications
        packages |= audit.packages
        for key, found in audit.examples.items():
            examples.setdefault(key, {}).update((each.digest, each) for each in found)
    kept = _kept_keys((kind, key) for _, kind, key in counts)
    for counter in [each for each in counts if each[1:] not in kept]:
        more[counter[:2]] += counts.pop(counter)
    lowest = {
        of: tuple(found[digest] for digest in sorted(found)[:EXAMPLES])
        for of, found in examples.items()
        if of in kept
    }
    return Audit(dict(counts), lowest, dict(more), frozenset(specifications), frozenset(packages))


def _kept_keys(keys: Iterable[tuple[str, Key]]) -> set[tuple[str, Key]]:
    """Return the keys that an audit keeps; those it drops, an audit of more bodies drops too."""
    by_kind: dict[str, set[Key]] = {}
    for kind, key in keys:
        by_kind.setdefault(kind, set()).add(key)
    return {(kind, key) for kind, found in by_kind.items() for key in _lowest(found)}


def _lowest(keys: set[Key]) -> Iterable[Key]:
    return keys if len(keys) <= KEYS else nsmallest(KEYS, keys, _rank)


def _rank(key: Key) -> tuple[bytes, Key]:
    return blake2b("\0".join(key).encode("utf-8", "surrogatepass"), digest_size=8).digest(), key


@cache
def provenance() -> tuple[frozenset[str], frozenset[str]]:
    """Return the specification, by a digest of its content, and the version of this package."""
    content = json.dumps({**store.specification(), "site": None}, sort_keys=True)
    digest = sha256(content.encode()).hexdigest()[:16]
    return frozenset((digest,)), frozenset((metadata.version("kvs-schema"),))


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a path to write to, and move the file to its own path at the end.

    So the file is complete as soon as it exists; what cannot be completed is removed.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, which is complete as soon as it exists."""
    with replacing(path) as beside:
        beside.write_bytes(content)
