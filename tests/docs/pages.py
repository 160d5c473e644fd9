"""Read built pages and Markdown: their anchors, their links, and dead links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_MARKDOWN_LINK = re.compile(r"\]\(([^)\s]+)\)")
_MARKDOWN_ANCHOR = re.compile(r'<a id="([^"]+)">')


@dataclass
class Page:
    """Anchors and links of one page."""

    anchors: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if anchor := given.get("id"):
            (self.page.twice if anchor in self.page.anchors else self.page.anchors).add(anchor)
        for name in ("href", "src"):
            if link := given.get(name):
                self.page.links.add(link)
        self.silent += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.page.text += data


def html_pages(site: Path) -> dict[Path, Page]:
    """Return every page of a built site."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        reader = _Reader()
        reader.feed(path.read_text(encoding="utf-8"))
        found[path] = reader.page
    return found


def markdown_pages(directory: Path) -> dict[Path, Page]:
    """Return every Markdown file below a directory."""
    found = {}
    for path in sorted(directory.rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        links = set(_MARKDOWN_LINK.findall(text))
        found[path] = Page(set(_MARKDOWN_ANCHOR.findall(text)), links=links, text=text)
    return found


def dead_links(root: Path, pages: dict[Path, Page]) -> list[str]:
    """Return links between pages that lead to no file or no anchor."""
    return [
        f"{path.relative_to(root)}: {link}"
        for path, page in pages.items()
        for link in sorted(page.links)
        if not _alive(root, path, link, pages)
    ]


def _alive(root: Path, origin: Path, link: str, pages: dict[Path, Page]) -> bool:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return True
    target = origin
    if parts.path:
        base = root if parts.path.startswith("/") else origin.parent
        target = (base / unquote(parts.path).lstrip("/")).resolve()
        if target.is_dir():
            target /= "index.html"
    if target not in pages:
        return target.is_file()
    anchor = unquote(parts.fragment)
    return not anchor or anchor.startswith("__") or anchor in pages[target].anchors
