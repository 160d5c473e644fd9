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
from ....docs.model import field_names, mentioning, name_of
from ....spec.graph import GraphNode
from ....spec.pointers import tokens
from ....spec.suggestions import suggestions

#: The kinds that are explained, in the order in which explanations show them.
EXPLAINED = (
    "error-code",
    "erratum",
    "variant",
    "schema",
    "task-type",
    "error-category",
    "status",
    "keyword",
    "field",
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
        named = (topics for known, topics in _names().items() if fold(known) == fold(name))
        found = [*(topic for topics in named for topic in topics), *_by_path(name, fold)]
        if found:
            return list(dict.fromkeys(found))
    keys = [key for key in re.split("[#/]", name) if key and not key.isdecimal()]
    if keys and keys != [name]:
        return resolve(keys[-1])
    mentioned = mentioning(name) if _WORD.fullmatch(name) else []
    return [Topic("erratum", erratum) for erratum in mentioned] if len(mentioned) <= MOST else []


def similar(name: str) -> list[str]:
    """Return up to three known names that look like a name, nearest first."""
    keys = (field.name for _, field in field_names(store.graph()).values())
    return suggestions(name, {*_names(), *keys})


@cache
def _names() -> dict[str, list[Topic]]:
    """Return every name but those of fields without their schema, and what it means."""
    classifier, variants = store.specification()["classifier"], variant_names()
    found: dict[str, list[Topic]] = {}
    for kind in EXPLAINED:
        for name in KINDS[kind].named():
            if kind != "schema" or name not in variants:
                found.setdefault(name, []).append(Topic(kind, name))
    others = [(code.partition("/")[2], "error-code", code) for code in KINDS["error-code"].named()]
    others += [
        (str(value), "status", phase)
        for phase, spec in classifier["phases"].items()
        for value in spec["status"]
    ]
    others += [(CALLBACK, "schema", dialect) for dialect in classifier["dialects"]]
    others += [
        (name, "schema", name + part) for name in operations() for part in (REQUEST, RESPONSE)
    ]
    for short, *topic in others:
        found.setdefault(short, []).append(Topic(*topic))
    return found


def _by_path(name: str, fold: Fold) -> Iterator[Topic]:
    """Yield what a rule, a pointer into a document, or keys with dots between them lead to."""
    schemas = store.specification()["schemas"]
    schema, marked, rule = name.partition("#")
    if marked and schema in schemas:
        errata = store.specification()["errata"]
        keys = [key for before, key in pairwise(tokens(rule)) if before == "properties"]
        whole = _names().get(".".join([schema, *keys[-1:]]), ())
        yield from (Topic("erratum", token) for token in tokens(rule) if token in errata)
        yield from whole or _fields([schema], keys, fold)
    elif name.startswith("/"):
        keys = [key for key in tokens(name.replace("#", "")) if not key.isdecimal()]
        documents = [*variant_names(), *(each + REQUEST for each in operations())]
        entered = name.endswith("#")
        found = [*_fields(documents, keys, fold, entered=entered)]
        found = found or [*_fields(schemas, keys, fold, entered=entered)]
        yield from (Topic("schema", name) for _, name in found if name in schemas)
        yield from found
    elif not marked:
        yield from _fields(schemas, name.split("."), fold)


def _fields(
    roots: Iterable[str], keys: list[str], fold: Fold, *, entered: bool = False
) -> Iterator[Topic]:
    """Yield the fields to which keys lead from documents, where they are described.

    With `entered`, the documents embedded in them.
    """
    graph = store.graph()
    nodes, found = [graph.root(name) for name in roots], []
    for key in keys:
        pairs = ((each, name) for node in nodes for each in _objects(node) for name in each.members)
        found = [(each, name) for each, name in pairs if fold(name) == fold(key)]
        nodes = [each.members[name] for each, name in found]
    for (holder, key), node in zip(found, nodes, strict=False):
        if entered:
            if node.content_name is not None:
                yield Topic("schema", node.content_name)
            continue
        for one in holder.applied:
            _, field = field_names(graph).get(f"{name_of(graph, one)}.{key}", ("", None))
            if field is not None:
                yield Topic("field", f"{field.owner}.{key}")


def _objects(node: GraphNode) -> Iterator[GraphNode]:
    """Yield a value, its elements and its embedded document: what a key may be a member of."""
    yield node
    for inner in (node.element, node.content):
        if inner is not None:
            yield from _objects(inner)
