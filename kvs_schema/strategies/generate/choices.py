"""What a single draw decides: whether a member is there, and in which of its forms.

Entries are chosen by one `sampled_from` each, the simplest first, so that a failing example
shrinks to what is absent or plain. Weights say how often each is taken.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

T = TypeVar("T")

#: Hypothesis seldom draws indexes above this.
_LONGEST = 256

_starts = count(step=1 << 20)


@dataclass(frozen=True, eq=False, slots=True)
class Pin:
    """What a caller wants at one place: a constant, or what a strategy draws."""

    place: str
    value: Any
    #: What the value becomes before it is spelled: embedded documents further inside are texts.
    close: Callable[[Any], Any]

    @property
    def is_constant(self) -> bool:
        """Whether it is a constant."""
        return not isinstance(self.value, SearchStrategy)

    def draw(self, draw: DrawFn) -> Any:
        """Draw the value."""
        return self.close(self.value if self.is_constant else draw(self.value))


@dataclass(frozen=True, eq=False)
class Steering:
    """What the caller of a strategy wants otherwise: task types, pinned members, codes, lengths.

    Plans know nothing of it, so that all strategies share them. `check` is told the name of a
    schema, a value of it and the values of pins in it, and raises where they are refused.
    """

    types: Choice | None = None
    pins: Mapping[str, Mapping[str, Pin]] = field(default_factory=dict)
    errnums: SearchStrategy[int] | None = None
    max_text: int | None = None
    max_items: int | None = None
    #: Whether values that are seldom met are left out.
    ordinary: bool = False
    check: Callable[[str, Any, list[tuple[Pin, Any]]], None] | None = None
    _pinned: dict[tuple[str, ...], dict[str, Pin]] = field(default_factory=dict)

    def pinned(self, names: tuple[str, ...]) -> dict[str, Pin]:
        """The pins of the members of an object to which the schemas of these names apply."""
        if names not in self._pinned:
            found: dict[str, Pin] = {}
            for name in reversed(names):  # the nearest schema decides
                found |= self.pins.get(name, {})
            self._pinned[names] = found
        return self._pinned[names]

    def of_types(self, types: Choice | None) -> Steering:
        """The same with other task types."""
        return replace(self, types=types)


FREELY = Steering()


@dataclass(slots=True)
class DrawContext:
    """What the objects around a value say: the task type, and the objects themselves."""

    steering: Steering = FREELY
    type: str | None = None
    around: list[dict[str, Any]] = field(default_factory=list)
    #: The pins that were drawn, each with the value as sent.
    given: list[tuple[Pin, Any]] = field(default_factory=list)
    #: Whether some array is a long one already; there is one at most.
    has_long_array: bool = False
    _turns: dict[object, int] = field(default_factory=dict)

    def inside(self, steering: Steering) -> DrawContext:
        """The context of another value within the same example."""
        return DrawContext(steering, given=self.given, _turns=self._turns)

    def turn(self, of: object) -> int:
        """How often this was asked for the same thing before."""
        turn = self._turns.get(of, 0)
        self._turns[of] = turn + 1
        return turn


class DrawFunction(Protocol):
    """Makes a value, guided by a hint (`MISSING`: none)."""

    def __call__(self, draw: DrawFn, context: DrawContext, hint: Any, /) -> Any:
        """Draw the value, or give `MISSING` where it is left out."""


class Missing:
    """The type of `MISSING`; false, as no hint is."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()

Weighted: TypeAlias = list[tuple[DrawFunction, int]]


def literal(value: Any) -> DrawFunction:
    """An entry for one value."""
    if isinstance(value, dict | list):
        return lambda draw, context, hint: copy.deepcopy(value)
    return taken(value)


def taken(value: Any) -> DrawFunction:
    """An entry for one value that nobody changes."""
    return lambda draw, context, hint: value


def drawn(strategy: SearchStrategy[Any], plain: Any) -> DrawFunction:
    """An entry that draws from a strategy; a plain value where only ordinary ones are wanted."""
    instead = None if plain is MISSING else taken(plain)
    return wild(lambda draw, context, hint: draw(strategy), instead)


