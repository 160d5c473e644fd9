"""Selects among weighted entries by a number below 256, and carries the wishes of the caller.

Goes in: entries with weights, simplest first. Comes out: a `Table` or a `Choice`, in which the
lowest numbers stand for one entry each and the others are shared out by weight, so that a failing
example shrinks to what is absent or plain. An object draws the numbers of all its members at once;
what is drawn alone draws one.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate, count, pairwise
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

T = TypeVar("T")

#: How often a callback is drawn until it is accepted.
_TRIES = 4
#: The number of values of a byte, and of the alternatives among which one draw selects.
_NUMBERS = 256
_labels = count(step=1 << 20)
#: The option for error codes.
ERRNUMS = "errnums"


def new_label() -> int:
    """Return the first of a range of labels for `DrawContext.label`."""
    return next(_labels)


#: The label of most indexes.
_INDEX = new_label()


@cache
def _indexes(count: int) -> SearchStrategy[int]:
    return st.sampled_from(range(count))


#: A number drawn alone; an integer, since Hypothesis deletes what follows from one.
_ALONE = _indexes(_NUMBERS)


@dataclass(frozen=True, eq=False, slots=True)
class Pin:
    """A value that a caller wants for a member: a constant, or what a strategy draws.

    `place` is how the caller named it: a place such as `details#errnum`, or the option `errnums`.
    """

    place: str
    member: str
    value: Any
    #: Turns embedded documents inside the value into texts.
    close: Callable[[Any], Any] = lambda value: value

    @property
    def is_constant(self) -> bool:
        """Return whether the value is a constant."""
        return not isinstance(self.value, SearchStrategy)

    def draw(self, draw: DrawFn) -> Any:
        """Draw the value."""
        return self.close(self.value if self.is_constant else draw(self.value))


@dataclass(frozen=True, eq=False)
class Steering:
    """The wishes of the caller of a strategy: task types, pinned members, error codes, lengths.

    Plans do not depend on it, so that all strategies share them. `check` gets the name of a schema,
    a value of it and the pinned values in it, and raises if these make the value invalid.
    """

    types: Choice | None = None
    pins: Mapping[str, Mapping[str, Pin]] = field(default_factory=dict)
    errnums: SearchStrategy[int] | None = None
    max_text: int | None = None
    max_items: int | None = None
    #: Whether unusual values are left out.
    ordinary: bool = False
    check: Callable[[str, Any, list[tuple[Pin, Any]]], None] | None = None
    #: Whether a callback of a variant may be drawn; one that may not is drawn again.
    accepts: Callable[[str, Any], bool] | None = None
    _pinned: dict[tuple[str, ...], dict[str, Pin]] = field(default_factory=dict)

    def pinned(self, names: tuple[str, ...]) -> dict[str, Pin]:
        """Return the pins of an object by key; `names` are the schemas that apply to it."""
        if names not in self._pinned:
            found: dict[str, Pin] = {}
            for name in reversed(names):  # the nearest schema decides
                found |= self.pins.get(name, {})
            self._pinned[names] = found
        return self._pinned[names]


UNSTEERED = Steering()


@dataclass(slots=True)
class DrawContext:
    """The state of one example: wishes, the current task type, the enclosing objects."""

    steering: Steering = UNSTEERED
    type: str | None = None
    around: list[dict[str, Any]] = field(default_factory=list)
    #: The pins that were drawn, each with the value as sent.
    given: list[tuple[Pin, Any]] = field(default_factory=list)
    #: Whether the example already has a long array; it has one at most.
    has_long_array: bool = False
    _turns: dict[int, int] = field(default_factory=dict)

    def inside(self, steering: Steering) -> DrawContext:
        """Return a context for another value within the same example."""
        return DrawContext(steering, given=self.given, _turns=self._turns)

    def label(self, first: int) -> int:
        """Return the next label of a range; no other draw of the example has it.

        If two draws have the same label, Hypothesis copies one over the other in the next five
        examples, which then vary little.
        """
        turn = self._turns.get(first, 0)
        self._turns[first] = turn + 1
        return first + turn

    def index(self, draw: DrawFn, count: int, label: int = _INDEX) -> int:
        """Draw an index below `count`."""
        return draw(_indexes(count), self.label(label)) if count > 1 else 0


class DrawFunction(Protocol):
    """An entry: makes a value, guided by a hint (`MISSING`: none)."""

    def __call__(self, draw: DrawFn, context: DrawContext, hint: Any, /) -> Any:
        """Draw the value, or return `MISSING` if it is left out."""


class Preparable(Protocol):
    """A plan of arrays or objects, whose members can be planned in advance."""

    def prepare(self) -> None:
        """Plan the members now."""


class Missing:
    """The type of `MISSING`; false, as no hint is."""

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()

Weighted: TypeAlias = list[tuple[DrawFunction, float]]


def literal(value: Any) -> DrawFunction:
    """Return an entry that gives a copy of one value."""
    if isinstance(value, dict | list):
        return lambda draw, context, hint: copy.deepcopy(value)
    return constant(value)


def constant(value: Any) -> DrawFunction:
    """Return an entry that gives one value itself, which nobody changes."""
    return lambda draw, context, hint: value


def from_strategy(strategy: SearchStrategy[Any], plain: Any) -> DrawFunction:
    """Return an entry that draws from a strategy.

    If only ordinary values are wanted, it gives `plain`, or is left out if that is `MISSING`.
    """
    label, instead = new_label(), None if plain is MISSING else constant(plain)
    return unless_ordinary(
        lambda draw, context, hint: draw(strategy, context.label(label)), instead
    )


def unless_ordinary(entry: DrawFunction, instead: DrawFunction | None = None) -> DrawFunction:
    """Mark an entry as unusual: it is left out where only ordinary values are wanted.

    If all entries of a choice are unusual, none is left out, and `instead` takes its part.
    """

    def marked(draw: DrawFn, context: DrawContext, hint: Any) -> Any:
        taking = instead if instead and context.steering.ordinary else entry
        return taking(draw, context, hint)

    marked.__dict__["is_unusual"] = True
    return marked


@dataclass(slots=True)
class Value:
    """The plan of the values of one place.

    `bare` are the entries without a hint, `hinted` those with one. `fit` converts a hint to a value
    that is valid here, or returns `MISSING`. `parts` are the plans of arrays and objects.
    `document` is whether the value is an embedded document.
    """

    bare: Weighted
    hinted: Weighted
    fit: Callable[[Any], Any]
    parts: Sequence[Preparable]
    document: bool = False
    _is_prepared: bool = False
    _choices: dict[tuple[bool, float | None], Choice] = field(default_factory=dict)

    def prepare(self) -> None:
        """Plan all that is inside now rather than in the first draws."""
        if not self._is_prepared:
            self._is_prepared = True
            for part in self.parts:
                part.prepare()

    def choice(self, *, hinted: bool, absence: float | None = None) -> Choice:
        """Return the choice of a value; `absence` is the share of draws that leave it out."""
        key = hinted, absence
        if key not in self._choices:
            entries = self.hinted if hinted else self.bare
            if absence is not None:
                gone = sum(weight for _, weight in entries) * absence / (1 - absence)
                entries = [(constant(MISSING), gone), *entries]
            self._choices[key] = Choice(entries)
        return self._choices[key]


@cache
def _layout(weights: tuple[float, ...]) -> bytes:
    """Return for each number below 256 the index of an alternative, given the weights of all.

    The first numbers are the alternatives in their order, so that a failing example shrinks to the
    simplest that fails; the others are shared out by weight.
    """
    total = sum(weights)
    more = [max(0.0, _NUMBERS * weight / total - 1) for weight in weights]
    left = _NUMBERS - len(weights)
    ends = [round(left * part / (sum(more) or 1)) for part in accumulate(more)]
    shares = [end - start for start, end in pairwise([0, *ends])]
    return bytes(range(len(weights))) + b"".join(bytes([i]) * n for i, n in enumerate(shares))


class Table(Generic[T]):
    """Selects one of some values, simplest first, by a number below 256."""

    __slots__ = ("_label", "_layout", "_values")

    def __init__(self, values: Iterable[T], weights: Iterable[float] = ()) -> None:
        self._values = tuple(values)
        self._layout = _layout(tuple(weights) or (1,) * len(self._values))
        self._label = new_label()

    def at(self, number: int) -> T:
        """Return the value for a number."""
        return self._values[self._layout[number]]

    def draw(self, draw: DrawFn, context: DrawContext) -> T:
        """Draw a value, unless there is only one."""
        if len(self._values) == 1:
            return self._values[0]
        return self.at(draw(_ALONE, context.label(self._label)))


class Span:
    """Wraps an entry as one example within the example, which shrinking removes as a whole."""

    __slots__ = ("_arguments", "_label", "_strategy")

    def __init__(self, make: DrawFunction) -> None:
        self._arguments, self._label = threading.local(), new_label()

        @st.composite
        def made(draw: DrawFn) -> Any:
            return make(draw, *self._arguments.now)

        self._strategy = made()

    def draw(self, draw: DrawFn, context: DrawContext, hint: Any) -> Any:
        """Draw a value; serves as an entry."""
        self._arguments.now = context, hint
        return draw(self._strategy, context.label(self._label))


class Choice:
    """Selects one of some entries, simplest first, by a number below 256, and makes the value."""

    def __init__(self, entries: Iterable[tuple[DrawFunction, float]]) -> None:
        self._entries = list(entries)
        self._table = _table(self._entries)

    def make(self, draw: DrawFn, context: DrawContext, hint: Any = MISSING) -> Any:
        """Draw a value, or `MISSING`."""
        table = self._ordinary if context.steering.ordinary else self._table
        return table.draw(draw, context)(draw, context, hint)

    def at(self, number: int, draw: DrawFn, context: DrawContext, hint: Any = MISSING) -> Any:
        """Make the value for a number, or `MISSING`."""
        table = self._ordinary if context.steering.ordinary else self._table
        return table.at(number)(draw, context, hint)

    @cached_property
    def _ordinary(self) -> Table[DrawFunction]:
        usual = [pair for pair in self._entries if not getattr(pair[0], "is_unusual", False)]
        return _table(usual) if usual else self._table


def _table(entries: Weighted) -> Table[DrawFunction]:
    """Return a table of entries; more than 256 are divided into parts that draw once more."""
    if len(entries) > _NUMBERS:
        parts = [entries[at : at + _NUMBERS] for at in range(0, len(entries), _NUMBERS)]
        entries = [(Choice(part).make, sum(weight for _, weight in part)) for part in parts]
    return Table(*zip(*entries, strict=True))


def draw_checked(name: str, choice: Choice, draw: DrawFn, context: DrawContext) -> Any:
    """Draw a value of a named schema until it is accepted, and check what is pinned in it.

    A few refused values end the example, but not if there are pins, which may cause the refusal.
    """
    steering = context.steering
    for _ in range(_TRIES):
        context.given.clear()
        value = choice.make(draw, context)
        if steering.check is not None:
            steering.check(name, value, context.given)
        if steering.accepts is None or steering.accepts(name, value):
            return value
    return value if steering.pins else reject()
