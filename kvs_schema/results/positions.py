"""Line and column of findings in a body as received, inside embedded strings too.

Goes in: the text of a body and the locations of findings. Comes out: the offset of each, in the
body and in the innermost embedded document, found in one pass over every text that is entered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from json.decoder import JSONDecoder
from typing import Any, NamedTuple, TypeAlias

from ..reading.json_text import line_columns
from ..spec.locations import Location, Token, pointer_of

#: A location, and the offset in its innermost text where only that is known (faults of reading).
Place: TypeAlias = tuple[Location, int | None]

#: Reads one value at an offset, in C; numbers stay text, so that none is too long.
_scan: Callable[[str, int], tuple[Any, int]]
_scan = JSONDecoder(parse_int=str, parse_float=str).scan_once  # type: ignore[attr-defined]
_B = r"[ \t\r\n]*"
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
#: Small values are not read: regular expressions match many of them at once.
_MANY = 64
_SHORT = rf'"[^"\\]*(?:\\.[^"\\]*){{0,{_MANY}}}"'
_FLAT = rf'[^"{{}}\[\]]*(?:{_SHORT}[^"{{}}\[\]]*){{0,{_MANY}}}'
_SMALL = rf"(?:{_SHORT}|[^\"{{}}\[\],\s]+|\{{{_FLAT}\}}|\[{_FLAT}\]){_B}"
_BLANKS: Any = re.compile(_B)
_MEMBER: Any = re.compile(rf"{_B}({_STRING}){_B}:{_B}()(?:{_SMALL}(,))?")
_ELEMENTS: Any = re.compile(rf"(?:{_SMALL},{_B}){{{_MANY}}}")
_NEXT: Any = re.compile(rf"{_B}([,}}\]]){_B}")
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB]..\\u....|u....|.)")
_ESCAPES = re.compile(rf"(?:[^\\]*\\[^u]){{{_MANY}}}")


class Traced(NamedTuple):
    """Where something begins: the offset in the body, and in `text`, the innermost document."""

    offset: int
    text: str
    inner: int


class Positions:
    """Line and column of each of several places in one body, found when the first is read.

    Pickling finds them, and the body is left behind.
    """

    __slots__ = ("_found", "_wanted")

    def __init__(self, body: bytes, places: Sequence[Place]) -> None:
        self._wanted: tuple[bytes, Sequence[Place]] | None = (body, places)
        self._found: list[tuple[int, int]] = []

    def at(self, index: int) -> tuple[int, int]:
        """Return line and column of a place by its number, both from 1."""
        return self._all()[index]

    def _all(self) -> list[tuple[int, int]]:
        wanted = self._wanted
        if wanted is not None:  # several threads may do it at once: all find the same
            body, places = wanted
            text = body.decode("utf-8", "replace")
            offsets = [traced.offset for traced in trace(text, places)]
            lines = line_columns(text, offsets)
            self._found = [lines[offset] for offset in offsets]
            self._wanted = None
        return self._found

    def __getstate__(self) -> list[tuple[int, int]]:
        return self._all()

    def __setstate__(self, found: list[tuple[int, int]]) -> None:
        self._wanted, self._found = None, found


@dataclass(frozen=True, slots=True)
class Located:
    """Something about one place of a document."""

    location: Location
    _position: tuple[Positions, int] | None = field(
        default=None, repr=False, compare=False, kw_only=True
    )

    @property
    def line(self) -> int | None:
        """The line in the body as received, from 1; lines end at "\\n".

        None for a body given as a Python value. Line and column are those of the value, of the
        opening bracket where a key is missing, of the second key where it is a duplicate. Inside
        an embedded string too they are those of the body. They are found when first read.
        """
        at = self._at()
        return None if at is None else at[0]

    @property
    def column(self) -> int | None:
        """The column in the body as received, in code points from 1; see `line`."""
        at = self._at()
        return None if at is None else at[1]

    @property
    def place(self) -> Place:
        """What the line is found by; no API."""
        return self.location, None

    def _at(self) -> tuple[int, int] | None:
        return None if self._position is None else self._position[0].at(self._position[1])

    @property
    def pointer(self) -> str:
        """The location for reading."""
        return pointer_of(self.location)


def trace(text: str, places: Sequence[Place]) -> list[Traced]:
    """Return where each place is; a text is read once, however many places are in it."""
    here = _Finder(text).find(
        location[0] for location, offset in places if offset is None or len(location) > 1
    )
    found: list[Any] = [None] * len(places)
    inside: dict[tuple[Token, ...], list[int]] = {}
    for index, (location, offset) in enumerate(places):
        if len(location) > 1:
            inside.setdefault(location[0], []).append(index)
        else:
            at = here[location[0]] if offset is None else offset
            found[index] = Traced(at, text, at)
    for path, indexes in inside.items():
        start = here[path]
        content, end = _scan(text, start)
        inner = trace(content, [(places[index][0][1:], places[index][1]) for index in indexes])
        outer = _unescaped(text, start + 1, end - 1, {one.offset for one in inner})
        for index, one in zip(indexes, inner, strict=True):
            found[index] = one._replace(offset=outer[one.offset])
    return found


def _unescaped(text: str, start: int, end: int, wanted: set[int]) -> Mapping[int, int]:
    """Return the offsets in a text of offsets in a string whose characters it has there."""
    found: dict[int, int] = {}
    shift = at = tried = start  # `shift` is what is added to an offset in the string
    escape = _ESCAPE.search(text, at, end)
    for offset in sorted(wanted):
        while escape and escape.start() - shift < offset:
            many = _ESCAPES.match(text, at, end) if at >= tried else None
            if many and many.end() - shift - _MANY <= offset:
                at, shift = many.end(), shift + _MANY
            else:
                tried = at + 4 * _MANY if at >= tried else tried
                at, shift = escape.end(), shift + escape.end() - escape.start() - 1
            escape = _ESCAPE.search(text, at, end)
        found[offset] = offset + shift
    return found


class _Finder:
    """Finds where values begin in a well-formed text.

    What leads to none of them is passed over by the parser of the standard library. Of duplicate
    keys the last counts.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: dict[tuple[Token, ...], int] = {}

    def find(self, paths: Iterable[tuple[Token, ...]]) -> Mapping[tuple[Token, ...], int]:
        """Return the offset of the value at each path, and at each path that leads there."""
        tree: dict[Token, Any] = {}
        for path in paths:
            node = tree
            for token in path:
                node = node.setdefault(token, {})
        begin = _BLANKS.match(self.text).end()
        if tree:
            self._value(begin, tree, ())
        self.found[()] = begin  # the text need not be JSON for this one
        return self.found

    def _value(self, at: int, tree: dict[Token, Any], path: tuple[Token, ...]) -> int:
        """Note where the values of a tree are; return where the value ends that begins here."""
        self.found[path] = at
        bracket = self.text[at]
        if not tree or bracket not in "{[":
            return _scan(self.text, at)[1]
        at = _BLANKS.match(self.text, at + 1).end()
        if self.text[at] in "}]":
            return at + 1
        return self._members(at, tree, path) if bracket == "{" else self._elements(at, tree, path)

    def _members(self, at: int, tree: dict[Token, Any], path: tuple[Token, ...]) -> int:
        text = self.text
        while True:
            head = _MEMBER.match(text, at)
            key = json.loads(head[1]) if "\\" in head[1] else head[1][1:-1]
            below = tree.get(key)
            if below is None and head[3]:
                at = head.end()
                continue
            at = head.start(2)
            at = _scan(text, at)[1] if below is None else self._value(at, below, (*path, key))
            after = _NEXT.match(text, at)
            at = after.end()
            if after[1] == "}":
                return at

    def _elements(self, at: int, tree: dict[Token, Any], path: tuple[Token, ...]) -> int:
        text, index = self.text, 0
        # of duplicate keys an earlier one may have an array where the last has an object
        left = sorted((token for token in tree if isinstance(token, int)), reverse=True)
        tried = 0
        while True:
            if index >= tried:
                tried = index + _MANY
                while left and left[-1] < index:
                    left.pop()
                if not left or left[-1] >= tried:
                    many = _ELEMENTS.match(text, at)
                    if many:
                        at, index = many.end(), tried
                        continue
            below = tree.get(index)
            at = _scan(text, at)[1] if below is None else self._value(at, below, (*path, index))
            after = _NEXT.match(text, at)
            at = after.end()
            if after[1] == "]":
                return at
            index += 1
