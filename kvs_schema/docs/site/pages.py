"""Lists the pages of the reference, and renders each as a Markdown file.

A language goes in; Markdown and JSON Schemas come out, by path below the folder of the reference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

from ...catalogue import store
from ...catalogue.names import schema_names, variant_names
from ...catalogue.texts import Lang, say
from ...export.json_schema import EXPORTED, export_file, schema_in
from ...spec.vocabulary import SCHEMA_FOLDERS
from ..markdown import codes, diagrams, errata, examples, fields, variants
from ..markdown.context import (
    PLAIN,
    Context,
    Flavour,
    code,
    file_of,
    relative_links,
    site_links,
    table,
)
from ..words import word

#: The groups of pages in the order of the navigation, each with the folders of its pages.
GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "": ("",),
        "callbacks": ("variants", "callbacks"),
        "embedded": ("embedded", "definitions"),
        "requests": ("requests", "responses"),
        "errors": ("errors",),
        "errata": ("errata",),
        "downloads": ("examples", "schemas"),
    }
)


@dataclass(frozen=True, slots=True)
class Page:
    """One page below the reference: its address, its title, how it is made."""

    name: str
    title: str
    render: Callable[[Context], str]

    @property
    def file(self) -> str:
        """Path of its file."""
        return file_of(self.name)

    @property
    def folder(self) -> str:
        """The first part of its address."""
        return self.name.partition("/")[0]


def grouped(lang: Lang) -> Iterator[tuple[str, list[Page]]]:
    """Yield the pages of each group; those of the first, which has no name, are in none."""
    found = list(_all(Context(lang, lambda page, anchor: page)))
    for group, folders in GROUPS.items():
        of_group = [page for folder in folders for page in found if page.folder == folder]
        yield word(f"group_{group}", lang) if group else "", of_group


def _all(context: Context) -> Iterator[Page]:
    """Yield all pages; those of a folder are in the order of the sources."""
    specification = context.specification
    yield Page("", context.word("overview"), _home)
    yield Page("variants/", context.word("classification"), _variants)
    for name in variant_names():
        yield Page(f"variants/{name}", name, partial(_variant, name))
    for name in dict.fromkeys(map(context.page_of, specification["schemas"])):
        yield Page(name, _file_title(context, name), partial(_schemas, name))
    for name, errors in specification["errors"].items():
        yield Page(f"errors/{name}", context.said(errors), partial(_errors, name))
    yield Page("errata", context.word("all_entries"), _errata)
    for name, section in specification["sections"].items():
        yield Page(f"errata/{name}", context.said(section), partial(_errata_section, name))
    used = {entry["schema"] for entry in specification["examples"].values()}
    for name in specification["schemas"]:
        if name in used:
            title = context.labelled("examples", code(name))
            yield Page(f"examples/{name}", title, partial(_examples, name))
    yield Page("schemas/", context.word("schemas"), _exports)


def files(
    lang: Lang, flavour: Flavour = PLAIN, *, guides: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield every page and every JSON Schema of the reference, as (path below it, text).

    Pages are in the order of the navigation; their links are relative, those to guides only if the
    `guides` are next to the reference.
    """
    outside = None if guides else site_links(lang)
    for _, pages in grouped(lang):
        for page in pages:
            context = Context(lang, relative_links(page.file, outside), flavour)
            yield page.file, page.render(context) + "\n"
    for name in schema_names():
        for strict, form in EXPORTED.values():
            for opened in (False, True):
                document = schema_in(lang, name, strict=strict, opened=opened, form=form)
                text = json.dumps(document, ensure_ascii=False, indent=2)
                yield export_file(name, strict=strict, opened=opened, form=form), f"{text}\n"


def _home(context: Context) -> str:
    parts = [_title(context, context.word("home")), context.word("home_intro")]
    for key, (title, found) in zip(GROUPS, grouped(context.lang), strict=True):
        if key:
            parts.append(context.heading(title, key))
            parts += [variants.matrix(context)] if found[0].name == "variants/" else []
            links = [
                context.link(page.title, page.name)
                for page in found
                if page.folder != "variants" or page == found[0]
            ]
            parts.append("\n".join(f"- {link}" for link in links))
    return "\n\n".join(parts)


