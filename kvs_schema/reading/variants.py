"""Recognises callbacks by `callbacks/variants.yaml`, before any schema is applied.

Goes in: a body. Comes out: its variant, so that nobody has to read the errors of a `oneOf`; or
whether it could still be a callback, and of which task, where it has no variant or is not JSON.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from .faults import TextError
from .json_text import TOKEN, read

#: Names that are looked at where a body is of no variant; a callback or a wrapper has no more.
FEW = 64
#: What two complete casings must agree on.
_TELLING = ("task_id", "status")


class Classification(NamedTuple):
    """What a body was taken for.

    `problem` says why it is of no dialect: no_object, mixed_casing, unrecognised (`names` are
    those that `likely` would need), wrapped (`names` is the member that contains a callback, be
    it in a string, `likely` its dialect) or other_casing (`names` are spelt in a casing of their
    own). Where only the status is unusable the dialect is known.
    """

    dialect: str | None
    phase: str | None = None
    variant: str | None = None
    problem: str | None = None
    names: tuple[str, ...] = ()
    likely: str | None = None


class Classifier:
    """The discriminators of the sources, ready to be asked."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        self.names: dict[str, dict[str, str]] = source["names"]
        self.enough: int = source["recognised_by"]["names"]
        self.needed: list[str] = source["recognised_by"]["one_of"]
        flow = source["flow_details"]
        self.flow_members = {name: flow["unless"].get(name, ()) for name in flow["object_with"]}
        self.dialects = {(d["names"], d["flow"]): name for name, d in source["dialects"].items()}
        self.casing_of = {name: d["names"] for name, d in source["dialects"].items()}
        phases = source["phases"].items()
        self.phases = {status: phase for phase, spec in phases for status in spec["status"]}
        self._casings = [(casing, frozenset(keys.values())) for casing, keys in self.names.items()]
        self._by_status = {
            dialect: {
                status: Classification(dialect, phase, f"{dialect}.{phase}")
                for status, phase in self.phases.items()
            }
            for dialect in source["dialects"]
        }

    def first_level(self, dialect: str) -> dict[str, str]:
        """Return the keys of a dialect for the task id, the status, the type and the details."""
        return self.names[self.casing_of[dialect]]

    def classify(self, body: Any) -> Classification:
        """Return the variant of a body, or the reason why it has none."""
        found = self._classify(body)
        return self._nearly(body, found) if found.problem == "unrecognised" else found

    def _nearly(self, body: Mapping[str, Any], found: Classification) -> Classification:
        """Return what an unrecognised body would be without its wrapping or in another casing."""
        known = [name for _, names in reversed(self._casings) for name in names]
        spelling = {name.casefold(): name for name in known}  # the first casing wins
        first = [name for name in islice(body, FEW) if type(name) is str]
        spelt = {name: spelling.get(name.casefold(), name) for name in first}
        for name in first:
            if spelt[name] == name and name not in known:
                dialect = self._classify(_parsed(body[name])).dialect
                if dialect is not None:
                    return Classification(None, problem="wrapped", names=(name,), likely=dialect)
        names = tuple(name for name in spelt if name not in known and spelt[name] in known)
        if not names:
            return found
        likely = self._classify({spelt[name]: body[name] for name in spelt}).dialect
        likely = likely or found.likely
        return Classification(None, problem="other_casing", names=names, likely=likely)

    def _classify(self, body: Any) -> Classification:
        if type(body) is not dict:
            return Classification(None, problem="no_object")
        present = [(casing, keys & body.keys()) for casing, keys in self._casings]
        found = [(casing, names) for casing, names in present if names]
        if len(found) > 1:
            deciding = self._deciding(body, found)
            if deciding is None:
                mixed = tuple(name for name in body if any(name in names for _, names in found))
                return Classification(None, problem="mixed_casing", names=mixed)
            found = [deciding]
        casing, names = found[0] if found else present[0]
        roles = self.names[casing]
        details = body.get(roles["details"])
        flow = self._is_flow(details)
        dialect = self.dialects[casing, flow]
        if len(names) < self.enough or not any(roles[role] in names for role in self.needed):
            wanted = [name for role, name in roles.items() if not (flow and role == "type")]
            missing = tuple(name for name in wanted if name not in names)
            return Classification(None, problem="unrecognised", names=missing, likely=dialect)
        return self.of_status(dialect, body.get(roles["status"]))

    def of_status(self, dialect: str, status: Any) -> Classification:
        """Return the variant of a dialect that has a status, if there is one."""
        if type(status) is int or type(status) is float:
            classified = self._by_status[dialect].get(status)
            if classified is not None:
                return classified
        return Classification(dialect)

    def _deciding(self, body: Mapping[str, Any], found: list[Any]) -> Any:
        """Return the casing whose keys are all there, with its keys; None where none decides.

        Of several complete casings the first decides, if they agree on task id and status.
        """
        complete = [each for each in found if self._is_complete(body, self.names[each[0]])]
        told = [[body[self.names[casing][role]] for role in _TELLING] for casing, _ in complete]
        return complete[0] if told and all(each == told[0] for each in told) else None

    def _is_complete(self, body: Mapping[str, Any], roles: Mapping[str, str]) -> bool:
        flow = self._is_flow(body.get(roles["details"]))
        return all(name in body for role, name in roles.items() if not (flow and role == "type"))

    def _is_flow(self, details: Any) -> bool:
        if isinstance(details, dict):
            return any(
                name in details and not any(other in details for other in others)
                for name, others in self.flow_members.items()
            )
        return isinstance(details, list)


