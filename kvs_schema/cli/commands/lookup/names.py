"""Finds out what a name means, as findings, bodies and people write it.

A name goes in: a code, a field or a path of fields, a rule, a pointer. Out comes each part of the
documentation that it may mean, as the kind and the name by which the documentation knows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from ....catalogue import store
from ....catalogue.names import CALLBACK, REQUEST, RESPONSE, operations, variant_names
from ....docs.markdown.kinds import KINDS
from ....docs.model import field_names, fields, name_of
from ....spec.graph import GraphNode
from ....spec.pointers import tokens
from ....spec.suggestions import suggestions

#: The kinds that are explained, in the order in which explanations show them.
EXPLAINED = (
    *("error-code", "erratum", "variant", "schema", "task-type", "error-category"),
    *("status", "keyword", "field"),
)


class Topic(NamedTuple):
    """A part of the documentation: its kind, and its name there."""

    kind: str
    name: str


def resolve(name: str) -> list[Topic]:
    """Return what a name means; what is spelt exactly so comes before any other casing of it."""
    for fold in (str, str.casefold):
        found = [
            topic
            for known, topics in _names().items()
            if fold(known) == fold(name)
            for topic in topics
        ]
        if found := found or list(_by_path(name, fold)):
            return list(dict.fromkeys(found))
    keys = [key for key in re.split("[#/]", name) if key and not key.isdecimal()]
    return resolve(keys[-1]) if keys and keys != [name] else []


def similar(name: str) -> list[str]:
    """Return up to three known names that look like a name, nearest first."""
    return suggestions(name, _names())


@cache
def _names() -> dict[str, list[Topic]]:
    """Every name, and what it means."""
    specification = store.specification()
    found: dict[str, list[Topic]] = {}
    for kind in EXPLAINED:
        for name in KINDS[kind].named(specification):
            if kind != "schema" or name not in variant_names():
                found.setdefault(name, []).append(Topic(kind, name))
    wholes = {CALLBACK: list(specification["classifier"]["dialects"])}
    wholes |= {each: [each + REQUEST, each + RESPONSE] for each in operations()}
    for whole, parts in wholes.items():
        found.setdefault(whole, []).extend(Topic("schema", part) for part in parts)
    for topic in [topic for topics in found.values() for topic in topics]:
        for short in _short_names(topic):
            found.setdefault(short, []).append(topic)
    return found


def _short_names(topic: Topic) -> Iterator[str]:
    """Other names of a thing: the key of a field, the number of a code or of a status."""
    if topic.kind == "error-code":
        yield topic.name.partition("/")[2]
    elif topic.kind == "status":
        phases = store.specification()["classifier"]["phases"]
        yield from map(str, phases[topic.name]["status"])
    elif topic.kind == "field" and _owners()[topic.name] == topic.name:
        yield field_names(store.graph())[topic.name][1]


@cache
def _owners() -> dict[str, str]:
    """For each field the one that describes it, in the schema itself or one that it narrows."""
    graph = store.graph()
    schemas = dict.fromkeys(schema for schema, _ in field_names(graph).values())
    found = [(name, field) for name in schemas for field in fields(graph, name)]
    return {f"{name}.{field.name}": f"{field.owner}.{field.name}" for name, field in found}


def _by_path(name: str, fold: Callable[[str], str]) -> Iterator[Topic]:
    """What a rule, a pointer into a document or a path of keys with dots leads to."""
    schemas = store.specification()["schemas"]
    schema, marked, rule = name.partition("#")
    if marked and schema in schemas:
        steps = [*pairwise(tokens(rule))]
        errata = [Topic("erratum", name) for before, name in steps if before == "deviations"]
        keys = [key for before, key in steps if before == "properties"]
        yield from [*errata, *_fields([schema], keys, fold)] or resolve(schema)
    elif name.startswith("/"):
        keys = [key for key in tokens(name.replace("#", "")) if not key.isdecimal()]
        documents = [*variant_names(), *(each + REQUEST for each in operations())]
        for roots in (documents, schemas):
            if found := list(_fields(roots, keys, fold, entered=name.endswith("#"))):
                yield from found
                return
    elif "." in name:
        yield from _fields(schemas, name.split("."), fold)


def _fields(
    roots: Iterable[str], keys: list[str], fold: Callable[[str], str], *, entered: bool = False
) -> Iterator[Topic]:
    """The fields to which keys lead from documents, or the documents embedded in them."""
    graph = store.graph()
    nodes = [graph.root(name) for name in roots]
    found: list[tuple[GraphNode, str]] = []
    for key in keys:
        objects = [each for node in nodes for each in _objects(node)]
        found = [
            (each, name) for each in objects for name in each.members if fold(name) == fold(key)
        ]
        nodes = [each.members[name] for each, name in found]
    if entered:
        yield from (Topic("schema", name) for node in nodes if (name := node.content_name))
        return
    for holder, key in found:
        names = (f"{name_of(graph, one)}.{key}" for one in holder.applied)
        yield from (Topic("field", _owners()[name]) for name in names if name in _owners())


def _objects(node: GraphNode) -> Iterator[GraphNode]:
    """A value, its elements and the document embedded in it: what a key may be a member of."""
    yield node
    for inner in (node.element, node.content):
        if inner is not None:
            yield from _objects(inner)
