"""Gathers what the sources say of an object, for any renderer.

The graph goes in; fields come out, each with all schemas that apply to it, and for each erratum the
fields and rows that it is about. Knows neither language nor Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from ..catalogue import store
from ..spec.graph import Applied, Graph, GraphNode
from ..spec.notices import noticed_fields
from ..spec.pointers import escape
from ..spec.vocabulary import DEFS, UNLISTED, deviations_of, referenced, within

Schema = Mapping[str, Any]

_ROW = re.compile(r"(?P<table>.+) table, row (?P<row>.+)")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object: the schemas that apply to its value, and those that require it."""

    name: str
    owner: str
    layers: tuple[Applied, ...]
    required: tuple[Applied, ...]

    def first(self, key: str) -> Any:
        """Return the value of a key in the nearest schema that has it and always applies."""
        found = (one.keywords for one in self.layers if one.always and key in one.keywords)
        return next((keywords[key] for keywords in found), None)

    @property
    def node(self) -> Schema:
        """The nearest schema with a description: the one that describes the field."""
        found = [one.keywords for one in self.layers if one.schema is not False]
        return next((node for node in found if "description" in node), found[0])

    @property
    def null(self) -> str | None:
        """The erratum of a null that counts as absent, where the field may be absent."""
        return next((one.null for one in self.layers if one.null is not None), None)


def fields(graph: Graph, name: str, *, own: bool = False) -> list[Field]:
    """Return the fields of an object schema in the order of its table.

    With `own`, those only that the schema itself names, and not the schema it refers to. A key that
    schemas do nothing but forbid, such as that of another casing, is not a field.
    """
    node, bases = graph.root(name), list(graph.chain(name))
    whole = layers(node)
    described = [key for base in reversed(bases) for key in _properties(graph, base)]
    named = _named(layers(node, own=True) if own else whole)
    named = [k for k in named if any(one.schema is not False for one in node.members[k].asked)]
    order = {key: i for i, key in enumerate(dict.fromkeys(described))}
    found = []
    for key in sorted(named, key=lambda key: order.get(key, len(order))):
        inside = [
            one
            for one in _applied(node, key, whole)
            if not any(is_container(graph, base) for base in one.through)
        ]
        required = [one for one in whole if key in one.keywords.get("required", ())]
        owners = (base for base in bases if "description" in _properties(graph, base).get(key, {}))
        found.append(Field(key, next(owners, name), tuple(inside), tuple(required)))
    return found


def layers(
    node: GraphNode, asked: Iterable[Applied] | None = None, *, own: bool = False
) -> list[Applied]:
    """Return the schemas that apply to a value in the order of the sources, nearest first.

    With `own`, those only that apply without following a `$ref`. `asked` are the schemas to begin
    with, in another order than that of the node. What holds for an object where an array may be as
    well is left out: it is about the elements.
    """
    first = node.asked if asked is None else asked
    return [
        one
        for one in chain.from_iterable(map(node.below, first))
        if not any(c.up == 0 and c.by_type for c in one.conditions) and not (own and one.through)
    ]


def name_of(graph: Graph, applied: Applied) -> str:
    """Return the name of a schema to which a `$ref` led; empty for what stands in place."""
    name = applied.pointer.removeprefix(DEFS)
    return name if name in graph.schemas else ""


@cache
def field_names(graph: Graph) -> dict[str, tuple[str, Field]]:
    """Return each field of an object schema, with the name of the schema, by `schema.field`."""
    return {
        f"{name}.{found.name}": (name, found)
        for name in graph.schemas
        if is_object(graph, name)
        for found in fields(graph, name)
    }


def structure(graph: Graph, pointer: str) -> Iterator[str]:
    """Yield the names of the schemas to which a value at a pointer, or its elements, refer."""
    for one in graph.at(pointer, strict=False).own:
        if all(each.by_type for each in one.conditions):
            target = referenced(one.keywords)
            if target is not None:
                yield target
            if "items" in one.keywords:
                yield from structure(graph, f"{one.pointer}/items")


def is_object(graph: Graph, name: str) -> bool:
    """Return whether a schema describes an object with fields."""
    return any("properties" in _keywords(graph, base) for base in graph.chain(name))


def is_container(graph: Graph, name: str) -> bool:
    """Return whether a schema describes an object or an array, and not a single value."""
    bases = graph.chain(name)
    return any({"properties", "items"} & _keywords(graph, base).keys() for base in bases)


