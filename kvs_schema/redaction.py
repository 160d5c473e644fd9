"""Turn bodies from production into test fixtures by replacing their string values.

Bodies come in; they come out with other string values and the same findings at both levels. Values
on which a keyword or a finding depends stay, and so do keys, numbers, lengths and escapes.
"""

from __future__ import annotations

import json
import math
import random
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from .catalogue import store
from .reading.json_text import TOKEN, holds_json, read_exactly
from .reading.limits import Limits
from .reports import check_callback
from .results.findings import Report
from .spec.graph import Graph, GraphNode

#: Takes a string value and its node in the graph; returns a string of the same length.
Replace: TypeAlias = Callable[[str, GraphNode | None], str]

#: Keywords whose result depends on the text of a string.
_TEXT_KEYWORDS = {"const", "enum", "pattern"}
#: A replaced value of so many characters must not occur anywhere in the new body.
_SECRET_LENGTH = 6
_LIMITS = Limits(findings=10_000)
#: Runs of letters, of digits and of other letters (Chinese); percent escapes are skipped.
_RUN = re.compile(r"%[0-9A-Fa-f]{2}|([A-Za-z]+|[0-9]+|[^\W\x00-\x7f]+)")
#: One character of a string as JSON has it, with its escape.
_ESCAPED_CHARACTER = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|.", re.DOTALL)
#: A character is replaced by one of its class, or else by one that takes as many bytes.
_ASCII = tuple(range(ord(first), ord(last) + 1) for first, last in ("az", "AZ", "09"))
_OTHERS = {2: range(0xE0, 0xF7), 3: range(0x4E00, 0x9FA6), 4: range(0x20000, 0x2A6D7)}


@dataclass(frozen=True, slots=True)
class Redacted:
    """A redacted body with its report, and how many distinct string values were replaced.

    `kept` are values that no schema reads, but on which a finding depends.
    """

    body: bytes
    report: Report
    replaced: int
    kept: tuple[str, ...]


def redact(bodies: Sequence[bytes]) -> list[Redacted]:
    """Replace the string values of bodies that the specification neither reads nor publishes.

    Equal runs of letters, digits or Chinese characters become equal runs in all bodies, and
    different ones different runs. Raises `TextError` for a body that cannot be parsed.
    """
    drafts = [_Draft(body) for body in bodies]
    runs = _replacements(value for draft in drafts for value in draft.values)
    return [draft.redacted(runs) for draft in drafts]


class _Draft:
    """One body, and the string values in it that may be replaced, in order of appearance."""

    def __init__(self, body: bytes) -> None:
        read_exactly(body, Limits())  # raises `TextError`
        self.text = body.decode()
        self.findings = _findings_of(body)
        self.report = check_callback(body)
        self.node = root_node(self.report.variant)
        found: dict[str, bool] = {}

        def collect(value: str, node: GraphNode | None) -> str:
            found[value] = found.get(value, False) or _is_read(node)
            return value

        rewritten_strings(self.text, self.node, collect)
        #: A value that is kept anywhere is kept everywhere: nothing is gained by replacing it.
        self.values = [
            value
            for value, is_read in found.items()
            if not is_read and value not in _published() and any(_runs(value))
        ]

    def redacted(self, runs: Mapping[str, str]) -> Redacted:
        values = list(self.values)
        kept = []
        while self._differs(values, runs):
            first = bisect_left(
                range(1, len(values)), True, key=lambda count: self._differs(values[:count], runs)
            )
            kept.append(values.pop(first))
        body = self._written(values, runs).encode()
        return Redacted(body, self.report, len(values), tuple(kept))

    def _written(self, values: Iterable[str], runs: Mapping[str, str]) -> str:
        chosen = {value: _replaced(value, runs) for value in values}
        return rewritten_strings(self.text, self.node, lambda value, _: chosen.get(value, value))

    def _differs(self, values: Iterable[str], runs: Mapping[str, str]) -> bool:
        """Return whether a value shows, or the findings change, where these are replaced."""
        text = self._written(values, runs)
        found: set[str] = set()

        def collect(value: str, node: GraphNode | None) -> str:
            found.add(value)
            return value

        rewritten_strings(text, self.node, collect)
        leaks = any(len(value) >= _SECRET_LENGTH and value in found for value in values)
        return leaks or _findings_of(text.encode()) != self.findings


