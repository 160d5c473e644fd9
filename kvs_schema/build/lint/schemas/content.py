"""Rules about embedded documents: strings that contain JSON, and the type of that JSON."""

from __future__ import annotations

from collections.abc import Iterator

from ....spec.vocabulary import referenced
from ...yaml_sources import Problem
from ..source_index import SchemaNode, SourceIndex
from ..words import unknown

_KINDS = ("object", "array")
_BESIDE = ("if", "then", "else")


def embedded_documents(sources: SourceIndex) -> Iterator[Problem]:
    """Check that `contentSchema` is in a named schema, beside its type and media type only.

    The compiled form takes the place of `type`, `if` and `then`, and findings name the schema.
    """
    holders: dict[str, SchemaNode] = {}
    for node in sources.nodes:
        schema = node.schema
        if "contentSchema" not in schema:
            if "contentMediaType" in schema:
                message = "'contentMediaType' without 'contentSchema' asserts nothing"
                yield node.problem("content", message, "contentMediaType")
            continue
        name = str(referenced(schema["contentSchema"]))
        first = holders.setdefault(name, node)
        for wrong, message in (
            (
                node.parent is not None,
                "an embedded document is a schema with a name; refer to that",
            ),
            (schema.get("type") != "string", "'contentSchema' needs 'type: string' beside it"),
            (
                "contentMediaType" not in schema,
                "'contentSchema' needs 'contentMediaType: application/json' beside it",
            ),
            (first is not node, f"{first.name!r} embeds {name!r} already; refer to that"),
        ):
            if wrong:
                yield node.problem("content", message, "contentSchema")
        for keyword in _BESIDE:
            if keyword in schema:
                yield node.problem("content", f"{keyword!r} beside 'contentSchema'", keyword)


def embedded_kinds(sources: SourceIndex) -> Iterator[Problem]:
    """Check that an embedded document is an object or an array, by the type of its schema."""
    for node in sources.nodes:
        if node.keyword != "contentSchema" or node.reference not in sources.named:
            continue
        found = sources.named[node.reference].schema.get("type")
        if found not in _KINDS:
            message = f"{node.reference!r} must have 'type: object' or 'type: array' of its own"
            yield node.problem("content", message, "$ref")


def error_tables(sources: SourceIndex) -> Iterator[Problem]:
    """Check that `errorTable` names an error table that exists."""
    tables = [file.value["table"] for file in sources.files("errors") if "table" in file.value]
    for node in sources.nodes:
        table = node.schema.get("errorTable")
        if table is not None and table not in tables:
            message = unknown("error table", table, tables)
            yield node.problem("unknown-error-table", message, "errorTable")
