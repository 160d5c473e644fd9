"""Looks up what the specification knows of a topic: codes, errata, schemas, fields, types."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, TypeAlias

from ..catalogue import store
from ..catalogue.errata import Erratum, errata
from ..catalogue.error_codes import ErrorCode, error_codes
from ..catalogue.names import REQUEST, RESPONSE, operations
from ..catalogue.variants import variants
from ..spec.pointers import tokens
from ..spec.vocabulary import DEFS, UNLISTED, referenced, subschemas

_INTEGER = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class FieldTopic:
    """One field of one schema. `schema` holds it, `node` says what it is, `required` by whom."""

    schema: str
    name: str
    node: Mapping[str, Any]
    required: bool


@dataclass(frozen=True, slots=True)
class Code:
    """An error code in its table, or in none; `errata` are those that speak of it."""

    entry: ErrorCode
    errata: tuple[Erratum, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A schema, a task type or a category, by its name and what the sources say of it."""

    kind: str
    name: str
    node: Mapping[str, Any]


#: A schema, or a part of it, with the name of the schema.
Place: TypeAlias = tuple[str, Any]
Topic: TypeAlias = Code | Erratum | FieldTopic | Named


def look_up(topic: str) -> list[Topic]:
    """Everything that goes by this name; a rule or a pointer, as findings print them, will do."""
    if _INTEGER.fullmatch(topic):
        return list(_codes(int(topic)))
    if topic.startswith("/") and (led := _led_to(topic)):
        return led
    for wanted in _readings(topic):
        exact = [found for name, found in _topics() if name == wanted]
        if exact:
            return exact
        folded = wanted.casefold()
        similar = [found for name, found in _topics() if name.casefold() == folded]
        if similar:
            return similar
    return []


def near(topic: str) -> list[str]:
    """Names that look like it, nearest first."""
    names = {name for name, _ in _topics()}
    folded = {name.casefold(): name for name in sorted(names)}
    found = difflib.get_close_matches(topic.casefold(), folded, n=3, cutoff=0.6)
    return [folded[name] for name in found]


def errata_of(node: Any) -> tuple[str, ...]:
    """Identifiers of the deviations that stand in a schema, references not followed."""
    if not isinstance(node, dict):
        return ()
    found = [name for name in node.get("deviations", {}) if name != UNLISTED]
    if "nullAbsent" in node:
        found.append(node["nullAbsent"])
    for keyword, _, below in subschemas(node):
        if keyword != "properties":
            found += errata_of(below)
    return tuple(dict.fromkeys(found))


def errata_of_field(field: FieldTopic) -> tuple[str, ...]:
    """Identifiers of the deviations of a field, and of those that ask for it where it is absent."""
    schemas = store.specification()["schemas"]
    asking = [
        erratum
        for name in (field.schema, *store.graph().narrowing(field.schema))
        for erratum in _asking(schemas[name], field.name)
    ]
    return tuple(dict.fromkeys((*errata_of(field.node), *asking)))


def is_required_sometimes(field: FieldTopic) -> bool:
    """Whether the schema of a field asks for it on a condition."""
    return not field.required and _asks(field.schema, field.name)


def requiring(field: FieldTopic) -> tuple[str, ...]:
    """The schemas that narrow the schema of a field and ask for it where that one does not."""
    if field.required:
        return ()
    return tuple(name for name in store.graph().narrowing(field.schema) if _asks(name, field.name))


def _asks(schema: str, field: str) -> bool:
    """Whether a schema itself requires a field, be it on a condition; deviations aside."""
    own = store.graph().root(schema, strict=False).own
    return any(field in one.keywords.get("required", ()) for one in own)


def _asking(schema: Any, name: str) -> Iterator[str]:
    if not isinstance(schema, dict):
        return
    for erratum, below in schema.get("deviations", {}).items():
        if isinstance(below, Mapping) and name in below.get("required", ()):
            yield erratum
    for keyword, _, below in subschemas(schema):
        if keyword not in ("properties", "deviations"):
            yield from _asking(below, name)


def uses_of(erratum: str) -> tuple[str, ...]:
    """Schemas and fields (`schema.field`) at which a schema names an erratum."""
    found = [
        name
        for name, schema in store.specification()["schemas"].items()
        if erratum in errata_of(schema)
    ]
    found += [f"{f.schema}.{f.name}" for f in _fields() if erratum in errata_of(f.node)]
    return tuple(dict.fromkeys(found))


def kinds_of(node: Mapping[str, Any]) -> tuple[str, ...]:
    """The JSON types of a schema, references followed."""
    named = node.get("type")
    if named is None:
        reference = referenced(node)
        if reference is not None:
            return kinds_of(store.specification()["schemas"][reference])
        values = node.get("enum", [node["const"]] if "const" in node else [])
        return tuple(json.dumps(value, ensure_ascii=False) for value in values)
    return tuple(named) if isinstance(named, list) else (str(named),)


def fields_of(schema: str) -> tuple[FieldTopic, ...]:
    """The fields that a schema lists itself or through `$ref`."""
    own = [field for field in _fields() if field.schema == schema]
    reference = referenced(store.specification()["schemas"][schema])
    known = {field.name for field in own}
    inherited = fields_of(reference) if reference is not None else ()
    return tuple(own) + tuple(field for field in inherited if field.name not in known)