def _variants(context: Context) -> str:
    parts = [
        _title(context, context.word("classification")),
        context.word("variants_intro", count=len(variant_names())),
        variants.matrix(context),
        diagrams.classification(context),
        context.heading(context.word("life"), "life"),
        diagrams.life(context),
        context.heading(context.word("variants"), "variants"),
        variants.variants(context),
        context.heading(context.word("known_types"), "types"),
        context.word("known_types_intro"),
        variants.known_types(context),
    ]
    return "\n\n".join(parts)


def _variant(name: str, context: Context) -> str:
    title = context.said(context.specification["schemas"][name])
    heading = _title(context, f"{title} {code(name)}")
    return f"{heading}\n\n{variants.variant(context, name)}"


def _schemas(page: str, context: Context) -> str:
    first, *others = _schemas_of(context, page)
    if title := _own_title(context, page):
        sections = [_title(context, title), fields.schema_section(context, first)]
    else:
        sections = [fields.schema_section(replace(context, level=1), first)]
    return "\n\n".join([*sections, *(fields.schema_section(context, name) for name in others)])


def _schemas_of(context: Context, page: str) -> list[str]:
    return [n for n in context.specification["schemas"] if context.page_of(n) == page]


def _own_title(context: Context, page: str) -> str:
    """Return the title of a page about several schemas; empty if that of its first schema fits."""
    stem = page.partition("/")[2]
    return context.word(f"file_{stem}") if f"reference.file_{stem}" in store.texts() else ""


def _file_title(context: Context, page: str) -> str:
    if title := _own_title(context, page):
        return title
    stem = page.partition("/")[2]
    title = context.said(context.specification["schemas"][_schemas_of(context, page)[0]])
    return title if stem in title else f"{title} {code(stem)}"


def _examples(schema_name: str, context: Context) -> str:
    schema_title = context.said(context.specification["schemas"][schema_name])
    parts = [_title(context, context.labelled("examples", schema_title))]
    parts.append(context.schema(schema_name, code(schema_name)))
    names = examples.of_schema(context.specification, schema_name)
    parts += [examples.example(context, name) for name in names]
    return "\n\n".join(parts)


def _errors(name: str, context: Context) -> str:
    errors = context.specification["errors"][name]
    about = [context.word("codes", count=len(errors["codes"]))]
    if held := codes.error_fields(context, name):
        about.append(context.labelled("used_by", held))
    about = [f"{sentence}{context.word('full_stop')}" for sentence in about]
    about.append(context.word("actions_intro"))
    parts = [
        _title(context, context.said(errors)),
        context.sentences(about),
        codes.error_table(context, name),
        context.heading(context.word("categories"), "categories"),
        codes.categories(context, name),
    ]
    return "\n\n".join(parts)


def _errata(context: Context) -> str:
    title = _title(context, context.word("errata"))
    return f"{title}\n\n{context.word('errata_intro')}\n\n{errata.index(context)}"


def _errata_section(name: str, context: Context) -> str:
    section = context.said(context.specification["sections"][name])
    title = _title(context, context.labelled("errata", section))
    return f"{title}\n\n{errata.errata_section(context, name)}"


def _exports(context: Context) -> str:
    parts = [_title(context, context.word("schemas")), context.word("schemas_intro")]
    schemas = context.specification["schemas"]
    head = [context.word(key) for key in ("identifier", "title", "as_sent", "opened")]
    groups: dict[str, list[list[str]]] = {}
    for name in schema_names():
        folder = context.page_of(name).partition("/")[0] if name in schemas else SCHEMA_FOLDERS[2]
        title = context.schema(name) if name in schemas else say(context.lang, "export.callback")
        links = fields.exports(context, name).values()
        groups.setdefault(folder, []).append([code(name), title, *links])
    for folder, lines in groups.items():
        parts.append(context.heading(context.word(folder), folder))
        parts.append(context.wrapped("exports", table(head, lines)))
    return "\n\n".join(parts)


def _title(context: Context, text: str) -> str:
    """Return the first heading of a page, with the same anchor in every language."""
    return replace(context, level=1).heading(text, "top")
