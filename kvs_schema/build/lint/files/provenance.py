"""Rules about titles and descriptions, and about the source of each rule and property."""

from __future__ import annotations

from collections.abc import Iterator

from ....spec.vocabulary import ANNOTATIONS
from ...yaml_sources import Problem
from ..source_index import SchemaNode, SourceIndex

_BRANCHES = ("allOf", "then", "else")
#: Keywords that say when something holds, or where; they assert nothing by themselves.
_SILENT = ANNOTATIONS | {"if", "then", "else", "deviations", "allOf"}


def untitled_schemas(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a schema with a name has a title in both languages."""
    for node in sources.definitions:
        for word in ("title", "title_zh"):
            if word not in node.schema:
                yield node.problem("untitled", f"the schema {node.name!r} has no {word}")


def undescribed_properties(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a property has a description in both languages, or its reference has."""
    for node in _defining_properties(sources):
        own = sources.own(node)
        for word in ("description", "description_zh"):
            if not any(word in part.schema for part in own):
                yield node.problem("undescribed", f"the property {node.name!r} has no {word}")


def unsourced_rules(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a schema names its table or source, and a branch its own or one around it."""
    for node in sources.definitions:
        if not {"table", "source"} & node.schema.keys():
            yield node.problem(
                "no-source", f"the schema {node.name!r} names no table and no source"
            )
    for node in sources.nodes:
        if node.keyword in _BRANCHES and node.schema.keys() - _SILENT and not _has_source(node):
            message = f"nothing says where the rule under {node.keyword!r} comes from; add a source"
            yield node.problem("no-source", message)


def unsourced_properties(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a property names its row or source; one that narrows another has its schema's."""
    defining = set(_defining_properties(sources))
    for node in sources.nodes:
        if node.keyword != "properties":
            continue
        if node in defining:
            if not {"row", "source"} & node.schema.keys():
                message = f"the property {node.name!r} names no row and no source"
                yield node.problem("no-source", message)
        elif not node.conditional and not node.stands_in("allOf") and not _has_source(node):
            message = f"nothing says where this rule for {node.name!r} comes from; add a source"
            yield node.problem("no-source", message)


def _has_source(node: SchemaNode) -> bool:
    """Return whether a schema, or one around it, names a source; a deviation has its erratum."""
    return any(
        {"source", "row"} & part.schema.keys() or part.keyword == "deviations"
        for part in node.upwards()
    )


def _defining_properties(sources: SourceIndex) -> Iterator[SchemaNode]:
    """Yield properties where an object lists them, not where a branch or a schema narrows them."""
    for node in sources.nodes:
        if node.keyword != "properties" or node.conditional:
            continue
        listing = sources.schemas(one for one in sources.about(node).asked if one.always)
        plain = [each for each in listing if not each.stands_in("allOf")]
        if (plain or listing)[-1] is node:  # the schemas that others refer to come last
            yield node
