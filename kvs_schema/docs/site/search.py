"""Rows of our tables as entries of a search index, so that a code leads to its row."""

from __future__ import annotations

import html
import importlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_HAN = re.compile(r"[\u3400-\u9fff]+")
_BREAK = "\u200b"
_ROW = re.compile(r'<tr>\s*<td[^>]*><a id="([^"]+)"></a>(.*?)</td>(.*?)</tr>', re.S)
_CELL = re.compile(r"<td[^>]*>(.*?)</td>", re.S)
_STRONG = re.compile(r"<strong>(.*?)</strong>", re.S)


def entries(url: str, page: str) -> Iterator[dict[str, str]]:
    """Yield one entry for each row of a page whose first cell begins with an anchor.

    Its title is that cell with what tells it from others: its meaning, or the object it is in.
    """
    for anchor, first, rest in _ROW.findall(page):
        cells = _CELL.findall(rest)
        name, anchor = _plain(first), html.unescape(anchor)
        strong = _STRONG.search(cells[0]) if cells else None
        owner = anchor.removesuffix("-field").removesuffix(f".{name}")
        more = _plain(strong[1]) if strong else owner if owner != anchor else ""
        title = f"{name} · {more}" if more else name
        text = " ".join(filter(None, map(_plain, cells)))
        yield {"location": f"{url}#{anchor}", "title": title, "text": text}


def _plain(markup: str) -> str:
    """Return the text of a cell in one line."""
    apart = re.sub("</?(br|small|details|summary)[^>]*>", " ", markup)
    return " ".join(html.unescape(re.sub("<[^>]+>", "", apart)).split())


def add_to_index(path: Path, pages: Mapping[str, str]) -> None:
    """Add the rows of pages to the index that a search plugin wrote; without one, do nothing."""
    if not path.is_file():
        return
    index = json.loads(path.read_text(encoding="utf-8"))
    cut = _segmenter() if any(_BREAK in doc["text"] for doc in index["docs"]) else str
    known = {doc["location"] for doc in index["docs"]}
    for url, page in pages.items():
        for entry in entries(url, page):
            if url in known and entry["location"] not in known:
                index["docs"].append(
                    entry | {"title": cut(entry["title"]), "text": cut(entry["text"])}
                )
    path.write_text(json.dumps(index, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def _segmenter() -> Any:
    """Return a function that breaks Chinese into words, as the plugin that wrote the index did."""
    try:
        jieba = importlib.import_module("jieba")
    except ImportError:
        return str
    return lambda text: _HAN.sub(lambda match: _BREAK.join(["", *jieba.cut(match[0]), ""]), text)
