"""Rows of our tables as entries of a search index, so that a code leads to its row."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

_HAN = re.compile(r"[\u3400-\u9fff]+")
_BREAK = "\u200b"


@dataclass(frozen=True, slots=True)
class Searchable:
    """The content of a page, and its address."""

    url: str
    html: str


@dataclass(slots=True)
class _IndexedRow:
    """A table row with an anchor: the text of its cells."""

    anchor: str = ""
    cells: list[str] = field(default_factory=list)
    strong: str = ""
    in_strong: bool = False

    @property
    def title(self) -> str:
        """The first cell with what tells it from others: its meaning, or the object it is in."""
        name = self.cells[0].strip()
        owner = self.anchor.removesuffix("-field").removesuffix(f".{name}")
        more = self.strong or (owner if owner != self.anchor else "")
        return f"{name} · {more}" if more else name


class _Rows(HTMLParser):
    """Collects the rows whose first cell begins with an anchor."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_IndexedRow] = []
        self.row: _IndexedRow | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.row = _IndexedRow()
        elif self.row is None:
            return
        elif tag == "td":
            self.row.cells.append("")
        elif tag == "a" and len(self.row.cells) == 1:
            self.row.anchor = self.row.anchor or dict(attrs).get("id") or ""
        elif tag == "strong":
            self.row.in_strong = len(self.row.cells) == 2 and not self.row.strong
        elif tag == "br" and self.row.cells:
            self.row.cells[-1] += " "

    def handle_endtag(self, tag: str) -> None:
        if tag == "tr" and self.row is not None:
            if self.row.anchor:
                self.found.append(self.row)
            self.row = None
        elif tag == "strong" and self.row is not None:
            self.row.in_strong = False

    def handle_data(self, data: str) -> None:
        if self.row is not None and self.row.cells:
            self.row.cells[-1] += data
            if self.row.in_strong:
                self.row.strong += data


def entries(page: Searchable) -> Iterator[dict[str, str]]:
    """One entry for each row of a page that has an anchor."""
    reader = _Rows()
    reader.feed(page.html)
    reader.close()
    for row in reader.found:
        cells = [" ".join(cell.split()) for cell in row.cells]
        text = " ".join(cell for cell in cells[1:] if cell)
        yield {"location": f"{page.url}#{row.anchor}", "title": row.title, "text": text}


def add_to_index(path: Path, pages: Iterable[Searchable]) -> None:
    """Add the rows of pages to the index that a search plugin wrote; without one, do nothing."""
    if not path.is_file():
        return
    index = json.loads(path.read_text(encoding="utf-8"))
    cut = _segmenter() if any(_BREAK in doc["text"] for doc in index["docs"]) else str
    known = {doc["location"] for doc in index["docs"]}
    for page in pages:
        for entry in entries(page):
            if page.url in known and entry["location"] not in known:
                index["docs"].append(
                    entry | {"title": cut(entry["title"]), "text": cut(entry["text"])}
                )
    path.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _segmenter() -> Any:
    """Breaks Chinese into words, as the plugin that wrote the index did."""
    try:
        jieba = importlib.import_module("jieba")
    except ImportError:
        return str
    return lambda text: _HAN.sub(lambda match: _BREAK.join(["", *jieba.cut(match[0]), ""]), text)
