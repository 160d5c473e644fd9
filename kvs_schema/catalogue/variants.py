"""The variants of a callback as objects, with their titles.

Goes in: the compiled specification. Comes out: each variant, in the order of the sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

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
    source = store.specification()["classifier"]
    empty = frozenset(store.specification()["strict_empty"])
    schemas = store.specification()["schemas"]
    found = []
    for dialect in source["dialects"]:
        for phase in source["phases"]:
            name = f"{dialect}.{phase}"
            title, title_zh = schemas[name]["title"], schemas[name]["title_zh"]
            found.append(Variant(name, dialect, phase, title, title_zh, name in empty))
    return tuple(found)