def _parsed(value: Any) -> Any:
    """Return the document in a string that contains one; other values as they are."""
    if type(value) is str and value.lstrip()[:1] == "{":
        try:
            return read(value, len(value))
        except TextError:
            pass
    return value


#: How much of a compressed body is unpacked.
_UNPACKED = 64 * 1024

#: The backslashes before it belong to it; a run of them is read once, and not from each of them.
_UNICODE_ESCAPE = re.compile(rb"(?<!\\)\\+u00([0-9a-fA-F]{2})")
_PERCENT_ESCAPE = re.compile(rb"%([0-9a-fA-F]{2})")


class Identifier:
    """The keys that identify a callback, from `callbacks/variants.yaml`."""

    def __init__(self, classifier: Mapping[str, Any]) -> None:
        pattern = classifier["identified_by"]
        self.first_level = {key for keys in classifier["names"].values() for key in keys.values()}
        self._key = re.compile(pattern, re.IGNORECASE | re.ASCII)
        # What is before it may belong to an escape such as \n or \u4efb; after it something must
        # follow, or the body may end inside a longer key.
        before = r"(?:(?<![a-z0-9_])|(?<=\\[bfnrt])|(?<=\\u[0-9a-f]{4}))"
        word = rf"{before}(?:{pattern})(?=[^a-z0-9_])"
        self._text = re.compile(word, re.IGNORECASE | re.ASCII)
        quoted = "|".join(map(re.escape, sorted(self.first_level)))
        self._bytes = re.compile(rf"{word}|\"(?:{quoted})\\*\"\s*:".encode(), re.IGNORECASE)

    def in_value(self, value: Any) -> bool:
        """Return whether parsed JSON contains an identifying key, at any depth and in strings."""
        if type(value) is dict and not self.first_level.isdisjoint(value):
            return True
        seen: set[int] = set()
        waiting = [value]
        while waiting:
            each = waiting.pop()
            kind = type(each)  # not isinstance, which asks the value
            if issubclass(kind, str):
                if self._in_text(str.__str__(each)):
                    return True
            elif issubclass(kind, dict | list) and id(each) not in seen:
                seen.add(id(each))
                if issubclass(kind, list):
                    waiting += list.__iter__(each)
                elif any(map(self._is_key, dict.keys(each))):
                    return True
                else:
                    waiting += dict.values(each)
        return False

    def _in_text(self, text: str) -> bool:
        if self._text.search(text):
            return True
        if "%" not in text and r"\u00" not in text:
            return False
        readings = _readings(text.encode(errors="surrogatepass"))
        return any(self._text.search(reading.decode("latin-1")) for reading in readings)

    def in_bytes(self, body: bytes) -> bool:
        """Return whether bytes that are not JSON contain an identifying key."""
        return any(self._bytes.search(text) for text in _readings(body))

    def task_id(self, value: Any) -> str | None:
        """Return the only task id at the first level of parsed JSON."""
        members = dict.items(value) if issubclass(type(value), dict) else ()
        return _only(member for key, member in members if self._is_key(key))

    def task_id_in_bytes(self, body: bytes) -> str | None:
        """Return the only task id at the first level of a text that is not JSON."""
        tokens = TOKEN.finditer(body.decode("utf-8-sig", "replace"))
        return _only(_string(value) for key, value in _members(tokens) if self._is_key(key))

    def _is_key(self, key: object) -> bool:
        return issubclass(type(key), str) and self._key.fullmatch(key) is not None


def _readings(body: bytes) -> Iterator[bytes]:
    """Yield the bytes of a body, then what they may be after one more step of decoding."""
    if body.startswith(b"\x1f\x8b"):
        with suppress(zlib.error):
            body = zlib.decompressobj(wbits=31).decompress(body, _UNPACKED)
    yield body
    if b"\0" in body:
        yield body.replace(b"\0", b"")
    for escape in (_UNICODE_ESCAPE, _PERCENT_ESCAPE):
        decoded = escape.sub(lambda found: bytes.fromhex(found[1].decode()), body)
        if decoded != body:
            body = decoded
            yield body


def _members(tokens: Iterator[re.Match[str]]) -> Iterator[tuple[object, str]]:
    """Yield the keys and first tokens of values at the first level of a text, as far as it goes."""
    depth = 0
    before: list[str] = []
    for token in tokens:
        piece = token[0]
        if depth == 1 and before[-1:] == [":"] and before[0].startswith('"'):
            yield _string(before[-2]), piece
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(piece, 0)
        before = [*before[-1:], piece]


def _string(token: str) -> object:
    try:
        return json.loads(token)
    except ValueError:
        return None


def _only(found: Iterator[object]) -> str | None:
    """Return the one value, if it is a task id; None of several or none."""
    values = list(found)
    value = values[0] if len(values) == 1 else None
    return value if isinstance(value, str) and value and "\ufffd" not in value else None
