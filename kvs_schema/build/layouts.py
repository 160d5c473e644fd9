"""Compiles layouts: what a document may contain where, whatever its variant.

Goes in: the graph of values. Comes out: JSON that the opener of embedded documents, the pruner
and the collector walk, which know no schemas.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..spec.graph import Graph, GraphNode
from ..spec.vocabulary import DEFS, UNLISTED, Json, deviations_of

#: The attribute of the views that tells how far a task is.
_STATUS = "status"


def layout_of(graph: Graph, node: GraphNode, absent: Json) -> Json:
    """Return where a document may contain embedded documents, keys and arrays.

    A layout is that of an object, or of each element of an array of them:
    `names` (only where other keys are reported as unlisted), `refused` (of those others, the keys
    that the strict level refuses by a rule), `closed` (keys where others are
    refused), `null` (rule and erratum of a null),
    `properties` (layouts by key), `content` (schema of the embedded document) and `roots` (that
    schema and those it narrows, whose rules are about the embedded document as a whole),
    `elements` (pointers of the schemas that may apply to each element of an array), `always` (of
    those that apply whatever is around it), `objects` (if it must be an object) and `least` (how
    many there must be), `absent` (key of a status, and by status the texts that stand for an
    absent document below it, which are `absent` by phase), `refused_texts` (texts in place of an
    embedded document that the strict level alone refuses, whatever the status).
    """
    layout = _keys_of(node)
    if node.content_name is not None:
        layout["content"] = node.content_name
        layout["roots"] = list(graph.chain(node.content_name))
        layout["refused_texts"] = list(_refused_texts(node))
    for name, child in node.members.items():
        layout.setdefault("properties", {})[name] = layout_of(graph, child, absent)
        if child.annotation("attribute") == _STATUS:
            layout["absent"] = [name, absent]
    if node.element is not None:
        asked = node.element.asked
        layout["elements"] = list(dict.fromkeys(one.pointer for one in asked))
        layout["always"] = _needed(graph, [one.pointer for one in asked if one.always])
        if node.element.kinds() == frozenset({"object"}):
            layout["objects"] = True
        _add(layout, layout_of(graph, node.element, absent))
    return layout


def _keys_of(node: GraphNode) -> Json:
    """Return the part of a layout that the keywords of one value decide."""
    layout: Json = {}
    for one in node.applied:
        keywords = one.keywords
        if "nullAbsent" in keywords:
            rule = f"{one.pointer.removeprefix(DEFS)}#/nullAbsent"
            layout["null"] = {"erratum": keywords["nullAbsent"], "rule": rule}
        if UNLISTED in deviations_of(keywords.get("additionalProperties")):
            layout["names"] = list(keywords.get("properties", ()))
            refused = (below.get("properties", ()) for below in _objects(deviations_of(one.schema)))
            if others := [
                name for names in refused for name in names if name not in layout["names"]
            ]:
                layout["refused"] = others
        elif keywords.get("additionalProperties") is False:
            layout["closed"] = list(keywords.get("properties", ()))
        if "minItems" in keywords:
            layout["least"] = max(keywords["minItems"], layout.get("least", 0))
    return layout


def _needed(graph: Graph, pointers: list[str]) -> list[str]:
    """Return the pointers without those whose schemas others refer to anyway."""
    needed = list(dict.fromkeys(pointers))
    nodes = {pointer: graph.at(pointer, strict=False) for pointer in needed}
    for pointer, node in nodes.items():
        own, *referred = node.applied
        rest = (one.pointer for other in needed if other != pointer for one in nodes[other].applied)
        if own.keywords.keys() == {"$ref"} and {one.pointer for one in referred} <= set(rest):
            needed.remove(pointer)
    return needed


def _refused_texts(node: GraphNode) -> Iterator[str]:
    """Yield the texts of an embedded document that only deviations refuse: they stand for none."""
    for one in node.applied:
        for refused in _objects(deviations_of(one.schema)) if one.always else ():
            yield from refused.get("not", {}).get("enum", ())


def _objects(schemas: Json) -> Iterator[Json]:
    return (schema for schema in schemas.values() if isinstance(schema, dict))


def _add(layout: Json, other: Json) -> None:
    """Add the layout of the elements to that of the array, which may also be one of them."""
    for key, value in other.items():
        if key == "properties":
            members = layout.setdefault("properties", {})
            for name, child in value.items():
                _add(members.setdefault(name, {}), child)
        elif key in ("elements", "always"):
            layout[key] = list(dict.fromkeys([*layout.get(key, ()), *value]))
        else:
            layout.setdefault(key, value)


def steps_of(layouts: Json, forms: Json, node: Json) -> list[Any]:
    """Return members that are or contain embedded documents: [key, kind of document, steps]."""
    steps = []
    for name, child in node.get("properties", {}).items():
        content = child.get("content")
        below = steps_of(layouts, forms, layouts[content] if content else child)
        if content or below:
            steps.append([name, forms[content]["type"] if content else None, below])
    return steps
