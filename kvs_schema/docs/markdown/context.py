"""What every renderer gets: the specification, the language, and how the page will be read.

Also the pieces that all of them need: links, headings, boxes, tables, escaped text.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from textwrap import indent
from typing import Any, TypeAlias

from ...catalogue import store
from ...catalogue.texts import Lang
from ...results.messages import site
from ...spec.graph import Graph
from ...spec.vocabulary import said
from ..words import word

#: The address of a page below the reference, with an anchor or without; None without a site.
Links: TypeAlias = Callable[[str, str], str | None]

_MARKUP = re.compile(r"[\\`*_\[\]<|&{}]")
#: A name of a field that looks like no other word.
_NAME = re.compile(r"([A-Za-z][A-Za-z0-9.]*(?:_[A-Za-z0-9]+)+)")


@dataclass(frozen=True, slots=True)
class Flavour:
    """What Markdown may use beside CommonMark, tables and inline HTML.

    `attributes`: `{#id}` after a heading and Markdown inside HTML blocks (attr_list, md_in_html);
    `tabs`: `=== "Title"` (pymdownx.tabbed); `boxes`: `!!! warning` (admonition). `alone`: the part
    is read by itself, as on a terminal: all that applies is in it, and no bodies or downloads are.
    """

    attributes: bool = False
    tabs: bool = False
    boxes: bool = False
    alone: bool = False


PLAIN = Flavour()


@dataclass(frozen=True, slots=True)
class Context:
    """The specification, seen in one language, written for one kind of reader.

    `level` is that of the first heading that a renderer writes.
    """

    lang: Lang
    links: Links
    flavour: Flavour = PLAIN
    level: int = 2

    @property
    def specification(self) -> Mapping[str, Any]:
        """All that the sources say."""
        return store.specification()

    @property
    def graph(self) -> Graph:
        """The graph of the schemas."""
        return store.graph()

    def word(self, key: str, **values: object) -> str:
        """Return one of the generator's own words."""
        return word(key, self.lang, **values)

    def said(self, node: Any, key: str = "title") -> str:
        """Return a text of the sources in the reader's language, as Markdown; empty without one."""
        found = said(node, key, self.lang) if node else None
        return escaped(str(found)) if found else ""

    def link(self, text: str, page: str, anchor: str = "") -> str:
        """Return a link to a page of the reference, or the text alone where no site is known."""
        address = self.links(page, anchor)
        return text if address is None else f"[{text}]({address})"

    def schema(self, name: str, text: str | None = None) -> str:
        """Return a link to a schema, by its title."""
        schema = self.specification["schemas"][name]
        return self.link(text or self.said(schema) or code(name), self.page_of(name), name)

    def page_of(self, schema: str) -> str:
        """Return the page that a schema is on."""
        return str(self.specification["origins"][schema]).removesuffix(".yaml")

    def erratum(self, identifier: str) -> str:
        """Return a link to an erratum, by its identifier."""
        return self.link(code(identifier), self.page_of_erratum(identifier), identifier)

    def page_of_erratum(self, identifier: str) -> str:
        """Return the page that an erratum is on."""
        return f"errata/{self.specification['errata'][identifier]['section']}"

    def heading(self, text: str, anchor: str, *, below: int = 0) -> str:
        """Return a heading with an anchor of our choice."""
        marks = "#" * min(self.level + below, 6)
        if self.flavour.attributes:
            return f"{marks} {text} {{#{anchor}}}"
        return f"{marks} {mark(anchor)}{text}"

    def wrapped(self, kind: str, block: str, **data: str) -> str:
        """Return a block that style sheets and scripts can find, where the flavour allows it."""
        if not self.flavour.attributes:
            return block
        extra = "".join(f' data-kvs-{key}="{html.escape(value)}"' for key, value in data.items())
        return f'<div class="kvs-{kind}"{extra} markdown="1">\n\n{block}\n\n</div>'

    def warning(self, title: str, text: str) -> str:
        """Return a box that attracts attention."""
        if self.flavour.boxes:
            return f'!!! warning "{title}"\n\n{indent(text, "    ")}'
        return "\n".join(f"> {line}".rstrip() for line in f"**{title}**\n\n{text}".split("\n"))

    def folded(self, title: str, text: str, anchor: str = "") -> str:
        """Return a block that a reader opens if needed; open where the part is read by itself."""
        if self.flavour.alone:
            return f"**{title}**\n\n{text}"
        inside = f' id="{anchor}"' if anchor else ""
        inside += ' class="kvs-fold" markdown="1"' if self.flavour.attributes else ""
        return f"<details{inside}>\n<summary>{title}</summary>\n\n{text}\n\n</details>"

    def tabs(self, tabs: Mapping[str, str]) -> str:
        """Return blocks side by side, or one below the other."""
        if self.flavour.tabs:
            return "\n\n".join(
                f'=== "{title}"\n\n{indent(text, "    ")}' for title, text in tabs.items()
            )
        return "\n\n".join(f"**{title}**\n\n{text}" for title, text in tabs.items())

    def labelled(self, key: str, text: str) -> str:
        """Return a text after one of the generator's own words and a colon."""
        return f"{self.word(key)}{self.word('colon')}{text}"

    def strong(self, key: str, text: str) -> str:
        """Return a text after one of the generator's own words in bold type and a colon."""
        return f"**{self.word(key)}**{self.word('colon')}{text}"

    def sentences(self, texts: list[str]) -> str:
        """Join sentences, without a space between Chinese ones."""
        return ("" if self.lang == "zh" else " ").join(texts)

    def listed(self, items: list[str]) -> str:
        """Join items to a list within a sentence."""
        return self.word("comma").join(items)