def _readings(topic: str) -> Iterator[str]:
    """A topic as it stands, then as a rule (`schema#/pointer`) or a pointer into a document."""
    yield topic
    words = [word for word in re.split(r"[#/]", topic) if word]
    if "/" not in topic:
        return
    schema = topic.partition("#")[0] if not topic.startswith("/") else ""
    names = [after for word, after in pairwise(words) if word == "properties"]
    if "deviations" in words[:-1]:
        yield words[words.index("deviations") + 1]
    if names and schema:
        yield f"{schema}.{names[-1]}"
    if schema:
        yield schema
    fields = [word for word in words if not _INTEGER.fullmatch(word)]
    if fields:
        yield fields[-1]


def _led_to(pointer: str) -> list[Topic]:
    """What a pointer of a finding leads to in a document that can be judged, else in any other."""
    schemas = store.specification()["schemas"]
    text = json.dumps(schemas)
    whole = [name for name in schemas if f'"{DEFS}{name}"' not in text]  # part of no other
    return _from(whole, pointer) or _from(list(schemas), pointer)


def _from(roots: list[str], pointer: str) -> list[Topic]:
    """What a pointer leads to from schemas, embedded documents entered at each '#'."""
    schemas = store.specification()["schemas"]
    described = {(field.schema, field.name): field for field in _fields()}
    places: list[Place] = [(name, schemas[name]) for name in roots]
    found: list[Topic] = []
    for index, piece in enumerate(pointer.split("#")):
        if index:
            contents = [c for _, node in _applying(places) if (c := node.get("contentSchema"))]
            names = dict.fromkeys(name for c in contents if (name := referenced(c)) is not None)
            places = [(name, schemas[name]) for name in names]
            found = [Named("schema", name, schemas[name]) for name in names]
        for name in tokens(piece):
            applying = list(_applying(places))
            if name.isdecimal() and (
                items := [(s, n["items"]) for s, n in applying if "items" in n]
            ):
                places = items
                continue
            holders = [(s, n["properties"]) for s, n in applying if name in n.get("properties", {})]
            places = [(schema, properties[name]) for schema, properties in holders]
            keys = dict.fromkeys((schema, name) for schema, _ in holders)
            found = [described[key] for key in keys if key in described]
            if not found:  # what has no words of its own is what it refers to
                names = dict.fromkeys(
                    n for _, node in places if (n := referenced(node)) is not None
                )
                found = [Named("schema", name, schemas[name]) for name in names]
    return found


def _applying(places: Iterable[Place]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schemas that speak of one value, each with the name under which it stands."""
    for name, node in places:
        if not isinstance(node, Mapping):
            continue
        yield name, node
        reference = referenced(node)
        if reference is not None:
            yield from _applying([(reference, store.specification()["schemas"][reference])])
        for keyword, _, below in subschemas(dict(node)):
            if keyword in ("allOf", "then", "else"):
                yield from _applying([(name, below)])


def _codes(code: int) -> Iterator[Code]:
    spoken = tuple(errata[name] for name, text in _ledger_texts() if _speaks(text, code))
    tables = [table for table in error_codes.tables.values() if code in table]
    for table in tables:
        yield Code(table[code], spoken)
    if not tables:
        yield Code(error_codes.lookup(code), spoken)


def _speaks(text: str, code: int) -> bool:
    return abs(code) >= 100 and re.search(rf"(?<![0-9]){code}(?![0-9])", text) is not None


@cache
def _ledger_texts() -> tuple[tuple[str, str], ...]:
    source = store.specification()["errata"]
    return tuple((name, json.dumps(entry, ensure_ascii=False)) for name, entry in source.items())


@cache
def _topics() -> tuple[tuple[str, Topic], ...]:
    """Every name with what it means, in the order in which explanations show them."""
    specification = store.specification()
    found: list[tuple[str, Topic]] = []
    found += [(name, erratum) for name, erratum in errata.items()]
    found += [
        (name, Named("schema", name, schema)) for name, schema in specification["schemas"].items()
    ]
    classifier = specification["classifier"]
    for whole, names in _wholes():
        found += [(whole, Named("schema", name, specification["schemas"][name])) for name in names]
    found += [(name, Named("type", name, node)) for name, node in classifier["types"].items()]
    found += [
        (name, Named("category", name, node)) for name, node in specification["categories"].items()
    ]
    for field in _fields():
        found += [(field.name, field), (f"{field.schema}.{field.name}", field)]
    return tuple(found)


def _wholes() -> Iterator[tuple[str, Iterable[str]]]:
    """Names under which several schemas are known: a callback of any variant, an operation."""
    yield "callback", store.specification()["classifier"]["dialects"]
    for operation in operations():
        yield operation, (operation + REQUEST, operation + RESPONSE)


@cache
def _fields() -> tuple[FieldTopic, ...]:
    """Every field where it is described; where a schema only narrows it, it is left out."""
    found: dict[tuple[str, str], FieldTopic] = {}
    for name, schema in store.specification()["schemas"].items():
        for field in _within(name, schema):
            if "description" in field.node or "row" in field.node:
                found.setdefault((field.schema, field.name), field)
    return tuple(found.values())


def _within(name: str, schema: Any) -> Iterator[FieldTopic]:
    if not isinstance(schema, dict):
        return
    required = schema.get("required", ())
    for keyword, pointer, below in subschemas(schema):
        if keyword == "properties" and isinstance(below, Mapping):
            field = tokens(pointer)[-1]
            yield FieldTopic(name, field, below, field in required)
        yield from _within(name, below)


def is_variant(schema: str) -> bool:
    """Whether the schema of that name is a variant of a callback."""
    return any(variant.name == schema for variant in variants())
