"""Shows where in the text of a body a finding stands: the piece of text, and marks below it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ...reading.json_text import TOKEN, position
from ...results.findings import Violation
from ...results.messages import escaped
from ..terminal.screen import width

Path = tuple[str | int, ...]

#: Bodies above this many bytes are not searched.
LARGEST = 1024 * 1024
#: Characters shown on either side of the place.
AROUND = 34


class Excerpt(NamedTuple):
    """`line` and `column` in the body; `text` with `marks` below it, both ready to print.

    `inside` is line and column in the embedded document that `text` is taken from, if it is.
    """

    line: int
    column: int
    text: str
    marks: str
    inside: tuple[int, int] | None = None


def excerpts(body: bytes, violations: Sequence[Violation]) -> list[Excerpt | None]:
    """An excerpt for each violation; None where the text does not show its place."""
    if len(body) > LARGEST:
        return [None] * len(violations)
    text = body.decode("utf-8", "replace")
    texts = _Texts(text, [violation.location for violation in violations])
    return [_excerpt(texts, violation) for violation in violations]


def _excerpt(texts: _Texts, violation: Violation) -> Excerpt | None:
    pieces = violation.location or ((),)
    if violation.line is not None and violation.column is not None:
        text = texts.texts.get(pieces[:-1])
        if text is None:
            return None
        start = _offset(text, violation.line, violation.column)
        place = (start, start + 1)
    else:
        while pieces not in texts.places and len(pieces) > 1 and not pieces[-1]:
            pieces = pieces[:-1]
        if pieces not in texts.places or pieces == ((),):
            return None
        text, place = texts.texts[pieces[:-1]], texts.places[pieces]
    shown, marks = _window(text, *place)
    if len(pieces) == 1:
        return Excerpt(*position(text, place[0]), shown, marks)
    line, column = position(texts.texts[()], texts.places[pieces[:1]][0])
    return Excerpt(line, column, shown, marks, position(text, place[0]))


class _Texts:
    """The text of a body and of its embedded documents, and where the wanted values stand.

    `texts` has them by the pieces of a location that lead to them, `places` the start and end of
    a value in its text by its whole location.
    """

    def __init__(self, body: str, locations: Iterable[tuple[Path, ...]]) -> None:
        self.texts: dict[tuple[Path, ...], str] = {(): body}
        self.places: dict[tuple[Path, ...], tuple[int, int]] = {}
        wanted: dict[tuple[Path, ...], set[Path]] = {}
        for location in locations:
            for end, piece in enumerate(location):
                wanted.setdefault(location[:end], set()).add(piece)
        for within in sorted(wanted, key=len):
            if within:
                self._enter(within)
            if within in self.texts:
                for path, place in find(self.texts[within], wanted[within]).items():
                    self.places[*within, path] = place

    def _enter(self, within: tuple[Path, ...]) -> None:
        place = self.places.get(within)
        if place is None:
            return
        try:
            content = json.loads(self.texts[within[:-1]][slice(*place)])
        except ValueError:
            return
        if isinstance(content, str):
            self.texts[within] = content


def find(text: str, wanted: set[Path]) -> Mapping[Path, tuple[int, int]]:
    """Start and end of the values at these paths, as far as the text can be read; of an object or
    array the opening bracket. Of duplicate members the last counts."""
    found: dict[Path, tuple[int, int]] = {}
    deepest = max(map(len, wanted), default=0)
    path: list[Any] = []
    keys: list[bool] = []  # of each open container: whether a key comes next; arrays never
    objects: list[bool] = []
    for token in TOKEN.finditer(text):
        piece = token[0]
        if piece in "}]":
            if not path:
                break
            path.pop(), keys.pop(), objects.pop()
        elif piece == ",":
            if not path:
                break
            if objects[-1]:
                keys[-1] = True
            else:
                path[-1] += 1
        elif piece == ":":
            if keys:
                keys[-1] = False
        elif keys and keys[-1]:
            path[-1] = _key(piece)
        else:
            is_container = piece in "{["
            if len(path) <= deepest and (at := tuple(path)) in wanted:
                found[at] = (token.start(), token.start() + 1 if is_container else token.end())
            if is_container:
                objects.append(piece == "{")
                keys.append(piece == "{")
                path.append(None if piece == "{" else 0)
    return found


def _key(piece: str) -> str:
    try:
        return str(json.loads(piece))
    except ValueError:
        return piece


def _offset(text: str, line: int, column: int) -> int:
    start = 0
    for _ in range(line - 1):
        start = text.find("\n", start) + 1
    return min(start + column - 1, len(text))


def _window(text: str, start: int, end: int) -> tuple[str, str]:
    """The line around a place, shortened and escaped, and carets under the place."""
    begins = text.rfind("\n", 0, start) + 1
    ends = text.find("\n", start)
    ends = len(text) if ends < 0 else ends
    end = max(start + 1, min(end, ends, start + AROUND))
    left, right = max(begins, start - AROUND), min(ends, end + AROUND)
    before = ("…" if left > begins else "") + escaped(text[left:start])
    place = escaped(text[start:end])
    after = escaped(text[end:right]) + ("…" if right < ends else "")
    if left == begins:
        before = before.lstrip(" ")
    return f"{before}{place}{after}".rstrip(), " " * width(before) + "^" * max(1, width(place))
