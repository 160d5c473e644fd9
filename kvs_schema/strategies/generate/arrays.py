"""Draw arrays with one boolean for each element, so that shrinking can remove any element."""

from __future__ import annotations

import copy
from functools import cache, cached_property
from typing import Any

from hypothesis.strategies import DrawFn

from .choices import MISSING, Choice, DrawContext, Row, taken
from .members import Factory
from .nodes import ValueNode
from .samples import for_type

#: Whether an element that a hint names is there, and whether another one follows.
_THERE = [False] + [True] * 255
_MORE = [False] * 3 + [True]
_ONE_MORE = [False] * 31 + [True]
_LONGEST = 4
#: Whether an array is a long one, where some are wanted.
_LONG = [False] * 2 + [True]


@cache
def _near(most: int) -> Row[int]:
    """Lengths near a bound."""
    return Row(dict.fromkeys((most, max(1, most - 1), max(1, most // 2))))


class Array:
    """The arrays of one node; never empty, unless all elements of a hint are removed."""

    def __init__(self, factory: Factory, node: ValueNode, places: tuple[str, ...]) -> None:
        self._factory, self._node = factory, node
        self._samples = [
            [sample for sample in group if isinstance(sample.value, list)]
            for group in factory.samples.groups(places, node.names)
        ]
        self._long = Row(_LONG)
        self._there, self._more, self._one_more = Row(_THERE), Row(_MORE), Row(_ONE_MORE)
        self._kits: dict[str | None, Choice | None] = {}

    @cached_property
    def _elements(self) -> tuple[Any, Choice, Choice]:
        value = self._factory.value(self._node.items, ())
        return value.fit, value.choice(hinted=False), value.choice(hinted=True)

    def make(self, draw: DrawFn, context: DrawContext, hint: Any) -> list[Any]:
        """Draw an array, guided by the elements of a hint or by a kit."""
        fit, bare, hinted = self._elements
        least, most, length = self._node.min_items, self._node.max_items, 0
        if context.steering.max_items is not None:
            most = max(least, min(most, context.steering.max_items))
            length = self._length(draw, context, most)
        hints = [hint] if isinstance(hint, dict) and hint else hint
        if hints is MISSING or not hints:
            hints = self._kit(draw, context)
        found: list[Any] = []
        for element in hints[:most]:
            if self._there.draw(draw, context):
                fitting = fit(element)
                choice = bare if fitting is MISSING else hinted
                found.append(choice.make(draw, context, fitting))
        more = self._one_more if hints else self._more
        while len(found) < max(least, 0 if hints else 1) or (
            len(found) < min(most, len(hints) + _LONGEST) and more.draw(draw, context)
        ):
            found.append(bare.make(draw, context))
        if length > len(found):
            found = found or [bare.make(draw, context)]
            found += [
                copy.deepcopy(found[index % len(found)]) for index in range(length - len(found))
            ]
        return found

    def _length(self, draw: DrawFn, context: DrawContext, most: int) -> int:
        """How long an array shall be at least, for whoever wants long ones; its elements recur."""
        if context.has_long_array or not self._long.draw(draw, context):
            return 0
        context.has_long_array = True
        return _near(most).draw(draw, context)

    def _kit(self, draw: DrawFn, context: DrawContext) -> list[Any]:
        kind = context.type if context.type in self._factory.carried else None
        if kind not in self._kits:
            samples = for_type(self._samples, kind)
            weighted = [(taken(sample.value), sample.weight) for sample in samples]
            self._kits[kind] = Choice(weighted) if weighted else None
        kits = self._kits[kind]
        return [] if kits is None else list(kits.make(draw, context))
