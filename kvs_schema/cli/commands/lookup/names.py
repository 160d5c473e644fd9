"""Finds out what a name means, as findings, bodies and people write it.

A name goes in: a code, a field or a path of fields, a rule, a pointer. Out comes each part of the
documentation that it may mean, as the kind and the name by which the documentation knows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from ....catalogue import store
from ....catalogue.names import CALLBACK, REQUEST, RESPONSE, operations, variant_names
from ....docs.markdown.kinds import KINDS
from ....docs.model import field_names, fields, mentioning, name_of
from ....spec.graph import GraphNode
from ....spec.pointers import tokens
from ....spec.suggestions import suggestions

#: The kinds that are explained, in the order in which explanations show them.
EXPLAINED = (
    *("error-code", "erratum", "variant", "schema", "task-type", "error-category"),
    *("status", "keyword", "field"),
)
#: So many things of one name are explained; of more, the names are listed.
MOST = 3
#: What a value that errata mention may look like.
_WORD = re.compile("[A-Za-z][A-Za-z0-9]{2,}")

#: What makes two spellings of a name the same.
Fold: TypeAlias = Callable[[str], str]


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
    if keys and keys != [name]:
        return resolve(keys[-1])
    mentioned = mentioning(store.specification(), name) if _WORD.fullmatch(name) else []
    return [Topic("erratum", erratum) for erratum in mentioned] if len(mentioned) <= MOST else []


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


def _by_path(name: str, fold: Fold) -> Iterator[Topic]:
    """What a rule, a pointer into a document or a path of keys with dots leads to."""
    schemas = store.specification()["schemas"]
    schema, marked, rule = name.partition("#")
    if marked and schema in schemas:
        steps = [*pairwise(tokens(rule))]
        named = (name for before, name in steps if before == "deviations")
        errata = [Topic("erratum", name) for name in named if name in _names()]
        keys = [key for before, key in steps if before == "properties"]
        nearest = [next(_names_in(*end), None) for end in _ends([schema], keys, fold)]
        yield from [*errata, *(Topic("field", each) for each in nearest if each)] or resolve(schema)
    elif name.startswith("/"):
        keys = [key for key in tokens(name.replace("#", "")) if not key.isdecimal()]
        documents = [*variant_names(), *(each + REQUEST for each in operations())]
        ends = _ends(documents, keys, fold) or _ends(schemas, keys, fold)
        contents = (node.members[key].content_name for node, key in ends if name.endswith("#"))
        entered = [Topic("schema", content) for content in contents if content]
        yield from entered or _described(ends)
    elif "." in name:
        yield from _described(_ends(schemas, name.split("."), fold))


def _ends(roots: Iterable[str], keys: list[str], fold: Fold) -> list[tuple[GraphNode, str]]:
    """The members to which keys lead from documents, each as its object and its key."""
    nodes = [store.graph().root(name) for name in roots]
    found: list[tuple[GraphNode, str]] = []
    for key in keys:
        pairs = ((each, name) for node in nodes for each in _objects(node) for name in each.members)
        found = [(each, name) for each, name in pairs if fold(name) == fold(key)]
        nodes = [each.members[name] for each, name in found]
    return found


def _names_in(node: GraphNode, key: str) -> Iterator[str]:
    """The names of a member, that of the nearest schema first."""
    names = (f"{name_of(store.graph(), one)}.{key}" for one in node.applied)
    return (name for name in names if name in _owners())


def _described(ends: Iterable[tuple[GraphNode, str]]) -> Iterator[Topic]:
    """The members where they are described, and the schemas of the same name."""
    for end in ends:
        for name in map(_owners().__getitem__, _names_in(*end)):
            if name in store.specification()["schemas"]:
                yield Topic("schema", name)
            yield Topic("field", name)


def _objects(node: GraphNode) -> Iterator[GraphNode]:
    """A value, its elements and the document embedded in it: what a key may be a member of."""
    yield node
    for inner in (node.element, node.content):
        if inner is not None:
            yield from _objects(inner)
