"""What can be asked for by name: the renderers, and the names that each of them knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from ...catalogue import store
from ...catalogue.unknown_names import UnknownNameError
from ...spec.vocabulary import variant_names
from ..model import field_names, is_object
from . import codes, diagrams, errata, examples, fields, variants
from .context import Context

Specification = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """A renderer. One that takes a name says which names there are, and of what."""

    render: Callable[..., str]
    names: Callable[[Specification], Iterable[str]] | None = None
    noun: str = ""


def _error_tables(specification: Specification) -> Iterable[str]:
    return list(specification["errors"])


def _error_codes(specification: Specification) -> Iterable[str]:
    return [f"{name}/{code}" for name, t in specification["errors"].items() for code in t["codes"]]


def _objects(specification: Specification) -> Iterable[str]:
    return [name for name in specification["schemas"] if is_object(store.graph(), name)]


def _members(key: str) -> Callable[[Specification], Iterable[str]]:
    return lambda specification: list(specification[key])


def _variants(specification: Specification) -> Iterable[str]:
    return variant_names(specification["classifier"])


DIAGRAMS = MappingProxyType({"classification": diagrams.classification, "life": diagrams.life})


def _diagram(context: Context, name: str) -> str:
    return DIAGRAMS[name](context)


#: All kinds, by the word that asks for them.
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "error-table": Kind(codes.error_table, _error_tables, "error table"),
        "error-categories": Kind(codes.categories, _error_tables, "error table"),
        "error-code": Kind(codes.error_code, _error_codes, "error code"),
        "field-table": Kind(fields.field_table, _objects, "schema with fields"),
        "field": Kind(fields.field, lambda _: field_names(store.graph()), "field"),
        "schema": Kind(fields.schema_section, _members("schemas"), "schema"),
        "example": Kind(examples.example, _members("examples"), "example"),
        "erratum": Kind(errata.erratum, _members("errata"), "erratum"),
        "errata": Kind(errata.errata),
        "variant": Kind(variants.variant, _variants, "variant"),
        "variants": Kind(variants.variants),
        "variant-matrix": Kind(variants.matrix),
        "task-types": Kind(variants.known_types),
        "diagram": Kind(_diagram, lambda specification: list(DIAGRAMS), "diagram"),
    }
)


def rendered(context: Context, kind: str, name: str | None) -> str:
    """The Markdown of one thing; raises `UnknownNameError` for a kind or a name that is none."""
    found = KINDS.get(kind)
    if found is None:
        raise UnknownNameError("kind of documentation", kind, KINDS)
    if found.names is None:
        if name is not None:
            raise UnknownNameError(f"part of {kind}", name, [])
        return found.render(context)
    known = list(found.names(context.specification))
    if name not in known:
        raise UnknownNameError(found.noun, "" if name is None else name, known)
    return found.render(context, name)
