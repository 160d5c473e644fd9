"""Plans the members of an object, for each of its cells.

Goes in: a `ValueNode` that allows objects. Comes out: a `Cell` with a `Slot` for each member that a
document may have: its schemas, its place and what else decides how often it is drawn. `Factory` is
the interface through which slots obtain the plans of their values.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ...spec.graph import Applied
from ...spec.vocabulary import within
from ..wire import all_spellings
from .choices import MISSING, DrawContext, Table, Value
from .nodes import Flattener, Level, ValueNode
from .samples import Samples

#: Whether a text is as long as `max_text` allows.
_LONG = Table([False, True], [3, 1])
#: The spellings of embedded documents.
STYLES = Table(all_spellings())


class Factory(ABC):
    """The facts from which all values of one specification at one level are made."""

    def __init__(self, specification: dict[str, Any], level: Level) -> None:
        # Hypothesis makes its table of characters when a text is first looked at; on a new machine
        # that takes a second, and in the middle of a draw it would count as a slow strategy.
        st.text().validate()
        self.specification = specification
        self.level = level
        self.flattener = Flattener(specification)
        self.samples = Samples(specification)
        self._values: dict[Any, Value] = {}
        types = specification["classifier"]["types"]
        #: The members of an output that each known task type fills.
        self.carried = {name: frozenset(spec.get("carries", ())) for name, spec in types.items()}
        #: Arrays that another member counts; they are drawn before it.
        schemas = specification["schemas"].values()
        found = (below for schema in schemas for _, below in within(schema))
        self.counted = frozenset(below["counts"] for below in found if "counts" in below)
        #: Keys that identify variants; no unlisted key is called so.
        classifier = specification["classifier"]
        self.identifying_keys = frozenset(
            name for roles in classifier["names"].values() for name in roles.values()
        ) | frozenset(classifier["flow_details"]["object_with"])

    def carries(self, type_: str | None, member: str) -> bool | None:
        """Return whether a task type fills a member of an output; None if not known."""
        if type_ not in self.carried or not any(member in names for names in self.carried.values()):
            return None
        return member in self.carried[type_]

    def sized(self, schemas: list[Applied], draw: DrawFn, context: DrawContext, text: str) -> str:
        """Adjust a free text to `max_text`: never longer, and as long as that now and then."""
        node = self.flattener.node(schemas, strict=self.level is not Level.FREE)
        fixed = node.patterns or node.choices is not None or node.content is not None
        if node.attribute == "type":
            fixed = text in self.carried or text == context.type
        if fixed or "string" not in node.kinds:
            return text
        most = context.steering.max_text or len(text)
        longest = min(most, node.bound("maxLength", most))
        if _LONG.draw(draw, context):
            text = (text or "x") * (longest // len(text or "x") + 1)
        return text[:longest] if node.accepts(text[:longest]) else text

    @abstractmethod
    def value(self, schemas: list[Applied], places: Iterable[str]) -> Value:
        """Plan the values that are valid by all given schemas, at places such as `task#TaskID`."""


@dataclass(frozen=True)
class Slot:
    """A member of an object; its values are planned when one is wanted."""

    name: str
    factory: Factory
    schemas: list[Applied]
    places: tuple[str, ...]
    required: bool
    required_if_strict: bool
    should_be_absent: bool
    is_type: bool
    counts: str | None
    describes: tuple[str, str] | None

    @cached_property
    def value(self) -> Value:
        """Return the plan of its values."""
        return self.factory.value(self.schemas, self.places)

    def sized(self, draw: DrawFn, context: DrawContext, value: Any) -> Any:
        """Return a value, adjusted to `max_text` if it is a free text."""
        if context.steering.max_text is None or not isinstance(value, str):
            return value
        return self.factory.sized(self.schemas, draw, context, value)

    def spelled(self, draw: DrawFn, context: DrawContext, value: Any) -> Any:
        """Return a pinned value in the form that the place allows: text, number or document."""
        if isinstance(value, dict | list):
            return STYLES.draw(draw, context).write(value) if self.value.document else value
        fitting = MISSING if self.value.document else self.value.fit(value)
        return value if fitting is MISSING else fitting

    @cached_property
    def is_code_of_failure(self) -> bool:
        """Return whether the member is an error code that is not 0 by the tables."""
        flattener = self.factory.flattener
        applied = flattener.graph.interned(self.schemas, strict=True).applied
        if not any("errorTable" in one.keywords for one in applied):
            return False
        return not flattener.node(self.schemas, strict=True).accepts(0)


class Cell:
    """The members of an object while each of its conditions has one certain outcome."""

    def __init__(self, factory: Factory, node: ValueNode, weight: int) -> None:
        self._factory, self.node, self.weight = factory, node, weight
        self._pins: dict[str, Slot | None] = {}

    @cached_property
    def slots(self) -> dict[str, Slot]:
        """Return the members: first those that others count, then the required ones."""
        node, counted = self.node, self._factory.counted
        found = {name: slot for name in self._names() if (slot := self._slot(name))}
        order = sorted(found, key=lambda name: (name not in counted, name not in node.required))
        return {name: found[name] for name in order}

    def _names(self) -> dict[str, None]:
        declared = [
            name
            for name, schemas in self.node.properties.items()
            if any(one.erratum is None for one in schemas)
        ]
        return dict.fromkeys(declared) | self.node.required

    def schemas_of(self, name: str) -> list[Applied]:
        """Return the schemas of one member."""
        schemas = self.node.properties.get(name, [])
        if self._factory.level is Level.FREE:
            return schemas
        return [one._replace(null=None) for one in schemas]

    def _slot(self, name: str, at_level: Level | None = None) -> Slot | None:
        """Return the slot of a member; None if it cannot be there at the level."""
        factory, schemas = self._factory, self.schemas_of(name)
        if self.node.allowed_names is not None and name not in self.node.allowed_names:
            return None
        level = factory.level if name in self.node.required else factory.level.for_optional
        if not factory.flattener.possible(schemas, at_level or level):
            return None
        places = tuple(f"{schema}#{name}" for schema in self.node.names)
        plain = factory.flattener.node(schemas, strict=factory.level is Level.STRICT)
        return Slot(
            name=name,
            factory=factory,
            schemas=schemas,
            places=places,
            required=name in self.node.required,
            required_if_strict=name in self.node.required_if_strict,
            should_be_absent=plain.should_be_absent,
            is_type=plain.attribute == "type",
            counts=plain.counts,
            describes=factory.samples.described_code(places),
        )

    def _pinnable(self, name: str) -> Slot | None:
        """Return the slot of a member that a caller pins; None if it must not be there.

        A pinned member may be a deviation, even where deviations are not drawn.
        """
        if name not in self._pins:
            known = self.slots.get(name)
            undrawn = known is None and self._factory.level is Level.FEWEST
            self._pins[name] = self._slot(name, Level.FREE) if undrawn else known
        return self._pins[name]

    def takes(self, name: str, value: Any) -> bool:
        """Return whether the form of a pinned value is one that a member of this cell may have."""
        slot = self._pinnable(name)
        if slot is None:
            return name not in self.node.properties and self.node.allowed_names is None
        return slot.value.document or slot.value.fit(value) is not MISSING

    def put_pinned(
        self, draw: DrawFn, context: DrawContext, given: dict[str, Any], found: dict[str, Any]
    ) -> None:
        """Put pinned members into an object, in the forms that their places allow."""
        for name, value in given.items():
            slot = self._pinnable(name)
            if slot is not None:
                found[name] = slot.spelled(draw, context, value)
            elif name not in self.node.properties:
                found[name] = copy.deepcopy(value)

    def may_add(self, name: str) -> bool:
        """Return whether a key in no table may be added.

        A key that is a deviation must be allowed as one, and no key may identify a casing.
        """
        if self.node.allowed_names is not None:
            return False
        schemas = self.node.properties.get(name)
        if schemas is None:
            return name not in self._factory.identifying_keys
        return self._factory.level is Level.FREE and all(one.erratum for one in schemas)

    def admits(self, name: str, value: Any) -> bool:
        """Return whether a scalar is valid as the value of a member."""
        return name in self.slots and self.slots[name].value.fit(value) == value