def _findings_of(body: bytes) -> list[Any]:
    """Return what must stay the same in the reports on a body."""
    reports = [check_callback(body, strict=strict, limits=_LIMITS) for strict in (False, True)]
    return [
        [
            *(report.outcome, report.variant, report.unlisted, report.truncated),
            [(found.id, found.location, found.line, found.column) for found in report.notices],
            *(
                [(f.location, f.keyword, f.rule, f.erratum, f.line, f.column) for f in findings]
                for findings in (report.violations, report.deviations)
            ),
        ]
        for report in reports
    ]


@cache
def _graph() -> Graph:
    return Graph(store.specification()["schemas"], everything=True)


def root_node(variant: str | None) -> GraphNode | None:
    """Return the node of a whole body as sent, for `rewritten_strings`."""
    return None if variant is None else _graph().root(variant)


def _is_read(node: GraphNode | None) -> bool:
    """Return whether a keyword or a condition depends on the text of a value."""
    return node is not None and any(
        _TEXT_KEYWORDS & one.keywords.keys() or "/if/" in one.pointer for one in node.applied
    )


@cache
def _published() -> frozenset[str]:
    """Return the strings that the specification itself lists, such as the names of codecs."""
    specification = store.specification()
    return frozenset(_strings([specification[name] for name in ("samples", "examples", "errors")]))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if holds_json(value):
            yield from _strings(json.loads(value))
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from _strings(child)


def rewritten_strings(text: str, node: GraphNode | None, replace: Replace) -> str:
    """Replace the string values of a JSON text, also those of JSON inside strings."""
    written, end = [], 0
    holders: list[tuple[bool, GraphNode | None]] = []
    here, key = node, False
    for token in TOKEN.finditer(text):
        piece = token[0]
        if piece in ("{", "["):
            holders.append((piece == "{", here))
        elif piece in ("}", "]"):
            holders.pop()
        if piece in ("{", "[", ","):
            key, holder = holders[-1]
            here = None if key or holder is None else holder.element
        elif piece == ":":
            key = False
        elif piece[0] == '"':
            value = json.loads(piece)
            if key:
                holder = holders[-1][1]
                here = None if holder is None else holder.members.get(value)
                continue
            if holds_json(value):
                new = rewritten_strings(value, None if here is None else here.content, replace)
            else:
                new = replace(value, here)
            if new != value:
                written += [text[end : token.start()], _escaped_like(piece, new)]
                end = token.end()
    return "".join([*written, text[end:]])


def _escaped_like(piece: str, new: str) -> str:
    """Return a string as JSON with the escapes of the one it replaces, if it is as long."""
    written, spelled = [], _ESCAPED_CHARACTER.findall(piece[1:-1])
    if len(spelled) != len(new):
        return json.dumps(new, ensure_ascii=False)
    for old, character in zip(spelled, new, strict=True):
        if old[0] != "\\":
            written.append(character)
        elif json.loads(f'"{old}"') == character:
            written.append(old)
        else:
            units = character.encode("utf-16-be").hex()
            escape = "".join(rf"\u{units[at : at + 4]}" for at in range(0, len(units), 4))
            written.append(escape if old == old.lower() else escape.upper().replace("U", "u"))
    return f'"{"".join(written)}"'


def _runs(value: str) -> Iterator[str]:
    return filter(None, (found[1] for found in _RUN.finditer(value)))


def _replaced(value: str, runs: Mapping[str, str]) -> str:
    return _RUN.sub(lambda found: runs[found[1]] if found[1] else found[0], value)


def _replacements(values: Iterable[str]) -> Mapping[str, str]:
    """Map each run in some values to another of its shape, one to one.

    What a run becomes depends on the runs before it only by their shapes and their number, so
    that it tells nothing of the run. It is none of these runs where there are enough others.
    """
    shapes: dict[tuple[range, ...], list[str]] = {}
    for run in dict.fromkeys(run for value in values for run in _runs(value)):
        shapes.setdefault(tuple(map(_class_of, run)), []).append(run)
    chance = random.Random(0)  # noqa: S311 – looks like values, and is no secret
    found: dict[str, str] = {}
    for shape, runs in shapes.items():
        if 2 * len(runs) > math.prod(map(len, shape)):
            found |= zip(runs, [*runs[1:], runs[0]], strict=True)
            continue
        taken = set(runs)
        for run in runs:
            while (new := "".join(chr(chance.choice(one)) for one in shape)) in taken:
                pass
            taken.add(new)
            found[run] = new
    return found


def _class_of(character: str) -> range:
    code = ord(character)
    for one in _ASCII:
        if code in one:
            return one
    return _OTHERS[len(character.encode())]
