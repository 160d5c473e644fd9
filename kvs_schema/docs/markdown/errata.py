"""The ledger of errata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..model import field_anchor, places, row_of, rows
from ..words import place
from .codes import filter_words
from .context import Context, code, escaped, table
from .fields import field_link

#: The kinds of entry, those that a reader looks for first.
EFFECTS = ("deviation", "both", "note")


def erratum(context: Context, name: str) -> str:
    """One entry: what disagrees, the evidence on both sides, what each level does, its fields."""
    entry = context.specification["errata"][name]
    parts = [
        context.heading(context.said(entry), name),
        f"{code(name)} · {_effect(context, entry['effect'])}",
        context.said(entry, "explanation"),
        _levels(context, entry),
        *_evidence(context, entry),
    ]
    parts += [*_fields(context, name), *_examples(context, name)]
    return context.wrapped("erratum", "\n\n".join(parts))


def errata(context: Context) -> str:
    """The whole ledger, deviations first."""
    entries = context.specification["errata"]
    inner = replace(context, level=context.level + 1)
    parts = []
    for effect in EFFECTS:
        named = [name for name, entry in entries.items() if entry["effect"] == effect]
        title = {"deviation": "deviations"}.get(effect, effect)
        heading = f"{context.word(title)} ({len(named)})"
        parts.append(context.heading(heading, f"effect-{effect}"))
        parts.append(context.word(f"{effect}_intro"))
        parts += [erratum(inner, name) for name in named]
    hint = context.word("filter_ledger_hint")
    return context.wrapped("ledger", "\n\n".join(parts), filter=hint, **filter_words(context))


def _effect(context: Context, effect: str) -> str:
    """What an entry does; its section of the ledger explains it once for all of its kind."""
    about = f"{context.word('colon')}{context.word(f'{effect}_intro')}"
    return f"{context.word(effect)}{about if context.flavour.alone else ''}"


def _levels(context: Context, entry: Mapping[str, Any]) -> str:
    """What each level does; where both do the same, once."""
    head = [context.word("tolerant"), context.word("strict")]
    cells = [context.said(entry, "tolerant"), context.said(entry, "strict")]
    if cells[0] == cells[1]:
        head, cells = [context.word("both_levels")], cells[:1]
    return context.wrapped("levels", table(head, [cells]))


def _evidence(context: Context, entry: Mapping[str, Any]) -> Iterator[str]:
    lines = []
    for side in ("document", "example"):
        for quote in entry["evidence"].get(side, ()):
            where = _where(context, quote["where"])
            lines.append(
                f"{context.word(side)}{context.word('colon')}{where}<br>{code(quote['says'])}"
            )
    reality = context.said(entry["evidence"], "reality")
    if reality:
        lines.append(context.labelled("reality", reality))
    if lines:
        title = f"**{context.word('evidence')}**"
        yield f"{title}\n\n" + "\n".join(f"- {line}" for line in lines)


def _where(context: Context, where: str) -> str:
    """A place in the document, with a link to the field or the code whose row it is."""
    specification = context.specification
    schemas = specification["schemas"]
    tables = {schema["table"]: name for name, schema in schemas.items() if "table" in schema}
    text = escaped(place(where, context.lang))
    key = row_of(specification, tables, where)
    if key is None:
        return text
    errors, colon, number = key.partition(":")
    if colon:
        return context.link(text, f"errors/{errors}", number)
    schema, _, name = key.rpartition(".")
    return context.link(text, context.page_of(schema), field_anchor(schemas, schema, name))


def _fields(context: Context, name: str) -> Iterator[str]:
    """Fields whose schema names the erratum, then those whose row its evidence quotes."""
    named = places(context.specification).get(name, [])
    quoted = [
        (key.rpartition(".")[0], key.rpartition(".")[2])
        for key, errata_there in rows(context.specification).items()
        if name in errata_there and ":" not in key
    ]
    found = [*named, *[each for each in quoted if each not in named]]
    if found:
        listed = context.listed([field_link(context, schema, field) for schema, field in found])
        yield f"**{context.word('fields_naming')}**{context.word('colon')}{listed}"


def _examples(context: Context, name: str) -> Iterator[str]:
    found = []
    for key, example in context.specification["examples"].items():
        if name in example["deviations"]:
            found.append(context.link(context.said(example), f"examples/{example['schema']}", key))
    if found:
        yield f"**{context.word('examples_with')}**{context.word('colon')}{context.listed(found)}"
