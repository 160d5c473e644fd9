"""Shows where in the text of a body a finding is.

A body and its findings go in; the piece of text around each, and marks below it, come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...reading.json_text import TOKEN, line_columns, position
from ...results.findings import Violation
from ...results.messages import escaped
from ...results.positions import Located, Traced, trace
from ..terminal.screen import width

#: No excerpts are made of bodies above this many bytes.
LARGEST = 1024 * 1024
#: Characters shown on either side of the place.
AROUND = 34


class Excerpt(NamedTuple):
    """`line` and `column` in the body; `text` with `marks` below it, both ready to print.

    `inside` is line and column in the embedded document that `text` is taken from, if it is.
    A finding about the body as a whole has none.
    """

    line: int
    column: int
    text: str = ""
    marks: str = ""
    inside: tuple[int, int] | None = None


def excerpts(body: bytes, findings: Sequence[Located]) -> list[Excerpt]:
    """Return an excerpt for each finding."""
    text = body.decode("utf-8", "replace")
    traced = trace(text, [found.place for found in findings])
    lines = line_columns(text, [one.offset for one in traced])
    return [
        Excerpt(*lines[one.offset], *_shown(one, found))
        for one, found in zip(traced, findings, strict=True)
    ]


def _shown(traced: Traced, found: Located) -> tuple[str, str, tuple[int, int] | None] | tuple[()]:
    """Return text, marks and the place inside an embedded document."""
    location, offset = found.place
    if offset is None and location == ((),):
        return ()
    unreadable = isinstance(found, Violation) and found.keyword == "json"
    token = None if unreadable else TOKEN.match(traced.text, traced.inner)
    end = token.end() if token else traced.inner + 1
    inside = position(traced.text, traced.inner)[1:] if len(location) > 1 else None
    return *_window(traced.text, traced.inner, end), inside


def _window(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the line around a place, shortened and escaped, and carets under the place."""
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
