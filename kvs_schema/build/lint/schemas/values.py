"""Which types and values schemas leave, as far as `type`, `enum` and `const` tell."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ....spec.vocabulary import kind_of
from ..subject import SchemaNode

Schema = Mapping[str, Any]


def types_in(schema: Schema) -> frozenset[str] | None:
    """The types that a schema names; a number may be an integer."""
    if "type" not in schema:
        return None
    named = schema["type"]
    types = frozenset([named] if isinstance(named, str) else named)
    return types | {"integer"} if "number" in types else types


def values_in(schema: Schema) -> frozenset[str] | None:
    """The values that a schema names, each as its JSON text."""
    if "const" in schema:
        return frozenset([json.dumps(schema["const"])])
    return frozenset(map(json.dumps, schema["enum"])) if "enum" in schema else None


def types_of(nodes: Iterable[SchemaNode]) -> frozenset[str] | None:
    """The types that hold to all these schemas; None where none of them names any."""
    found: frozenset[str] | None = None
    for node in nodes:
        types = types_in(node.schema)
        values = values_in(node.schema)
        if values is not None:
            of_values = frozenset(kind_of(json.loads(value)) for value in values)
            types = of_values if types is None else types & of_values
        if types is not None:
            found = types if found is None else found & types
    return found


def values_of(nodes: Iterable[SchemaNode]) -> frozenset[str] | None:
    """The values that hold to all these schemas; None where none of them names any."""
    found: frozenset[str] | None = None
    for node in nodes:
        values = values_in(node.schema)
        if values is not None:
            found = values if found is None else found & values
    return found
