"""Draw arrays with one boolean for each element, so that shrinking can remove any element."""

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
#: Whether an element that a hint names is there, and whether another one follows.
_THERE, _MORE, _ONE_MORE = (
    Table([False, True], weights) for weights in ((1, 255), (3, 1), (31, 1))
)
#: Whether an array is a long one, where some are wanted.
_LONG = Table([False, True], [2, 1])


@cache
def _near(most: int) -> Table[int]:
    """Lengths near a bound."""
    return Table(dict.fromkeys((most, max(1, most - 1), max(1, most // 2))))


class Array:
    """The arrays of one node; never empty, unless all elements of a hint are removed."""

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
        """How long an array shall be at least, for whoever wants long ones; its elements recur."""
        if context.has_long_array or not _LONG.draw(draw, context):
            return 0
        context.has_long_array = True
        return _near(most).draw(draw, context)

    def _kit(self, draw: DrawFn, context: DrawContext) -> list[Any]:
        type_ = context.type if context.type in self._factory.carried else None
        if type_ not in self._kits:
            samples = for_type(self._samples, type_)
            kits = [sample.value for sample in samples] or [[]]
            self._kits[type_] = Table(kits, [sample.weight for sample in samples])
        return self._kits[type_].draw(draw, context)
