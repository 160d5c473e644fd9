"""What the schemas say of an object, gathered for reading: fields with all that holds for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..spec.pointers import escape
from ..spec.vocabulary import UNLISTED, referenced, subschemas

Schema = Mapping[str, Any]
#: An `if` and whether it must hold.
Condition = tuple[Schema, bool]

_ROW = re.compile(r"(?P<table>.+) table, row (?P<row>.+)")


@dataclass(frozen=True, slots=True)
class Layer:
    """One schema that applies to a value: always, on conditions, or at the strict level only."""

    schema: Any
    erratum: str | None = None
    conditions: tuple[Condition, ...] = ()
    #: Name of the schema that `$ref` led to; empty for what stands in place.
    name: str = ""


@dataclass(slots=True)
class Field:
    """One field of an object: the layers that speak of its value, and of its presence."""

    name: str
    owner: str
    layers: list[Layer] = field(default_factory=list)
    required: list[Layer] = field(default_factory=list)

    def first(self, key: str) -> Any:
        """The value of a key in the nearest layer that has it and always applies."""
        for layer in self.layers:
            always = layer.erratum is None and not layer.conditions
            if always and isinstance(layer.schema, Mapping) and key in layer.schema:
                return layer.schema[key]
        return None

    @property
    def node(self) -> Schema:
        """The nearest layer with a description: the one that describes the field."""
        found = [layer.schema for layer in self.layers if isinstance(layer.schema, Mapping)]
        return next((node for node in found if "description" in node), found[0] if found else {})


def layers(
    schemas: Mapping[str, Any],
    schema: Any,
    *,
    erratum: str | None = None,
    conditions: tuple[Condition, ...] = (),
    name: str = "",
    follow: Callable[[str], bool] = lambda name: True,
) -> Iterator[Layer]:
    """Every schema that applies to the same value as `schema`, itself first.

    `follow` says of a name whether a reference to it is followed. What holds for an object where
    an array may stand as well is no layer: it speaks of the elements.
    """
    yield Layer(schema, erratum, conditions, name)
    if not isinstance(schema, Mapping):
        return

    def below(sub: Any, **changed: Any) -> Iterator[Layer]:
        given: dict[str, Any] = {"erratum": erratum, "conditions": conditions, "follow": follow}
        return layers(schemas, sub, **(given | changed))

    target = referenced(schema)
    if target is not None and follow(target):
        yield from below(schemas[target], name=target)
    for sub in schema.get("allOf", ()):
        yield from below(sub)
    if "if" in schema and not _tells_object_from_array(schema["if"]):
        for keyword, holds in (("then", True), ("else", False)):
            if keyword in schema:
                chain = (*conditions, (schema["if"], holds))
                yield from below(schema[keyword], conditions=chain)
    for identifier, sub in schema.get("deviations", {}).items():
        if identifier != UNLISTED:
            yield from below(sub, erratum=identifier)


def fields(schemas: Mapping[str, Any], name: str, *, own: bool = False) -> list[Field]:
    """The fields of an object schema in the order of its table.

    With `own`, those only that the schema itself speaks of, and not the schema it refers to.
    """
    found: dict[str, Field] = {}
    everything = list(layers(schemas, schemas[name], name=name))
    for layer in everything:
        if isinstance(layer.schema, Mapping):
            for key, sub in layer.schema.get("properties", {}).items():
                known = found.setdefault(key, Field(key, layer.name or name))
                inner = layers(
                    schemas,
                    sub,
                    erratum=layer.erratum,
                    conditions=layer.conditions,
                    follow=lambda target: not is_container(schemas, target),
                )
                known.layers.extend(inner)
            for key in layer.schema.get("required", ()):
                known = found.setdefault(key, Field(key, layer.name or name))
                known.required.append(layer)
    order = {key: i for i, key in enumerate(dict.fromkeys(_described(schemas, name)))}
    result = sorted(found.values(), key=lambda f: order.get(f.name, len(order)))
    for each in result:
        each.owner = next(_owners(schemas, name, each.name), name)
    if own:
        mine = _mentioned(schemas, name)
        result = [each for each in result if each.name in mine]
    return result


def structure(schema: Any) -> Iterator[str]:
    """Names of the schemas of the objects that a value of this schema holds or is."""
    if isinstance(schema, Mapping):
        for keyword in ("$ref", "items", "then"):
            if keyword == "$ref" and "$ref" in schema:
                yield str(referenced(schema))
            elif keyword == "items" or _tells_object_from_array(schema.get("if")):
                yield from structure(schema.get(keyword))


def bases(schemas: Mapping[str, Any], name: str) -> Iterator[str]:
    """A schema and those that it narrows, nearest first."""
    target: str | None = name
    while target is not None:
        yield target
        target = referenced(schemas[target])


def is_object(schemas: Mapping[str, Any], name: str) -> bool:
    """Whether a schema describes an object with fields."""
    return any("properties" in schemas[base] for base in bases(schemas, name))


def is_container(schemas: Mapping[str, Any], name: str) -> bool:
    """Whether a schema describes an object or an array, and not a form of a single value."""
    chain = list(bases(schemas, name))
    return any("properties" in schemas[base] or "items" in schemas[base] for base in chain)


def places(specification: Mapping[str, Any]) -> dict[str, list[tuple[str, str | None]]]:
    """For each erratum that schemas name, where they do: (schema, field or None)."""
    found: dict[str, list[tuple[str, str | None]]] = {}
    for name, schema in specification["schemas"].items():
        for erratum, place in _places(schema, None):
            known = found.setdefault(erratum, [])
            if (name, place) not in known:
                known.append((name, place))
    return found


def rows(specification: Mapping[str, Any]) -> dict[str, list[str]]:
    """For each `schema.field` (or `table:code`), the errata whose evidence quotes its row."""
    tables = {
        schema["table"]: name
        for name, schema in specification["schemas"].items()
        if "table" in schema
    }
    found: dict[str, list[str]] = {}
    for identifier, erratum in specification["errata"].items():
        for where in _quoted(erratum):
            key = row_of(specification, tables, where)
            if key and identifier not in found.setdefault(key, []):
                found[key].append(identifier)
    return found


def row_of(specification: Mapping[str, Any], tables: Mapping[str, str], where: str) -> str | None:
    """The field (`schema.field`) or code (`table:code`) whose row a piece of evidence quotes."""
    match = _ROW.fullmatch(where)
    if not match:
        return None
    row = match["row"]
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
    """The anchor of a field; a schema of the same name keeps the plain one."""
    anchor = f"{schema}.{name}"
    return f"{anchor}-field" if anchor in schemas else anchor


def _tells_object_from_array(condition: Any) -> bool:
    return isinstance(condition, Mapping) and set(condition) == {"type"}


def _described(schemas: Mapping[str, Any], name: str) -> Iterator[str]:
    for base in reversed(list(bases(schemas, name))):
        yield from schemas[base].get("properties", {})


def _owners(schemas: Mapping[str, Any], name: str, key: str) -> Iterator[str]:
    for base in bases(schemas, name):
        if "description" in schemas[base].get("properties", {}).get(key, {}):
            yield base


def _mentioned(schemas: Mapping[str, Any], name: str) -> set[str]:
    found: set[str] = set()
    for layer in layers(schemas, schemas[name], follow=lambda name: False):
        if isinstance(layer.schema, Mapping):
            found |= set(layer.schema.get("properties", ())) | set(layer.schema.get("required", ()))
    return found


def _places(schema: Any, place: str | None) -> Iterator[tuple[str, str | None]]:
    if not isinstance(schema, Mapping):
        return
    if "nullAbsent" in schema:
        yield str(schema["nullAbsent"]), place
    for identifier, sub in schema.get("deviations", {}).items():
        if identifier != UNLISTED:
            names = _names(sub) if place is None else []
            yield from ((str(identifier), name) for name in names)
            if not names:
                yield str(identifier), place
    for keyword, pointer, sub in subschemas(dict(schema)):
        named = place
        if keyword == "properties" and place is None:
            named = next(k for k in schema["properties"] if pointer == f"/properties/{escape(k)}")
        yield from _places(sub, named)


def _names(deviation: Any) -> list[str]:
    if not isinstance(deviation, Mapping):
        return []
    return list(dict.fromkeys([*deviation.get("required", ()), *deviation.get("properties", ())]))


def _quoted(erratum: Mapping[str, Any]) -> Iterator[str]:
    for quotes in erratum["evidence"].values():
        if isinstance(quotes, list):
            yield from (quote["where"] for quote in quotes)
