"""Null for an absent name: passes where the name may be absent, and nowhere else.

The question is asked of the compiled forms, so that it also checks how they are widened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.validators import create

from ....spec.pointers import follow, tokens
from ...yaml_sources import Problem
from ..source_index import SchemaNode, SourceIndex

#: Knows the keywords of the compiled forms that may refuse null, and no others.
_VALIDATOR = create(
    Draft202012Validator.META_SCHEMA,
    {
        keyword: Draft202012Validator.VALIDATORS[keyword]
        for keyword in ("$ref", "allOf", "const", "enum", "if", "not", "type")
    },
)


def nulls(sources: SourceIndex) -> Iterator[Problem]:
    """Check that with `nullAbsent`, in each branch, null passes for names that may be absent."""
    for value in {sources.about(node).tolerant for node in sources.nodes}:
        names = {
            name
            for part in sources.always(value)
            if "nullAbsent" in part.schema
            for name in part.schema.get("properties", ())
        }
        for conditions in {one.conditions for one in value.applied if names}:
            cell = sources.schemas(value.under(conditions))
            yield from _wrong(sources.tolerant_forms, cell, names)


def _wrong(
    forms: Mapping[str, Any], cell: Sequence[SchemaNode], names: set[str]
) -> Iterator[Problem]:
    required = {name: part for part in cell for name in part.schema.get("required", ())}
    for name in sorted(names):
        about = [child for part in cell for child in part.below("properties") if child.name == name]
        refusing = [child for child in about if not _passes_null(forms, child)]
        if name in required and not refusing:
            message = f"{name!r} is required here, and null passes; add `not: {{type: 'null'}}`"
            yield required[name].problem("null-passes", message, "required")
        elif name not in required:
            for child in refusing:
                message = (
                    f"{name!r} may be absent, and a null, which counts as absent, does not pass"
                )
                yield child.problem("null-refused", message)


def _passes_null(forms: Mapping[str, Any], node: SchemaNode) -> bool:
    """Return whether null is valid by the compiled form of a schema."""
    try:
        form = follow(forms, tokens(node.pointer))
    except (LookupError, TypeError):  # the compiled form lacks what asserts nothing
        return True
    return _VALIDATOR({"allOf": [form], "$defs": forms}).is_valid(None)
