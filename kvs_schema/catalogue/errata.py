"""The errata as objects: where the KVS documentation, its examples and reality disagree.

Goes in: the compiled specification. Comes out: `errata`, a mapping by identifier.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from . import store
from .unknown_names import UnknownNameError


@dataclass(frozen=True, slots=True)
class Erratum:
    """One erratum.

    `effect` is `deviation` (strict requires more than tolerant; findings name this entry), `both`
    (a rule at both levels) or `note` (not validated). `evidence` is what the KVS documentation,
    its examples and reality show; `tolerant` and `strict` say what each level does.
    """

    id: str
    title: str
    title_zh: str
    effect: Literal["deviation", "both", "note"]
    explanation: str
    explanation_zh: str
    evidence: Mapping[str, Any]
    tolerant: str
    tolerant_zh: str
    strict: str
    strict_zh: str


class Ledger(Mapping[str, Erratum]):
    """All errata by identifier, in the order of the document. Read when first used."""

    __slots__ = ()

    def __getitem__(self, identifier: str) -> Erratum:
        source = store.specification()["errata"]
        if identifier not in source:
            raise UnknownErratumError("erratum", identifier, source)
        entry = source[identifier]
        known = {field.name for field in fields(Erratum)} - {"id"}
        return Erratum(id=identifier, **{key: entry[key] for key in known})

    def __iter__(self) -> Iterator[str]:
        return iter(store.specification()["errata"])

    def __len__(self) -> int:
        return len(store.specification()["errata"])


class UnknownErratumError(UnknownNameError, KeyError):
    """An identifier that is not in `errata`; a `KeyError`, as mappings raise it."""


errata: Ledger = Ledger()
