"""Documentation from the specification: Markdown of any part of it, in English or Chinese.

`kvs_schema.docs.site.plugin` is the plugin for MkDocs, which needs the extra `docs`; all else here
needs nothing beyond the base installation.
"""

from __future__ import annotations

from pathlib import Path

from ..catalogue.texts import LANGS, Lang
from ..catalogue.unknown_names import check_language
from ..export.files import write_texts
from .markdown.context import Context, site_links
from .markdown.kinds import KINDS, rendered
from .site.pages import files

__all__ = ["LANGS", "Lang", "kinds", "render", "write"]


def kinds() -> tuple[str, ...]:
    """Return the kinds of thing that `render` and the directives of the plugin know."""
    return tuple(KINDS)


def render(kind: str, name: str | None = None, lang: Lang = "en") -> str:
    """Return one thing as Markdown: a table of errors or fields, an example, an erratum …

    Needs no theme and no extension beyond tables. Links lead to the site that `KVS_SCHEMA_DOCS_URL`
    names, now or when the package was built; without one, the text has no links.

    Raises `UnknownNameError`, with the nearest name, for a kind, a name or a language that does not
    exist.
    """
    check_language(lang)
    return rendered(Context(lang, site_links(lang)), kind, name) + "\n"


def write(directory: str | Path, lang: Lang = "en") -> list[Path]:
    """Write the whole reference as plain Markdown, with the JSON Schemas that it links to.

    Existing files of the same names are overwritten, others left alone. Returns the paths written,
    in the order of the pages. Raises `UnknownNameError` for a language that does not exist.
    """
    check_language(lang)
    return write_texts(Path(directory), dict(files(lang)))
