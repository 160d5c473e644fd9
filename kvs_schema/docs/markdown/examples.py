"""Renders worked examples as Markdown, as they are sent and opened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...catalogue.names import REQUEST, variant_names
from ...reports import check_callback
from ...spec.vocabulary import said
from ...validation.callbacks import encode_document
from .context import Context, code, escaped
from .fields import origin

OURS = "ours"


def example(context: Context, name: str) -> str:
    """Return one example: where it comes from, both forms, and what the strict level says of it."""
    entry = context.specification["examples"][name]
    parts = [context.heading(context.said(entry), name), _source(context, entry)]
    parts.append(example_tabs(context, name))
    return "\n\n".join(part for part in parts if part)


def example_tabs(context: Context, name: str) -> str:
    """Return an example as received, opened, and at the strict level; a request in its parts."""
    entry = context.specification["examples"][name]
    body, schema = entry["body"], entry["schema"]
    if schema.endswith(REQUEST):
        parts = [part for part in ("body", "query", "headers") if part in body]
        return context.tabs({context.word(part): _json(body[part]) for part in parts})
    sent = encode_document(schema, body)
    found = {context.word("as_received"): _json(sent)}
    if sent != body:
        found[context.word("opened")] = _json(body)
    if schema in variant_names():
        found[context.word("strict_level")] = _deviations(context, sent)
    return context.tabs(found)


def of_schema(specification: Mapping[str, Any], schema: str) -> list[str]:
    """Return the names of the examples of a schema: ordinary, of the KVS documentation, others."""
    found = {name: e for name, e in specification["examples"].items() if e["schema"] == schema}
    return sorted(found, key=lambda n: ("shown_first" not in found[n], found[n]["source"] == OURS))


def _deviations(context: Context, sent: Any) -> str:
    lines = []
    for deviation in check_callback(sent).deviations:
        if deviation.erratum is not None:
            text = deviation.text(context.lang).partition(": ")[2]
            said = escaped(text.partition(" [")[0])  # a link names the erratum
            where = f"{code(deviation.pointer or '/')}{context.word('dash')}"
            lines.append(f"- {where}{said} ({context.erratum(deviation.erratum)})")
    return "\n".join(lines) if lines else context.word("strict_none")


def _source(context: Context, entry: Mapping[str, Any]) -> str:
    if entry["source"] == OURS:
        reason = str(said(entry, "reason", context.lang))
        reason = reason if context.lang == "zh" else f"{reason[:1].lower()}{reason[1:]}"
        return context.word("not_in_document", reason=escaped(reason))
    where = origin(context, entry["source"])
    return context.word("from_document", where=where) if where else ""


def _json(value: Any) -> str:
    return f"```json\n{json.dumps(value, ensure_ascii=False, indent=2)}\n```"
