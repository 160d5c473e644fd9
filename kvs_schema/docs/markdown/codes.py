"""Renders error codes, their categories, and the keywords of findings as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ...catalogue.texts import SEMICOLONS, filled
from ...spec.vocabulary import within
from ..model import mentioning, rows
from .context import Context, code, escaped, mark, table
from .fields import errata_more, field_link, folded_cell


def error_table(context: Context, name: str) -> str:
    """Return all codes of one error table, each with an anchor, meaning and original text."""
    codes = context.specification["errors"][name]["codes"]
    lines = [_row(context, name, number, row) for number, row in codes.items()]
    head = [context.word(key) for key in ("code", "title", "what_to_do", "category")]
    return context.wrapped("codes", table(head, lines), **filter_words(context, "filter_hint"))


def error_code(context: Context, name: str) -> str:
    """Return one code of a table, named `table/code`, in a few lines."""
    table_name, _, number = name.partition("/")
    row = context.specification["errors"][table_name]["codes"][number]
    category = context.specification["categories"][row["category"]]
    about = f"{context.said(category)}{context.word('colon')}"
    lines = [
        context.labelled("document_text", escaped(row["message"])),
        context.labelled("category", about + context.said(category, "description")),
        context.labelled("what_to_do", _action(context, category)),
        *_known(context, table_name, number, row),
    ]
    if not context.flavour.alone:
        link = context.link(context.said(row), f"errors/{table_name}", number)
        lines.insert(0, f"**{code(number)}** {link}")
    return "\n".join(f"- {line}" for line in lines)


def unknown_code(context: Context, number: str) -> str:
    """Return that a code is in no table, and the errata that speak of it."""
    return "\n\n".join([context.word("no_table"), *_errata(context, "", number)])


def categories(context: Context, name: str) -> str:
    """Return the categories of one error table: what each means, and how many codes it has."""
    codes = context.specification["errors"][name]["codes"].values()
    counts = Counter(row["category"] for row in codes)
    lines = []
    for key, category in context.specification["categories"].items():
        if counts[key]:
            title = f"{mark(f'category-{key}')}{context.said(category)}"
            lines.append([title, context.said(category, "description"), str(counts[key])])
    head = [context.word("category"), context.word("meaning"), context.word("errors")]
    return context.wrapped("categories", table(head, lines))


def category(context: Context, name: str) -> str:
    """Return one category of error codes: what it means, and its codes in each table."""
    lines = []
    for table_name, errors in context.specification["errors"].items():
        links = [
            context.link(code(number), f"errors/{table_name}", number)
            for number, row in errors["codes"].items()
            if row["category"] == name
        ]
        if links:
            title = context.link(context.said(errors), f"errors/{table_name}", f"category-{name}")
            lines.append(f"- {title}{context.word('colon')}{context.listed(links)}")
    category = context.specification["categories"][name]
    about = context.said(category, "description")
    action = context.labelled("what_to_do", _action(context, category))
    return "\n\n".join([about, action, "\n".join(lines)])


def error_fields(context: Context, name: str) -> str:
    """Return links to the fields that contain a code of a table."""
    found = _fields_with(context, "errorTable")
    return context.listed([field for field, table_name in found if table_name == name])


def keyword(context: Context, name: str) -> str:
    """Return one keyword of findings: when there is such a finding, and what it says."""
    messages, lang = context.specification["messages"], context.lang
    entry = messages["findings"][name]
    templates = [(messages["keywords"].get(name), None)]
    templates += [
        (messages["reasons"][reason], messages["advice"].get(reason))
        for reason in entry.get("reasons", ())
    ]
    lines = []
    for template, advice in templates:
        if template is not None:
            said = filled(
                template[lang],
                **dict.fromkeys(("expected", "actual", "position", "other", "key"), "…"),
            )
            more = f"{SEMICOLONS[lang]}{advice[lang]}" if advice else ""
            lines.append(f"- {escaped(said + more)}")
    about = context.said(entry, "description")
    title = f"**{context.word('findings_say')}**"
    return "\n\n".join([about, title, "\n".join(lines)])


def refusals(context: Context) -> str:
    """Return the codes with which the emulator refuses requests, by keyword and by place."""
    public, findings = "public", context.specification["messages"]["findings"]
    declared = context.specification["errors"][public]["refusals"]
    found = [
        (f"{code(name)}: {context.said(findings[name], 'description')}", refusal)
        for name, refusal in declared["keywords"].items()
    ]
    found += _fields_with(context, "refusal")
    found += [(context.word(f"refused_{name}"), declared[name]) for name in ("signature", "full")]
    lines = [
        [
            what,
            context.link(code(refusal["code"]), f"errors/{public}", str(refusal["code"])),
            context.word(f"basis_{refusal['basis']}"),
        ]
        for what, refusal in found
    ]
    head = [context.word(key) for key in ("invalid_place", "code", "basis")]
    return context.wrapped("refusals", table(head, lines))


def _fields_with(context: Context, key: str) -> Iterator[tuple[str, Any]]:
    """Yield a link to each field whose schema has a keyword, and the value of that."""
    for name, schema in context.specification["schemas"].items():
        for place, below in within(schema):
            if key in below:
                yield field_link(context, name, place), below[key]


def filter_words(context: Context, hint: str) -> dict[str, str]:
    """Return what the filter box says; scripts have no words of their own."""
    return {
        "filter": context.word(hint),
        "label": context.word("filter"),
        "shown": context.word("filter_shown", shown="{shown}", total="{total}"),
        "none": context.word("filter_none"),
    }


def _action(context: Context, category: Mapping[str, Any]) -> str:
    """Return what a receiver should do about the codes of a category, in short and in full."""
    short = f"**{context.said(category, 'action')}**{context.word('full_stop')}"
    return context.sentences([short, context.said(category, "advice")])


def _row(context: Context, name: str, number: str, row: Mapping[str, Any]) -> list[str]:
    category = context.specification["categories"][row["category"]]
    said = f"<small>{context.labelled('document_text', escaped(row['message']))}</small>"
    return [
        f"{mark(number)}[{code(number)}](#{number})",
        "<br>".join([f"**{context.said(row)}**", said, *_known(context, name, number, row)]),
        _action(context, category),
        context.link(context.said(category), f"errors/{name}", f"category-{row['category']}"),
    ]


def _known(context: Context, name: str, number: str, row: Mapping[str, Any]) -> Iterator[str]:
    """Yield what else is known of a code: its title in the other language, a note, the errata."""
    other, tag = (row["title_zh"], "zh-CN") if context.lang == "en" else (row["title"], "en")
    if other != row["message"]:
        yield f'<small lang="{tag}">{escaped(other)}</small>'
    if note := context.said(row, "note"):
        yield f"<small>{note}</small>"
    for errata in _errata(context, name, number):
        yield folded_cell(context, context.word("evidence_and_errata"), errata)


def _errata(context: Context, name: str, number: str) -> Iterator[str]:
    """Yield the errata that quote the row of a code, and those that speak of its number."""
    found = list(rows().get(f"{name}:{number}", ()))
    if len(number.lstrip("-")) > 2:  # a shorter number may count something else
        found += mentioning(number)
    if found:
        yield errata_more(context, dict.fromkeys(found))
