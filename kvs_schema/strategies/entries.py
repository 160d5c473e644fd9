"""What a single draw decides: whether a member is there, and in which of its forms.

Entries are chosen by one `sampled_from` each, the simplest first, so that a failing example
shrinks to what is absent or plain. Weights say how often each is taken.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy


class Context:
    """What the objects around a value say: the task type, and the objects themselves.

    One context serves one drawn value.
    """

    __slots__ = ("_pending", "_whole", "around", "type", "types")

    def __init__(self, types: Choice | None = None) -> None:
        self.types = types
        self.type: str | None = None
        self.around: list[dict[str, Any]] = []
        self._pending: tuple[Entry, Any] | None = None
        self._whole = _pending(self)

    def whole(self, draw: DrawFn, make: Entry, hint: Any) -> Any:
        """Draw a value as one example within the example, which shrinks and goes as one.

        A strategy for each would cost as much as several draws, so one serves them all.
        """
        self._pending = make, hint
        return draw(self._whole)

    def make_pending(self, draw: DrawFn) -> Any:
        """Make the value that `whole` was asked for."""
        assert self._pending is not None
        make, hint = self._pending
        return make(draw, self, hint)


@st.composite
def _pending(draw: DrawFn, context: Context) -> Any:
    return context.make_pending(draw)


class Entry(Protocol):
    """Makes a value, guided by a hint (`MISSING`: none)."""

    def __call__(self, draw: DrawFn, context: Context, hint: Any, /) -> Any:
        """Draw the value, or give `MISSING` where it is left out."""


class Missing:
    """The type of `MISSING`; false, as no hint is."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()

Weighted: TypeAlias = list[tuple[Entry, int]]


def literal(value: Any) -> Entry:
    """An entry for one value."""
    if isinstance(value, dict | list):
        return lambda draw, context, hint: copy.deepcopy(value)
    return lambda draw, context, hint: value


def drawn(strategy: SearchStrategy[Any]) -> Entry:
    """An entry that draws from a strategy."""
    return lambda draw, context, hint: draw(strategy)


def as_hinted(draw: DrawFn, context: Context, hint: Any) -> Any:
    """The hint itself."""
    return hint


def absent(draw: DrawFn, context: Context, hint: Any) -> Any:
    """No value at all."""
    return MISSING


@dataclass(slots=True)
class Value:
    """How the values of one place are made.

    `bare` and `hinted` are the entries without and with a hint; `fit` gives the hint as this
    place would have it, or `MISSING`. `document` says that it is an embedded document.
    """

    bare: Weighted
    hinted: Weighted
    fit: Callable[[Any], Any]
    document: bool = False

    def choice(self, *, hinted: bool, absence: float | None = None) -> Choice:
        """The draw for a value; `absence` is the share of draws that leave it out."""
        entries = self.hinted if hinted else self.bare
        if absence is not None:
            weight = sum(weight for _, weight in entries)
            gone = max(1, round(weight * absence / (1 - absence)))
            entries = [(absent, gone), *entries]
        return Choice(entries)


class Choice:
    """One of some entries, by one draw, or by none where there is no choice."""

    __slots__ = ("_only", "_strategy")

    def __init__(self, entries: Iterable[tuple[Entry, int]]) -> None:
        row = [entry for entry, weight in entries for _ in range(weight)]
        self._only = row[0] if all(entry is row[0] for entry in row) else None
        self._strategy: SearchStrategy[Entry] = st.sampled_from(row)

    def make(self, draw: DrawFn, context: Context, hint: Any = MISSING) -> Any:
        """A value, or `MISSING`."""
        entry = self._only or draw(self._strategy)
        return entry(draw, context, hint)
