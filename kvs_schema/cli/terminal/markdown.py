"""Markdown of the documentation as lines and tables of a screen.

Understands what `docs.markdown` writes: headings, lists, tables, quotations, fenced code, and the
inline HTML in its cells. Rich's own renderer drops that HTML, and with it line breaks and facts.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from .screen import Screen, Span

_INLINE = re.compile(
    r"`(?P<code>[^`]*)`"
    r"|\[(?P<link>(?:`[^`]*`|[^\]`])*)\]\([^)]*\)"
    r"|<(?P<tag>/?\w+)[^>]*>"
    r"|\*\*"
)
#: Tags at which a line begins; what is folded below a summary is indented.
_BREAKS = dict.fromkeys(("br", "small", "/small", "details", "/details"), "\n") | {
    "/summary": "\n  "
}


def write(screen: Screen, text: str) -> None:
    """Write a part of the documentation; links are their text."""
    lines = text.split("\n")
    while lines:
        line = lines.pop(0)
        if line.startswith("|"):
            rows = [line]
            while lines and lines[0].startswith("|"):
                rows.append(lines.pop(0))
            _table(screen, [_cells(row) for row in (rows[0], *rows[2:])])
        elif line.startswith("#"):
            screen.line()
            screen.line("  ", (plain(line.lstrip("# "))[0], "title"))
        elif line.strip("> "):
            bullet = "- " if line.startswith("- ") else ""
            first, *more = plain(line.removeprefix("- ").removeprefix("> ")) or [""]
            screen.line("  ", bullet, first)
            for piece in more:
                screen.line("    ", piece)


def plain(text: str) -> list[str]:
    """Return the lines of a paragraph or a cell without markup."""
    marked = _INLINE.sub(_replaced, text)
    return [line.rstrip() for line in html.unescape(marked).split("\n") if line.strip()]


def _replaced(match: re.Match[str]) -> str:
    if match["code"] is not None:
        return html.escape(match["code"], quote=False)
    if match["link"] is not None:
        return _INLINE.sub(_replaced, match["link"])
    return _BREAKS.get(match["tag"] or "", "")


def _cells(row: str) -> list[list[str]]:
    return [plain(cell) or [""] for cell in row[2:-2].split(" | ")]


def _table(screen: Screen, rows: list[list[list[str]]]) -> None:
    """Write rows under their heads; a single row as one line for each of its cells."""
    head, *body = rows
    if len(body) == 1:
        colon = screen.say("reference.colon")
        for [name], [first, *more] in zip(head, body[0], strict=True):
            if first:
                screen.line("  ", (f"{name}{colon}", "dim"), first)
            for line in more:
                screen.line("    ", line)
        return
    screen.table([f"  {head[0][0]}", *(cell[0] for cell in head[1:])], _lines(body))


def _lines(rows: list[list[list[str]]]) -> Iterator[list[Span]]:
    """Yield a row of a screen for each line of the cells."""
    for row in rows:
        for index in range(max(map(len, row))):
            first, *others = (cell[index] if index < len(cell) else "" for cell in row)
            yield [(f"  {first}", "name"), *others]
