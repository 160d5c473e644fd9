"""The names of schemas, variants and operations, and the check that a name is one.

One name space for validation, strategies and exports; an unknown name raises `UnknownNameError`.
"""

from __future__ import annotations

from ..spec.vocabulary import variants_in
from . import store
from .unknown_names import UnknownNameError

#: The name of a callback of any variant.
CALLBACK = "callback"
#: How the names of the schemas of an operation end.
REQUEST, RESPONSE = ".request", ".response"


def schema_names() -> tuple[str, ...]:
    """Return every name that `schema()` takes: `callback`, then those of the sources in order."""
    return (CALLBACK, *store.specification()["schemas"])


def variant_names() -> list[str]:
    """Return the names of the variants of a callback, in the order of the sources."""
    return variants_in(store.program()["classifier"])


def absent_documents() -> list[str]:
    """Return the texts that stand for an absent embedded document in some phase of a task."""
    phases = store.specification()["classifier"]["phases"].values()
    return [text for phase in phases for text in phase.get("absent", ())]


def operations() -> tuple[str, ...]:
    """Return the names of the operations whose requests and responses can be validated."""
    names = store.specification()["schemas"]
    return tuple(name.removesuffix(REQUEST) for name in names if name.endswith(REQUEST))


def known_schema(name: str) -> str:
    """Return the name if `schema()` takes it; raises `UnknownNameError` otherwise."""
    if name not in schema_names():
        raise UnknownNameError("schema", name, schema_names())
    return name


def known_operation(name: str) -> str:
    """Return the name if it is that of an operation; raises `UnknownNameError` otherwise."""
    if name not in operations():
        raise UnknownNameError("operation", name, operations())
    return name
