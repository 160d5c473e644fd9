"""Draws objects.

Goes in: the cells of a place. Comes out: an entry that draws as many bytes as there are members and
a few more: for the task type, the kit, the cell and the rare members. Each byte selects whether its
member is there and in which form; rare members share a byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ...catalogue.error_codes import error_codes
from ...results.attributes import objects_in
from .choices import (
    ERRNUMS,
    MISSING,
    Choice,
    DrawContext,
    DrawFunction,
    Pin,
    Span,
    Table,
    literal,
    new_label,
)
from .members import Cell, Factory, Slot
from .samples import for_type

#: The shares of objects without a member: with a hint, then without one.
_EXPECTED, _OPTIONAL = 0.06, 0.1
_BARE_EXPECTED, _BARE_OPTIONAL, _BARE_ODD = 0.15, 0.5, 0.8
#: The same of an embedded document with a hint; it is what the task was for.
_DOCUMENT = 0.005
#: The same of a number that counts others.
_COUNT = 0.03
#: The weight of a known task type; that of each entry for unknown ones is 1.
_KNOWN = 8
#: The most rare members of one object; and one object among so many has the only rare member.
_EXTRAS, _EXTRAS_AMONG = 4, 48
#: Weights of an unlisted key of a kit: left out, without its zeros, as it is.
_KIT_UNLISTED = (1, 1, 14)
#: What the first bytes of an object select; those of its members follow.
_TYPE, _KIT, _CELL, _EXTRA, _MEMBERS = range(5)


class Object:
    """Draws the objects of one place, in any of their cells."""

    def __init__(self, factory: Factory, cells: list[Cell], places: tuple[str, ...]) -> None:
        self._factory = factory
        #: Those that require least come first, for shrinking.
        self._cells = sorted(cells, key=lambda cell: len(cell.node.required))
        names = tuple(dict.fromkeys(name for cell in cells for name in cell.node.names))
        self._names = names
        self._samples = [
            [sample._replace(value=kit) for sample in group for kit in objects_in(sample.value)]
            for group in factory.samples.groups(places, names)
        ]
        self._span, self._label = Span(self._make), new_label()
        self._kits: dict[str | None, Table[Mapping[str, Any]]] = {}
        self._cell_tables: dict[Any, Table[Cell]] = {}
        self._plans: dict[Any, _Plan] = {}

    @property
    def make(self) -> DrawFunction:
        """Return the entry for an object, which takes a hint or a kit."""
        return self._span.draw

    def _make(self, draw: DrawFn, context: DrawContext, hint: Any) -> dict[str, Any]:
        """Draw an object: pins and numbers first, then task type, kit, cell and members."""
        outer, steering = context.type, context.steering
        pins = steering.pinned(self._names) if steering.pins else {}
        given = {name: pin.draw(draw) for name, pin in pins.items()}
        numbers = draw(self._numbers, context.label(self._label))
        if self._type_slot is not None:
            if self._type_slot.name in given:
                context.type = given[self._type_slot.name]
            else:
                types = steering.types or self._task_types
                context.type = types.at(numbers[_TYPE], draw, context)
                if not steering.types and context.type not in self._factory.carried:
                    context.type = context.type[: steering.max_text]
        type_ = context.type
        known = type_ if type_ in self._factory.carried else None
        hint = next(iter(objects_in(hint)), None) if hint is not MISSING else None
        kit = hint or self._kits_for(known).at(numbers[_KIT])
        cells = self._pinned_cells(kit, type_, given) if given else self._cells_for(kit, type_)
        cell = cells.at(numbers[_CELL])
        plan = self._plan(kit, known, cell)
        found: dict[str, Any] = {}
        context.around.append(found)
        if given:
            cell.put_pinned(draw, context, given, found)
            context.given += [(pins[name], found[name]) for name in given if name in found]
        plan.fill(draw, context, found, numbers)
        context.around.pop()
        context.type = outer
        return {name: found[name] for name in plan.order if name in found} | found

    @cached_property
    def _positions(self) -> dict[str, int]:
        """Return the position of the byte for each member, the same in all cells."""
        members = [name for cell in self._cells for name in [*cell.slots, *self._unlisted[cell]]]
        return {name: at for at, name in enumerate(dict.fromkeys(members), _MEMBERS)}

    @cached_property
    def _numbers(self) -> SearchStrategy[bytes]:
        """Return the strategy for the bytes, one length for all objects of the place."""
        count = _MEMBERS + len(self._positions)
        return st.binary(min_size=count, max_size=count)

    def prepare(self) -> None:
        """Plan the members now rather than in the first draws."""
        self._numbers.validate()
        for cell in self._cells:
            for slot in cell.slots.values():
                slot.value.prepare()

    @cached_property
    def _type_slot(self) -> Slot | None:
        """Return the member that is the task type, if each object has one."""
        slots = self._cells[0].slots.values()
        return next((slot for slot in slots if slot.is_type and slot.required), None)

    @cached_property
    def _task_types(self) -> Choice:
        """Return a choice of task types: mostly those of the sources, else any string."""
        slots = [slot for cell in self._cells for slot in cell.slots.values() if slot.is_type]
        known = [
            type_
            for type_ in self._factory.carried
            if any(s.value.fit(type_) == type_ for s in slots)
        ]
        others = [(entry, 1) for slot in slots for entry, _ in slot.value.bare]
        return Choice([(literal(type_), _KNOWN) for type_ in known] + others)

    def _kits_for(self, type_: str | None) -> Table[Mapping[str, Any]]:
        """Return the kits of a known task type; for None those of all others."""
        if type_ not in self._kits:
            samples = for_type(self._samples, type_)
            kits = [sample.value for sample in samples] or [{}]
            self._kits[type_] = Table(kits, [sample.weight for sample in samples])
        return self._kits[type_]

    def _cells_for(self, kit: Mapping[str, Any], type_: str | None) -> Table[Cell]:
        """Return the cells that agree with a kit and a task type, by weight."""
        if self._type_slot is None and type_ not in self._factory.carried:
            type_ = None  # all unknown types are alike
        key = id(kit), type_
        table = self._cell_tables.get(key)
        if table is None:
            weights = [self._weight(cell, kit, type_) for cell in self._cells]
            if not any(weights):
                weights = [int(self._admits_type(cell, type_)) for cell in self._cells]
            if not any(weights):
                raise ValueError(f"callbacks cannot be of type {type_!r}")
            table = self._weighted(weights)
            if type_ is None or type_ in self._factory.carried:  # there is no end of others
                self._cell_tables[key] = table
        return table

    def _pinned_cells(
        self, kit: Mapping[str, Any], type_: str | None, given: dict[str, Any]
    ) -> Table[Cell]:
        """Return the cells that can have the largest number of the pinned members."""
        taken = [
            self._admits_type(cell, type_) and 1 + sum(map(cell.takes, given, given.values()))
            for cell in self._cells
        ]
        wanted = {**kit, **given}
        return self._weighted(
            [
                max(1, self._weight(cell, wanted, type_)) if count == max(taken) else 0
                for cell, count in zip(self._cells, taken, strict=True)
            ]
        )

    def _weighted(self, weights: list[int]) -> Table[Cell]:
        """Return a table of the cells whose weight is not 0."""
        left = {cell: weight for cell, weight in zip(self._cells, weights, strict=True) if weight}
        return Table(left, left.values())

    def _plan(self, kit: Mapping[str, Any], type_: str | None, cell: Cell) -> _Plan:
        """Return the plan of a cell with a kit; unknown task types share a plan (None)."""
        key = id(kit), type_, cell
        plan = self._plans.get(key)
        if plan is None:
            unlisted = self._unlisted[cell]
            plan = _Plan(self._factory, cell, kit, type_, unlisted, self._positions)
            self._plans[key] = plan
        return plan

    @cached_property
    def _unlisted(self) -> dict[Cell, dict[str, Choice]]:
        """Return for each cell the keys in no table that senders add, with their values."""
        known = self._factory.samples.unlisted(self._names)
        choices = {name: Choice((literal(v), 1) for v in known[name]) for name in known}
        return {cell: {n: choices[n] for n in known if cell.may_add(n)} for cell in self._cells}

    def _admits_type(self, cell: Cell, type_: str | None) -> bool:
        """Return whether objects of a cell may be of a task type."""
        return type_ is None or self._type_slot is None or cell.admits(self._type_slot.name, type_)

    def _weight(self, cell: Cell, kit: Mapping[str, Any], type_: str | None) -> int:
        """Return how often a cell is taken with a kit.

        That is 0 if it contradicts the kit or the task type, 1 if it misses a part of the kit, else
        its own weight.
        """
        if not self._admits_type(cell, type_):
            return 0
        weight = cell.weight
        for name in self._deciding:
            hint = kit.get(name, MISSING)
            if hint is MISSING:
                required = name in cell.slots and cell.slots[name].required
                if required and (kit or self._factory.carries(type_, name) is False):
                    weight = 1
            elif name not in cell.slots:
                weight = 1
            elif isinstance(hint, dict | list):
                weight = weight if cell.slots[name].required else 1
            elif not cell.admits(name, hint):
                return 0
        return weight

    @cached_property
    def _deciding(self) -> list[str]:
        """Return the members that differ between cells: other schemas, or required in some only."""
        names = dict.fromkeys(name for cell in self._cells for name in cell.slots)
        first = self._cells[0]
        return [
            name
            for name in names
            if any(cell.schemas_of(name) != first.schemas_of(name) for cell in self._cells)
            or len({name in cell.node.required for cell in self._cells}) > 1
        ]


class _Plan:
    """How the members of one cell are drawn, given a kit and a task type."""

    def __init__(
        self,
        factory: Factory,
        cell: Cell,
        kit: Mapping[str, Any],
        type_: str | None,
        unlisted: dict[str, Choice],
        positions: dict[str, int],
    ) -> None:
        self.order = list(cell.node.properties)
        self._kit = kit
        self._steps: list[tuple[Slot, int, Any, Choice, Choice]] = []
        rare: list[Slot | dict[str, Choice]] = []
        self._type_keys: list[str] = []
        self._slots = cell.slots.values()
        for name, slot in cell.slots.items():
            if slot.is_type and slot.required:
                self._type_keys.append(name)
                continue
            hint = slot.value.fit(kit[name]) if name in kit else MISSING
            guided = name in kit or slot.counts or slot.describes
            carried = factory.carries(type_, name)
            absence = _absence(slot, bool(kit), bool(guided), carried)
            if absence is None and not slot.required:
                rare.append(slot)
                continue
            share = None if slot.required else absence
            bare = slot.value.choice(hinted=False, absence=share)
            hinted = slot.value.choice(hinted=True, absence=share) if guided else bare
            self._steps.append((slot, positions[name], hint, bare, hinted))
        #: Mostly None, else a rare member or the unlisted keys, which together count as one.
        extras = [*rare, unlisted] if unlisted else rare
        none = len(extras) * max(2, _EXTRAS_AMONG // max(1, len(extras)) - 1)
        self._extras = Table([None, *extras], [none or 1, *[1] * len(extras)])
        #: The unlisted keys of the kit.
        self._kit_unlisted = {
            name: (
                positions[name],
                Table([MISSING, _without_zeros(kit[name]), kit[name]], _KIT_UNLISTED),
            )
            for name in unlisted
            if name in kit
        }

    @cached_property
    def _codes(self) -> list[Slot]:
        """Return the members that are codes of a failure."""
        return [slot for slot in self._slots if slot.is_code_of_failure]

    def fill(
        self, draw: DrawFn, context: DrawContext, found: dict[str, Any], numbers: bytes
    ) -> None:
        """Draw the members into an object."""
        for name in self._type_keys:
            found[name] = context.type
        if context.steering.errnums is not None:
            for slot in self._codes:
                found[slot.name] = code = draw(context.steering.errnums)
                context.given.append((Pin(ERRNUMS, slot.name, code), code))
        for slot, at, hint, bare, hinted in self._steps:
            if slot.name in found:
                continue
            if slot.counts or slot.describes:
                hint = _related(slot, context, hint, self._kit)
            value = (bare if hint is MISSING else hinted).at(numbers[at], draw, context, hint)
            if value is not MISSING:
                found[slot.name] = slot.sized(draw, context, value)
        if not context.steering.ordinary:
            self._add_seldom(draw, context, found, numbers)

    def _add_seldom(
        self, draw: DrawFn, context: DrawContext, found: dict[str, Any], numbers: bytes
    ) -> None:
        """Add members that are rare, and keys that are in no table."""
        for name, (at, ways) in self._kit_unlisted.items():
            known = ways.at(numbers[at])
            if known is not MISSING and name not in found:
                found[name] = _cut(known, context.steering.max_text)
        extra = self._extras.at(numbers[_EXTRA])
        for _ in range(_EXTRAS):
            if extra is None:
                break
            if isinstance(extra, Slot):
                name, choice = extra.name, extra.value.choice(hinted=False)
            else:
                name, choice = Table(extra.items()).draw(draw, context)
            if name not in found:
                value = choice.make(draw, context)
                found[name] = (
                    extra.sized(draw, context, value)
                    if isinstance(extra, Slot)
                    else _cut(value, context.steering.max_text)
                )
            extra = self._extras.draw(draw, context)


def _absence(slot: Slot, kit: bool, guided: bool, carried: bool | None) -> float | None:
    """Return the share of objects without a member; None if it is one of the rare members."""
    if slot.counts:
        return _COUNT
    if guided:
        if slot.value.document:
            return _DOCUMENT
        return _EXPECTED if slot.required_if_strict or slot.should_be_absent else _OPTIONAL
    if kit:
        return None
    if carried is not None:
        return _OPTIONAL if carried else None
    return (
        _BARE_ODD
        if slot.should_be_absent
        else _BARE_EXPECTED
        if slot.required_if_strict
        else _BARE_OPTIONAL
    )


def _related(slot: Slot, context: DrawContext, hint: Any, kit: Mapping[str, Any]) -> Any:
    """Return the value that a member has because of another: a count, or a code in words.

    Where the code is that of the kit, the words are the kit's too, if it has any.
    """
    if slot.counts is not None:
        for around in reversed(context.around):
            if isinstance(around.get(slot.counts), list):
                return slot.value.fit(len(around[slot.counts]))
    if slot.describes is not None:
        sibling, table = slot.describes
        code = context.around[-1].get(sibling)
        known = error_codes.tables[table]
        worded = hint not in ("", MISSING) and code == kit.get(sibling)
        if isinstance(code, int) and code in known and not worded:
            return slot.value.fit(known[code].message)
    return hint


def _without_zeros(value: Any) -> Any:
    """Return an object without its false values; other values unchanged."""
    return {key: v for key, v in value.items() if v} if isinstance(value, dict) else value


def _cut(value: Any, most: int | None) -> Any:
    """Return a copy of a value whose strings have at most so many characters."""
    if isinstance(value, dict):
        return {key: _cut(member, most) for key, member in value.items()}
    if isinstance(value, list):
        return [_cut(element, most) for element in value]
    return value[:most] if isinstance(value, str) else value
