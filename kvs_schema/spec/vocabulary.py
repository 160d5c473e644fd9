"""The vocabulary of the sources: their keywords, and functions that read a single schema.

Goes in: a schema as JSON, or a value. Comes out: what its keywords name, such as types, choices,
subschemas and references; which schemas apply to a value is the question of `graph`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from .pointers import escape, tokens

Schema: TypeAlias = dict[str, Any] | bool
Json: TypeAlias = dict[str, Any]

#: Folders of `schemas/` whose files map schema names to schemas.
SCHEMA_FOLDERS = ("definitions", "embedded", "callbacks", "requests", "responses")

#: Keywords of the sources that say something and assert nothing.
ANNOTATIONS = frozenset(
    {
        *("title", "title_zh", "description", "description_zh", "table", "row", "source"),
        *("form", "attribute", "audit", "counts", "default", "errata", "receives", "refusal"),
    }
)

#: Keywords by which a schema adds others for the same value, as the graph follows them.
FOLLOWED = frozenset({"$ref", "allOf", "if", "then", "else", "deviations"})
#: Keywords whose subschemas are about the same value as the schema that contains them.
IN_PLACE = FOLLOWED - {"$ref"} | {"not"}
#: Keywords that contain one schema.
WITH_ONE_SCHEMA = ("items", "additionalProperties", "if", "then", "else", "not")
#: The dialect of JSON Schema that the sources are written in.
DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: Before the name of a schema in a pointer.
DEFS = "#/$defs/"
#: Before the name of a schema of which null passes too.
NULLABLE = "nullable."
#: The deviation that refuses nothing and is reported apart.
UNLISTED = "unlisted"

_TYPES = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
}


def json_type(value: Any) -> str:
    """Return the JSON type of a value: object, array, string, integer, number, boolean or null."""
    return _TYPES.get(type(value), "null")


def types_in(schema: Mapping[str, Any]) -> frozenset[str] | None:
    """Return the types that a schema allows by its `type`, if any; a number may be an integer."""
    named = schema.get("type")
    if named is None:
        return None
    types = frozenset([named] if isinstance(named, str) else named)
    return types | {"integer"} if "number" in types else types


def common(sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """Return what is in all sets, where None excludes nothing."""
    found = [each for each in sets if each is not None]
    return frozenset.intersection(*found) if found else None


def choices_in(schema: Mapping[str, Any]) -> list[Any] | None:
    """Return the values that the `const` or the `enum` of a schema allows, if it has one."""
    return [schema["const"]] if "const" in schema else schema.get("enum")


def said(node: Mapping[str, Any], key: str, lang: str = "en") -> str | None:
    """Return a title, a description or another text of the sources in a language."""
    return node.get(f"{key}_zh" if lang == "zh" else key)


def subschemas(schema: Schema, pointer: str = "") -> Iterator[tuple[str, str, Schema]]:
    """Yield the direct subschemas as (keyword, pointer, subschema), deviations included."""
    if not isinstance(schema, Mapping):
        return
    for keyword, value in schema.items():
        if keyword in WITH_ONE_SCHEMA or keyword == "contentSchema":
            yield keyword, f"{pointer}/{keyword}", value
        elif keyword in ("properties", "deviations"):
            for name, below in value.items():
                yield keyword, f"{pointer}/{keyword}/{escape(name)}", below
        elif keyword == "allOf":
            for index, below in enumerate(value):
                yield keyword, f"{pointer}/allOf/{index}", below


def within(schema: Any, place: str | None = None) -> Iterator[tuple[str | None, Json]]:
    """Yield every schema inside a schema, itself first, each with the field that contains it."""
    if not isinstance(schema, dict):
        return
    yield place, schema
    for keyword, pointer, below in subschemas(schema):
        yield from within(
            below, place or (tokens(pointer)[-1] if keyword == "properties" else None)
        )


def referenced(schema: Mapping[str, Any]) -> str | None:
    """Return the name of the schema that `$ref` names, if there is one."""
    reference = schema.get("$ref")
    return None if reference is None else str(reference).removeprefix(DEFS)


def reachable(schemas: Mapping[str, Any], root: Any) -> list[str]:
    """Return the names of the schemas that a schema refers to, directly or not, in their order."""
    found: set[str] = set()
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str) and reference.startswith(DEFS):
                name = reference.removeprefix(DEFS).partition("/")[0]
                if name not in found:
                    found.add(name)
                    waiting.append(schemas[name])
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return [name for name in schemas if name in found]


def source_name(name: str) -> str:
    """Return the name in the sources of a schema in the compiled forms."""
    return name.removeprefix(NULLABLE)


def rule_id(pointer: str) -> str:
    """Return `schema-name#/json/pointer` of a pointer into the sources."""
    name, slash, rest = pointer.removeprefix(DEFS).partition("/")
    return f"{name}#{slash}{rest}"


def deviations_of(schema: Schema | None) -> Json:
    """Return what a schema says at the strict level only, by erratum."""
    return schema.get("deviations", {}) if isinstance(schema, dict) else {}


def variants_in(classifier: Json) -> list[str]:
    """Return `dialect.phase` for each pair, in the order of the sources."""
    return [
        f"{dialect}.{phase}" for dialect in classifier["dialects"] for phase in classifier["phases"]
    ]
