"""Renders worked examples as Markdown, as they are sent and opened."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...catalogue.names import variant_names
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
    parts.append(context.tabs(forms(context, entry)))
    return "\n\n".join(part for part in parts if part)


def example_tabs(context: Context, name: str) -> str:
    """Return the forms of an example without heading and source."""
    return context.tabs(forms(context, context.specification["examples"][name]))


def forms(context: Context, entry: Mapping[str, Any]) -> dict[str, str]:
    """Return titles and blocks: as received, opened, and at the strict level."""
    body = entry["body"]
    if entry["schema"].endswith(".request"):
        return {
            context.word(part): _json(body[part])
            for part in ("body", "query", "headers")
            if part in body
        }
    sent = encode_document(entry["schema"], body)
    found = {context.word("as_received"): _json(sent)}
    if sent != body:
        found[context.word("opened")] = _json(body)
    if entry["schema"] in variant_names():
        found[context.word("strict_level")] = _deviations(context, sent)
    return found


def of_schema(specification: Mapping[str, Any], schema: str) -> list[str]:
    """Return the names of the examples of a schema: ordinary, of the KVS documentation, others."""
    found = {name: e for name, e in specification["examples"].items() if e["schema"] == schema}
    return sorted(found, key=lambda n: ("shown_first" not in found[n], found[n]["source"] == OURS))


def _deviations(context: Context, sent: Any) -> str:
    report = check_callback(sent)
    lines = [
        f"- {code(deviation.pointer or '/')}{context.word('dash')}"
        f"{escaped(_message(context, deviation))} ({context.erratum(deviation.erratum)})"
        for deviation in report.deviations
        if deviation.erratum is not None
    ]
    return "\n".join(lines) if lines else context.word("strict_none")


def _message(context: Context, deviation: Any) -> str:
    """Return the message without the note that names the erratum: a link says it."""
    text = str(deviation.text(context.lang)).partition(": ")[2]
    return text.partition(" [")[0]


def _source(context: Context, entry: Mapping[str, Any]) -> str:
    if entry["source"] == OURS:
        reason = str(said(entry, "reason", context.lang))
        reason = reason if context.lang == "zh" else f"{reason[:1].lower()}{reason[1:]}"
        return context.word("not_in_document", reason=escaped(reason))
    where = origin(context, entry["source"])
    return context.word("from_document", where=where) if where else ""


def _json(value: Any) -> str:
    return f"```json\n{json.dumps(value, ensure_ascii=False, indent=2)}\n```"
