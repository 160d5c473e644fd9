"""Finds the names that a misspelt name was perhaps meant to be.

Goes in: an unknown name and the known ones. Comes out: up to three that look like it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def suggestions(name: object, known: Iterable[str], most: int = 3) -> list[str]:
    """Return the known names that look like a name, nearest first, whatever their case."""
    folded = {each.casefold(): each for each in sorted(known)}
    found = difflib.get_close_matches(str(name).casefold(), folded, n=most)
    return [folded[each] for each in found]


def nearest(name: object, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like a name, if one does."""
    return next(iter(suggestions(name, known, 1)), None)
