"""Draws arrays.

Goes in: a node and a place. Comes out: an entry that draws an array: the elements of a hint or a
kit, each with a boolean of its own that says whether it is there, so that shrinking can remove any
of them; then, after one more boolean each, elements without a hint.
"""

from __future__ import annotations

import copy
from functools import cache, cached_property
from typing import Any

from hypothesis.strategies import DrawFn

from .choices import MISSING, DrawContext, Table, Value
from .members import Factory
from .nodes import ValueNode
from .samples import for_type

_LONGEST = 4
#: Whether an element of a hint is there; whether another follows, without a hint and after one.
_THERE, _MORE, _ONE_MORE = (
    Table([False, True], weights) for weights in ((1, 255), (3, 1), (31, 1))
)
#: Whether an array is a long one, if `max_items` was given.
_LONG = Table([False, True], [2, 1])


@cache
def _near(most: int) -> Table[int]:
    """Return a table of lengths near a maximum."""
    return Table(dict.fromkeys((most, max(1, most - 1), max(1, most // 2))))


class Array:
    """Draws the arrays of one node; never empty, unless all elements of a hint are removed."""

    def __init__(self, factory: Factory, node: ValueNode, places: tuple[str, ...]) -> None:
        self._factory, self._node = factory, node
        self._samples = [
            [sample for sample in group if isinstance(sample.value, list)]
            for group in factory.samples.groups(places, node.names)
        ]
        self._kits: dict[str | None, Table[list[Any]]] = {}

    @cached_property
    def _element(self) -> Value:
        return self._factory.value(self._node.items, ())

    def prepare(self) -> None:
        """Plan the elements now rather than in the first draws."""
        self._element.prepare()

    def make(self, draw: DrawFn, context: DrawContext, hint: Any) -> list[Any]:
        """Draw an array, guided by the elements of a hint or by a kit."""
        element = self._element
        bare, hinted = element.choice(hinted=False), element.choice(hinted=True)
        least, most, length = self._node.min_items, self._node.max_items, 0
        if context.steering.max_items is not None:
            most = max(least, min(most, context.steering.max_items))
            length = self._length(draw, context, most)
        hints = [hint] if isinstance(hint, dict) and hint else hint
        if not hints:
            hints = self._kit(draw, context)
        found: list[Any] = []
        for wanted in hints[:most]:
            if _THERE.draw(draw, context):
                fitting = element.fit(wanted)
                choice = bare if fitting is MISSING else hinted
                found.append(choice.make(draw, context, fitting))
        more = _ONE_MORE if hints else _MORE
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
        """Draw the minimum length of an array: 0, or near `most` if `max_items` was given.

        At most one array of an example is a long one; its elements are repeated to reach the
        length.
        """
        if context.has_long_array or not _LONG.draw(draw, context):
            return 0
        context.has_long_array = True
        return _near(most).draw(draw, context)

    def _kit(self, draw: DrawFn, context: DrawContext) -> list[Any]:
        """Draw a sample of the array that belongs to the task type; an empty list if none does."""
        type_ = context.type if context.type in self._factory.carried else None
        if type_ not in self._kits:
            samples = for_type(self._samples, type_)
            kits = [sample.value for sample in samples] or [[]]
            self._kits[type_] = Table(kits, [sample.weight for sample in samples])
        return self._kits[type_].draw(draw, context)
