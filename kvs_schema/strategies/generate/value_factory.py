"""Build strategies for the values of a schema, one plan for each place of a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ...catalogue import store
from ...spec.graph import Applied
from .arrays import Array
from .choices import (
    MISSING,
    UNSTEERED,
    Choice,
    DrawContext,
    Steering,
    Table,
    Value,
    Weighted,
    draw_checked,
    literal,
)
from .members import STYLES, Cell, Factory
from .nodes import Alternative, Level, ad_hoc, identity_of
from .objects import Object
from .scalars import Pools, Scalars

#: How often the forms of a value are taken: as it should be, as the only element of an array
#: without the array, against a deviation on purpose, and as next to nothing (null, an empty string
#: or array).
_ORDINARY, _ALONE, _ODD, _SELDOM = 96, 32, 12, 1
_SIMPLE = {"boolean", "integer", "fraction", "string"}


class ValueFactory(Factory):
    """Makes all values of one specification at one level; a place is planned when first drawn."""

    def strategy(
        self, name: str, *also: dict[str, Any], steering: Steering = UNSTEERED
    ) -> SearchStrategy[Any]:
        """Return a strategy for values of a named schema, with embedded documents as strings."""
        choice = self.choice(name, *also)

        @st.composite
        def made(draw: DrawFn) -> Any:
            return draw_checked(name, choice, draw, DrawContext(steering))

        return made()

    def one_of(self, names: Sequence[str], steering: Steering) -> SearchStrategy[Any]:
        """Return a strategy for values of some variants, each as often as the samples say."""
        choices = [(name, self.choice(name)) for name in names]
        variants = Table(choices, map(self.samples.weight, names))

        @st.composite
        def made(draw: DrawFn) -> Any:
            context = DrawContext(steering)
            name, choice = variants.draw(draw, context)
            return draw_checked(name, choice, draw, context)

        return made()

    def choice(self, name: str, *also: dict[str, Any]) -> Choice:
        """The same, to be made in a context."""
        schemas = [*self.flattener.graph.root(name).asked, *map(ad_hoc, also)]
        if not self.flattener.possible(schemas, self.level):
            raise ValueError(f"no value of {name!r} is valid at the strict level")
        value = self.value(schemas, ())
        value.prepare()
        return value.choice(hinted=False)

    def value(self, schemas: list[Applied], places: Iterable[str]) -> Value:
        """Plan the values that are valid by all given schemas, at places such as `task#TaskID`."""
        places = tuple(places)
        key = (tuple(map(identity_of, schemas)), places)
        if key not in self._values:
            self._values[key] = self._value(schemas, places)
        return self._values[key]

    def _value(self, schemas: list[Applied], places: tuple[str, ...]) -> Value:
        nodes = self._nodes(schemas)
        simple = [found for found in nodes if found.node.kinds & _SIMPLE]
        content = next((found.node.content for found in simple if found.node.content), None)
        entries, parts = self._structures(nodes, places)
        if content is not None:
            empty = any(found.node.accepts("") for found in simple)
            fitting = _structure_or_nothing if empty else _structure
            inside = self.value([*self.flattener.graph.root(content).asked], ())
            value = Value(*_embedded(inside, simple), fitting, [inside], True)
        elif not simple:
            value = Value(entries, list(entries), _structure, parts)
        else:
            scalars = self._scalars(simple, places)
            fit = _either_way(scalars.fit) if entries else scalars.fit
            value = Value(scalars.bare() + entries, scalars.hinted() + entries, fit, parts)
        if any("null" in node.kinds and node.accepts(None) for node, _ in nodes):
            value.bare.append((literal(None), _SELDOM))
            value.hinted.append((literal(None), _SELDOM))
        return value

    def _nodes(self, schemas: list[Applied]) -> list[Alternative]:
        """The cells of a place; at the free level also those that leave out a deviation."""
        if self.level is Level.FREE:
            return self.flattener.alternatives(schemas)
        return [Alternative(cell) for cell in self.flattener.cells(schemas, self.level)]

    def _structures(
        self, nodes: list[Alternative], places: tuple[str, ...]
    ) -> tuple[Weighted, list[Array | Object]]:
        """The arrays and objects among the alternatives, as entries, the emptiest first."""
        open_nodes = [found for found in nodes if found.node.values is None]
        arrays = [found.node for found in open_nodes if "array" in found.node.kinds]
        objects = [found for found in open_nodes if "object" in found.node.kinds]
        entries: Weighted = []
        parts: list[Array | Object] = []
        for node in arrays:
            if node.min_items == 0:
                entries.append((literal([]), _SELDOM))
            if self.flattener.possible(node.items, self.level.for_optional):
                parts.append(array := Array(self, node, places))
                entries.append((array.make, _ORDINARY // len(arrays)))
        if objects:
            cells = [
                Cell(self, found.node, _ODD if found.ignored_deviations else _ORDINARY)
                for found in objects
            ]
            parts.append(whole := Object(self, cells, places))
            entries.append((whole.make, _ALONE if arrays else _ORDINARY))
        return entries, parts

    def _scalars(self, nodes: list[Alternative], places: tuple[str, ...]) -> Scalars:
        least = min(found.ignored_deviations for found in nodes)
        conforming = [found.node for found in nodes if found.ignored_deviations == least]
        deviating = [found.node for found in nodes if found.ignored_deviations > least]
        names = dict.fromkeys(name for found in nodes for name in found.node.names)
        general = [sample.value for sample in self.samples.at(names)]
        pool = [sample.value for sample in self.samples.at(places)]
        samples = self.samples
        pools = Pools(
            values=pool,
            templates=samples.templates(places),
            general=general,
            oddities=samples.oddities(places),
            negative=samples.negative(places),
        )
        return Scalars(conforming, deviating, pools)


def _embedded(inside: Value, nodes: list[Alternative]) -> tuple[Weighted, Weighted]:
    """Return entries for a string that contains a document, or (rarely, if hinted) is empty."""
    bare, hinted = inside.choice(hinted=False), inside.choice(hinted=True)

    def document(draw: DrawFn, context: DrawContext, hint: Any) -> str:
        if hint == "":
            return ""
        value = (hinted if hint else bare).make(draw, context, hint)
        return STYLES.draw(draw, context).write(value)

    texts = {"": None} if any(node.accepts("") for node, _ in nodes) else {}
    texts |= dict.fromkeys(text for node, _ in nodes for text in node.values or ())
    empty = [literal(text) for text in texts]
    open_ended = [node for node, _ in nodes if node.values is None]
    full = [document] if any(node.bound("maxLength", 1) > 0 for node in open_ended) else []
    return (
        [(entry, _ODD) for entry in empty] + [(entry, _ORDINARY) for entry in full],
        [(entry, _SELDOM) for entry in empty] + [(entry, 2 * _ORDINARY) for entry in full],
    )


def _structure(hint: Any) -> Any:
    """Objects and arrays fit where there are some, scalars do not."""
    return hint if isinstance(hint, dict | list) else MISSING


def _structure_or_nothing(hint: Any) -> Any:
    """The same, and an empty string fits where a document may be absent."""
    return hint if hint == "" else _structure(hint)


def _either_way(fit: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda hint: hint if isinstance(hint, dict | list) else fit(hint)


@cache
def value_factory(level: Level) -> ValueFactory:
    """Return the factory of the specification in use."""
    return ValueFactory(store.specification(), level)


def level_of(*, strict: bool, deviations: bool) -> Level:
    """The level that the options of a strategy name."""
    if strict:
        return Level.STRICT
    return Level.FREE if deviations else Level.FEWEST