def wild(entry: DrawFunction, instead: DrawFunction | None = None) -> DrawFunction:
    """The same entry, left out where only ordinary values are wanted and there are some.

    Where there are none, `instead` serves.
    """

    def marked(draw: DrawFn, context: DrawContext, hint: Any) -> Any:
        taking = instead if instead and context.steering.ordinary else entry
        return taking(draw, context, hint)

    marked.__dict__["wild"] = True
    return marked


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
            entries = [(taken(MISSING), gone), *entries]
        return Choice(entries)


class Row(Generic[T]):
    """One of some values by one draw, the simplest first.

    Where one example holds two draws of the same label, Hypothesis makes the next five examples by
    copying one over the other, and nearly all that is drawn is nearly the same. So each draw of
    an example has a label of its own.
    """

    __slots__ = ("_turns", "_values")

    def __init__(self, values: Iterable[T]) -> None:
        self._values = tuple(values)
        self._turns: dict[int, tuple[int, SearchStrategy[int]]] = {}

    def draw(self, draw: DrawFn, context: DrawContext) -> T:
        """Draw a value, unless there is only one."""
        if len(self._values) == 1:
            return self._values[0]
        turn = context.turn(self)
        if turn not in self._turns:
            start = next(_starts)  # the label comes from the numbers, so these occur only here
            self._turns[turn] = start, st.sampled_from(range(start, start + len(self._values)))
        start, numbers = self._turns[turn]
        return self._values[draw(numbers) - start]


class Whole:
    """Draws an object as one example within the example, so that it shrinks and goes as one.

    Each of one example has a label of its own, as in a `Row`.
    """

    __slots__ = ("_asked", "_make", "_turns")

    def __init__(self, make: DrawFunction) -> None:
        self._make = make
        self._asked = threading.local()
        self._turns: dict[int, SearchStrategy[Any]] = {}

    def draw(self, draw: DrawFn, context: DrawContext, hint: Any) -> Any:
        """Draw one of them; serves as an entry."""
        turn = context.turn(self)
        strategy = self._turns.get(turn)
        if strategy is None:
            strategy = self._turns[turn] = st.composite(_Turn(self))()
        self._asked.now = context, hint
        return draw(strategy)

    def make_asked(self, draw: DrawFn) -> Any:
        """Make what was asked for."""
        return self._make(draw, *self._asked.now)


class _Turn:
    """The definition of one composite strategy, whose label it decides."""

    def __init__(self, whole: Whole) -> None:
        self.__name__ = "whole"
        self.__qualname__ = f"whole {next(_starts)}"  # older versions take the label from it
        self._whole = whole

    def __call__(self, draw: DrawFn) -> Any:
        return self._whole.make_asked(draw)


class Choice:
    """One of some entries, by one draw, or by none where there is no choice."""

    __slots__ = ("_only", "_ordinary", "_row")

    def __init__(self, entries: Iterable[tuple[DrawFunction, int]]) -> None:
        entries = list(entries)
        tame = [pair for pair in entries if not getattr(pair[0], "wild", False)]
        self._ordinary = Choice(tame) if 0 < len(tame) < len(entries) else None
        total = max(_LONGEST, sum(weight for _, weight in entries))
        entries = [(entry, max(1, weight * _LONGEST // total)) for entry, weight in entries]
        row = [entry for entry, weight in entries for _ in range(weight)]
        self._only = row[0] if all(entry is row[0] for entry in row) else None
        self._row = Row(row)

    def make(self, draw: DrawFn, context: DrawContext, hint: Any = MISSING) -> Any:
        """A value, or `MISSING`."""
        if self._ordinary is not None and context.steering.ordinary:
            return self._ordinary.make(draw, context, hint)
        entry = self._only or self._row.draw(draw, context)
        return entry(draw, context, hint)


def checked(name: str, choice: Choice, draw: DrawFn, context: DrawContext) -> Any:
    """A value of a named schema; what pins say in it is checked."""
    value = choice.make(draw, context)
    check = context.steering.check
    if check is not None:
        check(name, value, context.given)
    return value
