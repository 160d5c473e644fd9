"""Shapes: what a document may hold where, whatever its variant, for whoever walks it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..spec.pointers import tokens
from ..spec.vocabulary import DEFS, UNLISTED, Json, Schema, deviations_of, referenced, subschemas


def shape_of(schemas: Json, schema: Schema, pointer: str) -> Json:
    """Where a document may hold embedded documents, names and arrays, whatever the variant.

    A node stands for an object, or for each element of an array of them:
    `names` (only where others are reported as unlisted), `closed` (names where others are refused),
    `null` (rule and erratum of a null),
    `properties` (nodes by name), `content` (schema of the embedded document) and `roots` (that
    schema and those it is a `$ref` to, whose rules speak of the embedded document as a whole),
    `elements` (pointers of the schemas that each element of an array must hold to) and `least`
    (how many there must be).
    """
    node: Json = {}
    _add_shape(schemas, schema, pointer, node)
    return node


def _add_shape(schemas: Json, schema: Schema, pointer: str, node: Json) -> None:
    if isinstance(schema, bool):
        return
    name = referenced(schema)
    if name is not None:
        _add_shape(schemas, schemas[name], DEFS + name, node)
    if "nullAbsent" in schema:
        rule = f"{pointer.removeprefix(DEFS)}#/nullAbsent"
        node["null"] = {"erratum": schema["nullAbsent"], "rule": rule}
    if UNLISTED in deviations_of(schema.get("additionalProperties")):
        node["names"] = list(schema.get("properties", ()))
    elif schema.get("additionalProperties") is False:
        node["closed"] = list(schema.get("properties", ()))
    if "minItems" in schema:
        node["least"] = max(schema["minItems"], node.get("least", 0))
    if "contentSchema" in schema:
        node["content"] = schema["contentSchema"]["$ref"].removeprefix(DEFS)
        node["roots"] = list(_chain(schemas, node["content"]))
    for keyword, below, sub in subschemas(schema, pointer):
        if keyword == "properties":
            child = node.setdefault("properties", {}).setdefault(tokens(below)[-1], {})
            _add_shape(schemas, sub, below, child)
        elif keyword == "items":
            # Once each: a schema may be referred to twice.
            node["elements"] = list(dict.fromkeys([*node.get("elements", ()), below]))
            _add_shape(schemas, sub, below, node)
        elif keyword in ("allOf", "then", "else"):
            _add_shape(schemas, sub, below, node)


def steps_of(shapes: Json, forms: Json, node: Json) -> list[Any]:
    """Members that are or hold embedded documents, as [name, kind of the document, steps below]."""
    steps = []
    for name, child in node.get("properties", {}).items():
        content = child.get("content")
        below = steps_of(shapes, forms, shapes[content] if content else child)
        if content or below:
            steps.append([name, forms[content]["type"] if content else None, below])
    return steps


def _chain(schemas: Json, name: str | None) -> Iterator[str]:
    while name is not None:
        yield name
        name = referenced(schemas[name])
