"""The variants of a callback as objects, with their titles.

Goes in: the compiled specification. Comes out: each variant, in the order of the sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ..spec.vocabulary import variants_in
from . import store


@dataclass(frozen=True, slots=True)
class Variant:
    """A kind of callback: `dialect.phase`.

    `strict_empty` says that no body of it can be valid at the strict level.
    """

    name: str
    dialect: str
    phase: str
    title: str
    title_zh: str
    strict_empty: bool


@cache
def variants() -> tuple[Variant, ...]:
    """Return every variant of a callback, in the order of the sources."""
    source = store.specification()
    found = []
    for name in variants_in(source["classifier"]):
        dialect, phase = name.split(".")
        schema, empty = source["schemas"][name], name in source["strict_empty"]
        found.append(Variant(name, dialect, phase, schema["title"], schema["title_zh"], empty))
    return tuple(found)
