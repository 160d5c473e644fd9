"""Finds the types and values that schemas allow, as far as `type`, `enum` and `const` tell.

Goes in: schemas that apply to one value. Comes out: sets, or None where nothing is excluded.
Several rules compare them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ....spec.vocabulary import choices_in, json_type, types_in
from ..source_index import SchemaNode


def values_in(schema: Mapping[str, Any]) -> frozenset[str] | None:
    """Return the values that a schema names, each as its JSON text."""
    choices = choices_in(schema)
    return None if choices is None else frozenset(map(json.dumps, choices))


def types_of(nodes: Iterable[SchemaNode]) -> frozenset[str] | None:
    """Return the types that satisfy all these schemas; None where none of them names any."""
    nodes = tuple(nodes)
    values = (values_in(node.schema) for node in nodes)
    of_values = (
        None if each is None else frozenset(json_type(json.loads(value)) for value in each)
        for each in values
    )
    return _common([*(types_in(node.schema) for node in nodes), *of_values])


def values_of(nodes: Iterable[SchemaNode]) -> frozenset[str] | None:
    """Return the values that satisfy all these schemas; None where none of them names any."""
    return _common(values_in(node.schema) for node in nodes)


def _common(sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    """Return what is in all sets; None where there is no set."""
    found = [each for each in sets if each is not None]
    return found[0].intersection(*found[1:]) if found else None
