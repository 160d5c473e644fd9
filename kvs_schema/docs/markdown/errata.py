"""Renders errata as Markdown: one, a section, all, and their index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..model import places, row_of, rows
from ..words import place
from .codes import filter_words
from .context import Context, code, escaped, mark, table
from .fields import field_link

_HINT = "filter_errata_hint"


def erratum(context: Context, name: str) -> str:
    """Return one entry: what disagrees, what each level does, its fields; evidence is folded."""
    entry = context.specification["errata"][name]
    parts = [
        context.heading(context.said(entry), name),
        f"{code(name)} · {_effect(context, entry)}",
        context.said(entry, "explanation"),
        _levels(context, entry),
        *_fields(context, name),
    ]
    evidence = [*_evidence(context, entry), *_examples(context, name)]
    parts.append(context.folded(context.word("evidence"), "\n".join(f"- {e}" for e in evidence)))
    return context.wrapped("erratum", "\n\n".join(parts))


def errata(context: Context) -> str:
    """Return all errata, section by section."""
    inner = replace(context, level=context.level + 1)
    parts = []
    for name, section in context.specification["sections"].items():
        parts.append(context.heading(context.said(section), f"section-{name}"))
        parts.append(errata_section(inner, name))
    return "\n\n".join(parts)


def errata_section(context: Context, name: str) -> str:
    """Return one section of the errata."""
    entries = context.specification["errata"].items()
    parts = [erratum(context, each) for each, entry in entries if entry["section"] == name]
    return context.wrapped("errata", "\n\n".join(parts), **filter_words(context, _HINT))


def index(context: Context) -> str:
    """Return the kinds of entry, and every erratum in a row that leads to its page."""
    specification = context.specification
    kinds = [
        [f"{mark(f'effect-{effect}')}**{context.word(effect)}**", context.word(f"{effect}_intro")]
        for effect in ("deviation", "both", "note")
    ]
    parts = []
    for name, section in specification["sections"].items():
        title = context.link(context.said(section), f"errata/{name}")
        parts.append(context.heading(title, f"section-{name}"))
        lines = [
            [context.erratum(each), f"{mark(each)}{context.said(entry)}", _effect(context, entry)]
            for each, entry in specification["errata"].items()
            if entry["section"] == name
        ]
        parts.append(table([context.word(key) for key in ("identifier", "title", "effect")], lines))
    kinds_head = [context.word(key) for key in ("effect", "meaning")]
    listed = context.wrapped("entries", "\n\n".join(parts), **filter_words(context, _HINT))
    return f"{context.wrapped('effects', table(kinds_head, kinds))}\n\n{listed}"


def _effect(context: Context, entry: Mapping[str, Any]) -> str:
    """Return what an erratum does; the index explains it once for all of its kind."""
    effect = entry["effect"]
    if context.flavour.alone:
        return context.labelled(effect, context.word(f"{effect}_intro"))
    return context.link(context.word(effect), "errata", f"effect-{effect}")


def _levels(context: Context, entry: Mapping[str, Any]) -> str:
    """Return what each level does; where both do the same, once."""
    cells = [context.said(entry, "tolerant"), context.said(entry, "strict")]
    if cells[0] == cells[1]:
        return context.strong("both_levels", cells[0])
    head = [context.word("tolerant"), context.word("strict")]
    return context.wrapped("levels", table(head, [cells]))


def _evidence(context: Context, entry: Mapping[str, Any]) -> Iterator[str]:
    for side in ("document", "example"):
        for quote in entry["evidence"].get(side, ()):
            where = _where(context, quote["where"])
            yield f"{context.labelled(side, where)}<br>{code(quote['says'])}"
    reality = context.said(entry["evidence"], "reality")
    if reality:
        yield context.labelled("reality", reality)


def _where(context: Context, where: str) -> str:
    """Return a place in the KVS documentation, linked to the field or code whose row it is."""
    text = escaped(place(where, context.lang))
    key = row_of(where)
    if key is None:
        return text
    errors, colon, number = key.partition(":")
    if colon:
        return context.link(text, f"errors/{errors}", number)
    schema, _, name = key.rpartition(".")
    return field_link(context, schema, name, text)


def _fields(context: Context, name: str) -> Iterator[str]:
    """Yield a list of fields whose schema names the erratum, then of those whose row it quotes."""
    found = dict.fromkeys(places().get(name, []))
    for key, quoting in rows().items():
        if name in quoting and ":" not in key:
            schema, _, field = key.rpartition(".")
            found[schema, field] = None
    if found:
        listed = context.listed([field_link(context, *each) for each in found])
        yield context.strong("fields_naming", listed)


def _examples(context: Context, name: str) -> Iterator[str]:
    found = []
    for key, example in context.specification["examples"].items():
        if name in example["deviations"]:
            found.append(context.link(context.said(example), f"examples/{example['schema']}", key))
    if found:
        yield context.labelled("examples_with", context.listed(found))