@cache
def noticed() -> Mapping[str, list[str]]:
    """Return the notices about each field, by the pointer of its schema."""
    return noticed_fields(store.graph(), store.specification()["notices"])


@cache
def places() -> Mapping[str, list[tuple[str, str | None]]]:
    """Return the places where schemas name each erratum: (schema, field or None)."""
    found: dict[str, dict[tuple[str, str | None], None]] = {}
    for name, schema in store.specification()["schemas"].items():
        listed = schema.get("properties", {})
        for erratum, key in _places(schema):
            found.setdefault(erratum, {})[name, key if key in listed else None] = None
    return {erratum: list(known) for erratum, known in found.items()}


@cache
def rows() -> Mapping[str, list[str]]:
    """Return the errata whose evidence quotes the row of a `schema.field` or `table:code`."""
    found: dict[str, dict[str, None]] = {}
    for identifier, erratum in store.specification()["errata"].items():
        for side in ("document", "example"):
            for quote in erratum["evidence"].get(side, ()):
                if key := row_of(quote["where"]):
                    found.setdefault(key, {})[identifier] = None
    return {key: list(errata) for key, errata in found.items()}


def mentioning(word: str) -> list[str]:
    """Return the errata that mention a code, or a value such as a task type."""
    found = re.compile(rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])")
    errata = store.specification()["errata"].items()
    return [name for name, entry in errata if found.search(str(entry))]


@cache
def _tables() -> Mapping[str, str]:
    """Return the schema of each field table."""
    schemas = store.specification()["schemas"].items()
    return {schema["table"]: name for name, schema in schemas if "table" in schema}


def row_of(where: str) -> str | None:
    """Return the field (`schema.field`) or code (`table:code`) whose row evidence quotes."""
    match = _ROW.fullmatch(where)
    if not match:
        return None
    row, specification, tables = match["row"], store.specification(), _tables()
    for table, errors in specification["errors"].items():
        if match["table"] == f"{table} error":
            return f"{table}:{row}" if row in errors["codes"] else None
    wanted = re.split(r"[ ,.]+", match["table"].lower())
    fitting = [t for t in tables if t.lower().split(".")[-len(wanted) :] == wanted]
    for table in sorted(fitting, key=lambda t: t.count(".")):
        if row in specification["schemas"][tables[table]].get("properties", {}):
            return f"{tables[table]}.{row}"
    return None


def field_anchor(schemas: Mapping[str, Any], schema: str, name: str) -> str:
    """Return the anchor of a field; a schema of the same name keeps the plain one."""
    anchor = f"{schema}.{name}"
    return f"{anchor}-field" if anchor in schemas else anchor


def _properties(graph: Graph, name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = _keywords(graph, name).get("properties", {})
    return found


def _keywords(graph: Graph, name: str) -> Mapping[str, Any]:
    schema = graph.schemas[name]
    return schema if isinstance(schema, dict) else {}


def _applied(node: GraphNode, key: str, whole: list[Applied]) -> list[Applied]:
    """Return the schemas of a member, in the order of those of the object."""
    member = node.members[key]
    pointers = dict.fromkeys(f"{one.pointer}/properties/{escape(key)}" for one in whole)
    return layers(member, [one for at in pointers for one in member.asked if one.pointer == at])


def _named(applied: list[Applied]) -> list[str]:
    """Return the fields that schemas describe or require."""
    keys = ("properties", "required")
    found = (one.keywords.get(key, ()) for one in applied for key in keys)
    return list(dict.fromkeys(chain.from_iterable(found)))


def _places(schema: Any) -> Iterator[tuple[str, str | None]]:
    listed = schema.get("properties", {})
    for place, sub in within(schema):
        if "nullAbsent" in sub:
            yield str(sub["nullAbsent"]), place
        for identifier in sub.get("errata", ()):
            yield identifier, place
        for identifier, deviation in deviations_of(dict(sub)).items():
            if identifier != UNLISTED:
                keywords = deviation if isinstance(deviation, Mapping) else {}
                refused = [key for key in keywords.get("properties", ()) if key in listed]
                names = [*keywords.get("required", ()), *refused]
                for name in dict.fromkeys(names if place is None else []) or [place]:
                    yield str(identifier), name
