"""Error tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...spec.vocabulary import within
from ..model import rows
from .context import Context, code, escaped, mark, table
from .fields import errata_more, field_link


def error_table(context: Context, name: str) -> str:
    """All codes of one error table, each with an anchor: what it means, what the document says."""
    errors = context.specification["errors"][name]
    related = rows(context.specification)
    lines = [
        _row(context, name, number, row, related.get(f"{name}:{number}", ()))
        for number, row in errors["codes"].items()
    ]
    head = [context.word(key) for key in ("code", "title", "document_text", "category")]
    hint = context.word("filter_hint")
    return context.wrapped("codes", table(head, lines), filter=hint, **filter_words(context))


def error_code(context: Context, name: str) -> str:
    """One code of a table, named `table/code`, in a few lines."""
    table_name, _, number = name.partition("/")
    row = context.specification["errors"][table_name]["codes"][number]
    errata = rows(context.specification).get(f"{table_name}:{number}", ())
    category = context.said(context.specification["categories"][row["category"]])
    lines = [
        f"**{code(number)}** {context.link(context.said(row), f'errors/{table_name}', number)}",
        context.labelled("document_text", escaped(row["message"])),
        context.labelled("category", category),
        *_known(context, row, errata),
    ]
    return "\n".join(f"- {line}" for line in lines)


def categories(context: Context, name: str) -> str:
    """The categories of one error table: what each means, and how many codes it has."""
    counts = Counter(
        row["category"] for row in context.specification["errors"][name]["codes"].values()
    )
    lines = []
    for key, category in context.specification["categories"].items():
        if counts[key]:
            title = f"{mark(f'category-{key}')}{context.said(category)}"
            lines.append([title, context.said(category, "description"), str(counts[key])])
    head = [context.word("category"), context.word("meaning"), context.word("errors")]
    return context.wrapped("categories", table(head, lines))


def error_fields(context: Context, name: str) -> str:
    """The fields that hold a code of a table, as links."""
    found = []
    for schema_name, schema in context.specification["schemas"].items():
        found += [
            field_link(context, schema_name, place)
            for place, below in within(schema)
            if below.get("errorTable") == name
        ]
    return context.listed(found)


def filter_words(context: Context) -> dict[str, str]:
    """What the filter box says; scripts have no words of their own."""
    return {
        "label": context.word("filter"),
        "shown": context.word("filter_shown", shown="{shown}", total="{total}"),
        "none": context.word("filter_none"),
    }


def _row(
    context: Context, name: str, number: str, row: Mapping[str, Any], errata: Iterable[str]
) -> list[str]:
    title = [f"**{context.said(row)}**", *_known(context, row, errata)]
    category = context.specification["categories"][row["category"]]
    return [
        f"{mark(number)}[{code(number)}](#{number})",
        "<br>".join(title),
        escaped(row["message"]),
        context.link(context.said(category), f"errors/{name}", f"category-{row['category']}"),
    ]


def _known(context: Context, row: Mapping[str, Any], errata: Iterable[str]) -> Iterator[str]:
    """What else is known of a code: its title in the other language, a note, the ledger."""
    other, tag = (row["title_zh"], "zh-CN") if context.lang == "en" else (row["title"], "en")
    if other != row["message"]:
        yield f'<small lang="{tag}">{escaped(other)}</small>'
    if note := context.said(row, "note"):
        yield f"<small>{note}</small>"
    if errata:
        yield f"<small>{errata_more(context, errata)}</small>"
