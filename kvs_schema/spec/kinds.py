"""Kinds of JSON values: the JSON types, with whole numbers apart from others.

Goes in: a value, or the `type` of a schema. Comes out: its kind, or the kinds that it allows. JSON
Schema takes 1.0 for an integer, which the names of Python's types do not tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

#: Kinds of JSON values; a number is whole ("integer") or not ("fraction").
KINDS = ("null", "boolean", "integer", "fraction", "string", "array", "object")


def kind_of(value: Any) -> str:
    """Return the kind of a JSON value, one of `KINDS`."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, float):
        return "integer" if value.is_integer() else "fraction"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def kinds_in(types: str | Iterable[str]) -> set[str]:
    """Return the kinds that one or more types allow."""
    found = {types} if isinstance(types, str) else set(types)
    if "number" in found:
        found |= {"integer", "fraction"}
    return found


def among(value: Any, values: list[Any]) -> bool:
    """Return whether a value of the same kind is in a list."""
    return value in values and any(  # 1, 1.0 and True are equal
        value == other and kind_of(value) == kind_of(other) for other in values
    )