def site_links(lang: Lang) -> Links:
    """Return how to find addresses on the published site, if there is one."""
    root = site(lang)

    def address(page: str, anchor: str) -> str | None:
        if root is None:
            return None
        if page.startswith("../"):
            return f"{root}{page[3:]}/" + (f"#{anchor}" if anchor else "")
        path = page if page.endswith(".json") or not page else f"{page.rstrip('/')}/"
        return f"{root}reference/{path}" + (f"#{anchor}" if anchor else "")

    return address


def relative_links(origin: str, outside: Links | None = None, folder: str = "") -> Links:
    """Return how to find addresses relative to the file `origin`; the reference is in `folder`.

    Those outside of it (`../guides/receive`) are next to it, unless `outside` says where.
    """

    def address(page: str, anchor: str) -> str | None:
        if outside is not None and page.startswith("../"):
            return outside(page, anchor)
        path = folder + file_of(page)
        if path == origin and anchor:
            return f"#{anchor}"
        relative = posixpath.relpath(path, posixpath.dirname(origin) or ".")
        return relative + (f"#{anchor}" if anchor else "")

    return address


def file_of(page: str) -> str:
    """Return the file of a page below the reference; a page ending in `/`, or none, is an index."""
    if page.endswith(".json"):
        return page
    return f"{page}index.md" if not page or page.endswith("/") else f"{page}.md"


def escaped(text: str) -> str:
    """Return plain text as Markdown; names of fields that look like no other word are code."""
    pieces = enumerate(_NAME.split(text))  # every second one is a name
    return "".join(f"`{piece}`" if i % 2 else _entities(piece) for i, piece in pieces)


def code(value: object) -> str:
    """Return a value as inline code, safe in a table."""
    text = str(value)
    if not text or "`" in text or "|" in text:
        return f"<code>{_entities(text)}</code>"
    return f"`{text}`"


def mark(anchor: str) -> str:
    """Return an anchor inside a line."""
    return f'<a id="{html.escape(anchor)}"></a>'


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table; each cell is one line."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _entities(text: str) -> str:
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", text)
