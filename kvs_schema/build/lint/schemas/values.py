"""Finds the types and values that schemas allow, as far as `type`, `enum` and `const` tell.

Goes in: schemas that apply to one value. Comes out: sets, or None where nothing is excluded.
Several rules compare them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from ....spec.vocabulary import choices_in, common, json_type, types_in
from ..source_index import SchemaNode


def types_of(nodes: Iterable[SchemaNode]) -> frozenset[str] | None:
    """Return the types that satisfy all these schemas; None where none of them names any."""
    found = []
    for node in nodes:
        choices = choices_in(node.schema)
        found.append(types_in(node.schema))
        found.append(None if choices is None else frozenset(map(json_type, choices)))
    return common(found)


def values_of(nodes: Iterable[SchemaNode]) -> frozenset[str] | None:
    """Return the values that satisfy all these schemas, each as its JSON text; None for any."""
    choices = (choices_in(node.schema) for node in nodes)
    return common(None if each is None else frozenset(map(json.dumps, each)) for each in choices)
