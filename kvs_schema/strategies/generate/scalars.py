"""Scalars: from pools of realistic values, and from what the schema allows, one draw each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ...spec.exceptions import MissingExtraError
from .choices import (
    MISSING,
    DrawContext,
    DrawFunction,
    Table,
    Weighted,
    from_strategy,
    literal,
    new_label,
    unless_ordinary,
)
from .nodes import ValueNode
from .samples import Oddities

#: Integers without bounds of their own stay within 64 bits.
_LEAST, _MOST = -(2**31), 2**63 - 1
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
#: How often a value is drawn that is not accepted, before the example is given up.
_TRIES = 3
#: Fractions are decimals with three places, below this.
_WHOLE = 2**40

#: Numbers written into strings, each from one integer.
_SPELLINGS: tuple[Callable[[int], str], ...] = (
    str,
    lambda n: str(-n),
    lambda n: f"{n // 1000}.{n % 1000:03}",
    lambda n: f"-{n // 1000}.{n % 1000:03}",
    lambda n: f"{n // 1009}/{n % 1009}",
    lambda n: f"{n // 1009}:{n % 1009}",
    lambda n: f"{n:x}",
)
_PROBES = (0, 1, 7, 10, 16, 1009, 4095, 65535, 12345678, 2**40)

#: How often a value is taken: from a pool, from a pool beside templates, anew, as hinted.
_POOL, _SEVERAL, _FRESH, _HINT = 40, 4, 2, 80
#: Weight of the only value; others, which ignore a deviation, would dominate otherwise.
_ONLY = 16
#: The same for each deliberate deviation, and for all of them together at most.
_ODD, _ODDS = 8, 18

#: What may stand where samples know no value, the plainest first.
_PLAINEST = (0, "0", "x", "", "1/1", "1:1", False, 0.5)

#: The highest number that fills a template.
_HIGHEST = 2**120 - 1
#: Drawn as bytes, so that all digits vary.
_FILLINGS = st.binary(min_size=15, max_size=15)
_COUNTS = st.integers(0, 2**40)

#: How many hints a place remembers with their fitting values; plans live as long as the process.
_REMEMBERED = 1024

#: How many oddities a text joins at most, and the numbers for these and for the only one.
_PARTS = 4
_NUMBERS = st.binary(min_size=_PARTS + 1, max_size=_PARTS + 1)


class Pools(NamedTuple):
    """What is known of the values of a place.

    Some values, how others look, what its form allows, what handlers stumble over, and whether a
    number drawn afresh may be negative.
    """

    values: list[Any]
    templates: list[str]
    general: list[Any]
    oddities: Oddities | None
    negative: bool


class Scalars:
    """The scalars of one place, from nodes valid by all schemas and nodes without one deviation."""

    def __init__(
        self, conforming: list[ValueNode], deviating: list[ValueNode], pools: Pools
    ) -> None:
        self._conforming, self._deviating = conforming, deviating
        self._templates = [t for t in pools.templates if conforming[0].accepts(t.format(_HIGHEST))]
        self._sources = {id(node): _source(node, pools) for node in [*conforming, *deviating]}
        self._fits: dict[tuple[type, Any], Any] = {}
        self._oddities = pools.oddities
        found = [] if pools.oddities is None else pools.oddities.values
        fitting = [_fit(conforming, value) for value in found]
        self._fitting_oddities = [value for value in fitting if value is not MISSING]
        #: A text joins what several draws give, each of them nothing as often as something.
        joins = not any(node.patterns for node in conforming)
        texts = (
            [value for value in self._fitting_oddities if isinstance(value, str)] if joins else []
        )
        self._parts = Table(["", *texts], [len(texts) or 1, *[1] * len(texts)])
        self._oddity_table = Table(self._fitting_oddities or [""])
        self._label = new_label()

    def bare(self) -> Weighted:
        """Entries without a hint."""
        entries: Weighted = []
        for node in self._conforming:
            values, fresh = self._sources[id(node)]
            only = len(self._conforming) == len(node.values or ()) == 1
            share = (
                _SEVERAL if self._templates else _ONLY if only else _POOL // len(self._conforming)
            )
            entries += [(literal(value), max(1, share // len(values))) for value in values]
            if fresh is not None:
                entries.append(
                    (from_strategy(fresh, _plainest(node)), _FRESH if values else max(1, share))
                )
        for template in self._templates:
            entries.append((_filled(template), _POOL // len(self._templates)))
        return self._and_oddities(entries + self._deviating_entries())

    def hinted(self) -> Weighted:
        """Entries for a hint that fits."""
        forms = self._conforming if len(self._conforming) > 1 else []
        conforming = [(self._entry(node), _FRESH) for node in forms]
        afresh = [
            (unless_ordinary(self._entry(node, hinted=False)), _FRESH) for node in self._conforming
        ]
        return self._and_oddities(
            [(self._fitting, _HINT), *conforming, *self._deviating_entries(), *afresh]
        )

    def _and_oddities(self, entries: Weighted) -> Weighted:
        """Add an entry for what handlers stumble over, the last."""
        if self._oddities is None or not self._fitting_oddities:
            return entries
        total = sum(weight for _, weight in entries)
        return [
            *entries,
            (unless_ordinary(self._oddity), max(1, round(total / (self._oddities.one_in - 1)))),
        ]

    def _oddity(self, draw: DrawFn, context: DrawContext, hint: Any) -> Any:
        *parts, only = draw(_NUMBERS, context.label(self._label))
        joined = "".join(map(self._parts.at, parts))
        if joined and any(node.accepts(joined) for node in self._conforming):
            return joined
        return self._oddity_table.at(only)

    def _deviating_entries(self) -> Weighted:
        """Entries for values that leave out a deviation."""
        weight = min(_ODD, _ODDS // max(1, len(self._deviating)))
        return [(self._entry(node), max(1, weight)) for node in self._deviating]

    def _fitting(self, draw: DrawFn, context: DrawContext, hint: Any) -> Any:
        return self.fit(hint)

    def fit(self, hint: Any) -> Any:
        """The hint, perhaps as a number for digits or the other way round, or `MISSING`."""
        if isinstance(hint, dict | list):
            return MISSING
        key = (type(hint), hint)
        if key not in self._fits:
            if len(self._fits) >= _REMEMBERED:
                self._fits.clear()
            self._fits[key] = _fit([*self._conforming, *self._deviating], hint)
        return self._fits[key]

    def _entry(self, node: ValueNode, *, hinted: bool = True) -> DrawFunction:
        values, fresh = self._sources[id(node)]
        strategy, label = _either(values, fresh), new_label()

        def entry(draw: DrawFn, context: DrawContext, hint: Any) -> Any:
            fitting = _fit([node], hint) if hinted and hint is not MISSING else MISSING
            return draw(strategy, context.label(label)) if fitting is MISSING else fitting

        return entry


def _fit(nodes: Iterable[ValueNode], hint: Any) -> Any:
    tried = [hint]
    if isinstance(hint, int | float) and not isinstance(hint, bool):
        tried.append(str(hint))
    elif isinstance(hint, str) and (number := _NUMBER.fullmatch(hint)):
        tried.append(float(hint) if number[1] else int(hint))
    nodes = list(nodes)
    for value in tried:
        if any(node.accepts(value) for node in nodes):
            return value
    return MISSING


def _plainest(node: ValueNode) -> Any:
    """A value that nobody stumbles over, or `MISSING`."""
    return next((value for value in _PLAINEST if node.accepts(value)), MISSING)


def _source(node: ValueNode, pools: Pools) -> tuple[list[Any], SearchStrategy[Any] | None]:
    """Values to take as they are, and a strategy for all others."""
    if node.values is not None:
        known = [value for value in pools.values if value in node.values]
        return known, st.sampled_from(node.values)
    values = [value for value in pools.values if node.accepts(value)]
    others = [
        value
        for value in pools.general
        if node.accepts(value) and value not in values and _has_sign(value, pools.negative)
    ]
    fresh = [st.sampled_from(others)] if others else []
    fresh += [make(node, pools.negative) for kind, make in _MAKERS.items() if kind in node.kinds]
    return values, st.one_of(fresh) if fresh else None


def _either(values: list[Any], fresh: SearchStrategy[Any] | None) -> SearchStrategy[Any]:
    found = [st.sampled_from(values)] if values else []
    return st.one_of([*found, *([] if fresh is None else [fresh])])


def _has_sign(value: Any, negative: bool) -> bool:
    """Return whether a number, perhaps in a string, has a sign that it may have."""
    return negative or not str(value).startswith("-")


@st.composite
def _accepted(
    draw: DrawFn,
    values: SearchStrategy[Any],
    node: ValueNode,
    make: Callable[[Any], Any] = lambda value: value,
) -> Any:
    """Draw what is made of a value, if the node accepts it.

    Not by `map` and `filter`: who maps or filters whole examples gives them the same label, and
    Hypothesis copies one thing over another with its label, here the whole over its part.
    """
    for _ in range(_TRIES):
        value = make(draw(values))
        if node.accepts(value):
            return value
    return reject()


def _integers(node: ValueNode, negative: bool) -> SearchStrategy[Any]:
    least = node.bound("minimum", _LEAST if negative else 0)
    most = node.bound("maximum", max(_MOST, least))
    integers = st.integers(min(least, most), most)
    return _accepted(integers, node) if node.excluded else integers


def _fractions(node: ValueNode, negative: bool) -> SearchStrategy[Any]:
    least = node.bound("minimum", _LEAST if negative else 0)
    most = node.bound("maximum", _MOST)
    thousandths = st.integers(max(least, -_WHOLE) * 1000, min(most, _WHOLE) * 1000)
    return _accepted(thousandths, node, lambda n: n / 1000)


def _strings(node: ValueNode, negative: bool) -> SearchStrategy[Any]:
    shortest = node.bound("minLength", 0)
    longest = node.bound("maxLength", max(shortest, 20))
    if not node.patterns:
        texts = st.text(min_size=shortest, max_size=longest)
        return texts if len(node.assertions) == 1 and not node.excluded else _accepted(texts, node)
    spellings = [
        spell
        for spell in _SPELLINGS
        if all(node.accepts(text) and _has_sign(text, negative) for text in map(spell, _PROBES))
    ]
    if spellings:
        return _numbers(spellings)
    return _matching(node, shortest)


_MAKERS: dict[str, Callable[[ValueNode, bool], SearchStrategy[Any]]] = {
    "boolean": lambda node, negative: st.booleans(),
    "integer": _integers,
    "fraction": _fractions,
    "string": _strings,
}


def _matching(node: ValueNode, shortest: int) -> SearchStrategy[Any]:
    """Draw strings for patterns that match no number; rarely needed, and slow."""
    try:
        from hypothesis_jsonschema import from_schema
    except ImportError:
        raise MissingExtraError("A strategy for a pattern", "testing") from None
    patterns: list[Any] = [
        {"pattern": _without_final_newline(pattern)} for pattern in node.patterns
    ]
    whole: dict[str, Any] = {"type": "string", "minLength": shortest, "allOf": patterns}
    return _accepted(from_schema(whole), node)


@st.composite
def _numbers(draw: DrawFn, spellings: list[Callable[[int], str]]) -> str:
    spell = draw(st.sampled_from(spellings)) if len(spellings) > 1 else spellings[0]
    return spell(draw(_COUNTS))


def _filled(template: str) -> DrawFunction:
    label = new_label()

    def filled(draw: DrawFn, context: DrawContext, hint: Any) -> str:
        return template.format(int.from_bytes(draw(_FILLINGS, context.label(label))))

    return filled


def _without_final_newline(pattern: str) -> str:
    """The pattern with an end that does not pass over a final newline, as `$` does in Python."""
    return (
        pattern[:-1] + r"\Z" if pattern.endswith("$") and not pattern.endswith(r"\$") else pattern
    )
