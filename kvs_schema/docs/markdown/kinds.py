"""The kinds of things that can be rendered by name, and the names of each kind.

A kind and a name go in, as a directive or `explain` gives them; Markdown comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ...catalogue import store
from ...catalogue.names import variant_names
from ...catalogue.unknown_names import UnknownNameError
from ...spec.pointers import follow
from ..model import field_names, is_object
from . import codes, diagrams, errata, examples, fields, variants
from .context import Context


@dataclass(frozen=True, slots=True)
class Kind:
    """A renderer, and which names it takes."""

    render: Callable[..., str]
    #: Returns the names that the renderer takes, each with what the sources say of it.
    named: Callable[[], Mapping[str, Any]] = dict
    #: What a name stands for; empty for a renderer that takes none.
    noun: str = ""


def _error_codes() -> Mapping[str, Any]:
    tables = store.specification()["errors"].items()
    return {f"{name}/{code}": row for name, t in tables for code, row in t["codes"].items()}


def _objects() -> Mapping[str, Any]:
    schemas = store.specification()["schemas"].items()
    return {name: schema for name, schema in schemas if is_object(store.graph(), name)}


def _fields() -> Mapping[str, Any]:
    return dict.fromkeys(field_names(store.graph()), MappingProxyType({}))


def _members(*keys: str) -> Callable[[], Mapping[str, Any]]:
    return lambda: follow(store.specification(), keys)


def _variants() -> Mapping[str, Any]:
    specification, names = store.specification(), variant_names()
    return {name: specification["schemas"][name] for name in names}


_DIAGRAMS = MappingProxyType({"classification": diagrams.classification, "life": diagrams.life})


#: All kinds, by the word that asks for them.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "error-table": Kind(codes.error_table, _members("errors"), "error table"),
        "error-categories": Kind(codes.categories, _members("errors"), "error table"),
        "error-category": Kind(codes.category, _members("categories"), "category of error codes"),
        "error-code": Kind(codes.error_code, _error_codes, "error code"),
        "refusals": Kind(codes.refusals),
        "field-table": Kind(fields.field_table, _objects, "schema with fields"),
        "field": Kind(fields.field, _fields, "field"),
        "schema": Kind(fields.schema_section, _members("schemas"), "schema"),
        "example": Kind(examples.example, _members("examples"), "example"),
        "erratum": Kind(errata.erratum, _members("errata"), "erratum"),
        "errata": Kind(errata.errata),
        "errata-section": Kind(errata.errata_section, _members("sections"), "section of errata"),
        "keyword": Kind(codes.keyword, _members("messages", "findings"), "keyword of findings"),
        "status": Kind(variants.variants, _members("classifier", "phases"), "status"),
        "variant": Kind(variants.variant, _variants, "variant"),
        "variants": Kind(variants.variants),
        "variant-matrix": Kind(variants.matrix),
        "task-type": Kind(variants.known_types, _members("classifier", "types"), "task type"),
        "task-types": Kind(variants.known_types),
        "diagram": Kind(
            lambda context, name: _DIAGRAMS[name](context), lambda: _DIAGRAMS, "diagram"
        ),
    }
)


def rendered(context: Context, kind: str, name: str | None) -> str:
    """Return the Markdown of one thing; raises `UnknownNameError` for a kind or a name."""
    if kind not in KINDS:
        raise UnknownNameError("kind of documentation", kind, KINDS)
    found = KINDS[kind]
    if not found.noun:
        if name is not None:
            raise UnknownNameError(f"part of {kind}", name, [])
        return found.render(context)
    known = found.named()
    if name not in known:
        raise UnknownNameError(found.noun, "" if name is None else name, known)
    return found.render(context, name)
