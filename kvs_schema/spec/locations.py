"""Where something is in a document whose strings may contain JSON.

Goes in: a path through the opened document. Comes out: a location, one path for each document that
contains the next, and its text as JSON Pointers joined by `#`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from .pointers import pointer

Token: TypeAlias = str | int
#: A path through the opened document; an `Entered` token marks where an embedded document begins.
Path: TypeAlias = tuple[Token, ...]
#: One path for the document, and one for each embedded document that was entered.
Location: TypeAlias = tuple[tuple[Token, ...], ...]


class Entered(str):
    """A token of a path that marks the start of an embedded document; its value is its schema."""

    __slots__ = ()


def location_of(path: Iterable[Token]) -> Location:
    """Split a path at its `Entered` tokens into a location."""
    pieces: list[list[Token]] = [[]]
    for token in path:
        if isinstance(token, Entered):
            pieces.append([])
        else:
            pieces[-1].append(token)
    return tuple(tuple(piece) for piece in pieces)


def pointer_of(location: Location) -> str:
    """Write a location as JSON Pointers joined by `#`."""
    return "#".join(pointer(piece) for piece in location)


def without_marks(path: Iterable[Token]) -> Path:
    """Drop the `Entered` tokens of a path, which then leads through the opened document."""
    return tuple(token for token in path if not isinstance(token, Entered))
