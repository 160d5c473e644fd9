"""Objects: required members first, then one draw for each other, which says whether it is there
and in which form; what is seldom there shares one draw."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any

from hypothesis.strategies import DrawFn

from ...catalogue.error_codes import error_codes
from ...results.attributes import objects_in
from .choices import MISSING, Choice, DrawContext, DrawFunction, Row, Whole, literal, taken
from .members import Cell, Factory, Slot
from .nodes import Level
from .samples import for_type

#: Shares of absence.
_EXPECTED, _OPTIONAL, _ODD = 0.06, 0.1, 0.3
_BARE_EXPECTED, _BARE_OPTIONAL, _BARE_ODD = 0.15, 0.5, 0.8
#: An embedded document that a hint names is what the task was for.
_DOCUMENT = 0.005
#: How often a task type of the sources is taken, against one form of any other.
_KNOWN = 8
#: How many members that are seldom there one object may have, and one among how many it has
#: where it could have but one.
_EXTRAS, _EXTRAS_AMONG = 4, 48
#: How often what a kit has in no table is there, against half of it and against nothing.
_WHOLE = 14


class Object:
    """The objects of one place, whatever their cell."""

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
        self._whole = Whole(self._make)
        self._kits: dict[str | None, Choice] = {}
        self._weights: dict[Any, tuple[int, ...]] = {}
        self._plans: dict[Any, _Plan] = {}

    @property
    def make(self) -> DrawFunction:
        """The entry for an object, guided by a hint or by a kit."""
        return self._whole.draw

    def _make(self, draw: DrawFn, context: DrawContext, hint: Any) -> dict[str, Any]:
        outer, steering = context.type, context.steering
        pins = steering.pinned(self._names) if steering.pins else {}
        given = {name: pin.draw(draw) for name, pin in pins.items()}
        if self._typed is not None:
            if self._typed.name in given:
                context.type = given[self._typed.name]
            else:
                context.type = (steering.types or self._known).make(draw, context)
        hint = next(iter(objects_in(hint)), None) if hint is not MISSING else None
        kit = hint or self._kit(draw, context)
        cell = self._pinned_cell(kit, context.type, given) if given else None
        number = (cell or self._cell(kit, context.type)).make(draw, context)
        plan = self._plan(kit, context.type, number)
        found: dict[str, Any] = {}
        context.around.append(found)
        if given:
            self._cells[number].place(draw, context, given, found)
            context.given += [(pins[name], found[name]) for name in given if name in found]
        plan.fill(draw, context, found)
        context.around.pop()
        context.type = outer
        return {name: found[name] for name in plan.order if name in found} | found

    @cached_property
    def _typed(self) -> Slot | None:
        slots = self._cells[0].slots.values()
        return next((slot for slot in slots if slot.kind and slot.required), None)

    @cached_property
    def _known(self) -> Choice:
        """Draw task types: mostly those of the sources, some known to occur, any string."""
        slots = [slot for cell in self._cells for slot in cell.slots.values() if slot.kind]
        known = [
            kind for kind in self._factory.carried if any(s.value.fit(kind) == kind for s in slots)
        ]
        others = [(entry, 1) for slot in slots for entry, _ in slot.value.bare]
        return Choice([(literal(kind), _KNOWN) for kind in known] + others)

    def _kit(self, draw: DrawFn, context: DrawContext) -> Mapping[str, Any]:
        kind = context.type if context.type in self._factory.carried else None
        if kind not in self._kits:
            samples = for_type(self._samples, kind)
            weighted = [(taken(sample.value), sample.weight) for sample in samples]
            self._kits[kind] = Choice(weighted or [(taken({}), 1)])
        kit: Mapping[str, Any] = self._kits[kind].make(draw, context)
        return kit

    def _cell(self, kit: Mapping[str, Any], kind: str | None) -> Choice:
        """The draw for the cell, by its number."""
        lasting = kind in self._factory.carried or self._typed is None  # any string may be a type
        key = id(kit), kind
        weights = self._weights.get(key)
        if weights is None:
            weights = tuple(self._weight(cell, kit, kind) for cell in self._cells)
            if not any(weights):
                weights = tuple(int(self._of_kind(cell, kind)) for cell in self._cells)
            if not any(weights):
                raise ValueError(f"callbacks cannot be of type {kind!r}")
            if lasting:
                self._weights[key] = weights
        return _numbered(weights)

    def _pinned_cell(
        self, kit: Mapping[str, Any], kind: str | None, given: dict[str, Any]
    ) -> Choice:
        """The draw for the cell among those that take most of the pinned members."""
        taken = [
            self._of_kind(cell, kind) and 1 + sum(map(cell.takes, given, given.values()))
            for cell in self._cells
        ]
        most = max(taken)
        wanted = {**kit, **given}
        return _numbered(
            tuple(
                max(1, self._weight(cell, wanted, kind)) if count == most else 0
                for cell, count in zip(self._cells, taken, strict=True)
            )
        )

    def _plan(self, kit: Mapping[str, Any], kind: str | None, number: int) -> _Plan:
        """How to fill an object of a cell; all types that nothing is known of are alike."""
        kind = kind if kind in self._factory.carried else None
        key = id(kit), kind, number
        if key not in self._plans:
            cell = self._cells[number]
            self._plans[key] = _Plan(self._factory, cell, kit, kind, self._names)
        return self._plans[key]

    def _of_kind(self, cell: Cell, kind: str | None) -> bool:
        return kind is None or self._typed is None or cell.admits(self._typed.name, kind)

    def _weight(self, cell: Cell, kit: Mapping[str, Any], kind: str | None) -> int:
        """How well a cell goes with a kit: not at all, hardly, or as well as any."""
        if not self._of_kind(cell, kind):
            return 0
        weight = cell.weight
        for name in self._deciding:
            hint = kit.get(name, MISSING)
            if hint is MISSING:
                required = name in cell.slots and cell.slots[name].required
                if required and (kit or self._factory.carries(kind, name) is False):
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
        """Members on which the conditions turn: those that not all cells treat alike."""
        names = dict.fromkeys(name for cell in self._cells for name in cell.slots)
        first = self._cells[0]
        return [
            name
            for name in names
            if any(cell.asked(name) != first.asked(name) for cell in self._cells)
            or len({name in cell.node.required for cell in self._cells}) > 1
        ]


@cache
def _numbered(weights: tuple[int, ...]) -> Choice:
    return Choice((literal(number), weight) for number, weight in enumerate(weights) if weight)


class _Plan:
    """How the members of one cell are drawn, given a kit."""

    def __init__(
        self,
        factory: Factory,
        cell: Cell,
        kit: Mapping[str, Any],
        kind: str | None,
        names: tuple[str, ...],
    ) -> None:
        self.order = list(cell.node.properties)
        self._kit = kit
        self._steps: list[tuple[Slot, Any, Choice, Choice]] = []
        rare: dict[str, Slot | Choice] = {}
        self._own: list[str] = []
        self._slots = cell.slots.values()
        for slot in cell.slots.values():
            if slot.kind and slot.required:
                self._own.append(slot.name)
                continue
            hint = slot.value.fit(kit[slot.name]) if slot.name in kit else MISSING
            guided = slot.name in kit or slot.counts or slot.follows
            carried = factory.carries(kind, slot.name)
            absence = _absence(slot, bool(kit), bool(guided), carried)
            if absence is None and not slot.required:
                rare[slot.name] = slot
                continue
            share = None if slot.required else absence
            bare = slot.value.choice(hinted=False, absence=share)
            hinted = slot.value.choice(hinted=True, absence=share) if guided else bare
            self._steps.append((slot, hint, bare, hinted))
        unlisted = _unlisted(factory, cell, names)
        self._extras = _extras(rare, unlisted)
        #: What the kit has in no table: mostly there, seldom without its zeros or not at all.
        self._beside = {
            name: Row([MISSING, _without_zeros(kit[name]), *[kit[name]] * _WHOLE])
            for name in unlisted
            if name in kit
        }

    @cached_property
    def _codes(self) -> list[Slot]:
        return [slot for slot in self._slots if slot.is_code_of_failure]

    def fill(self, draw: DrawFn, context: DrawContext, found: dict[str, Any]) -> None:
        """Draw the members into an object."""
        for name in self._own:
            found[name] = context.type
        if context.steering.errnums is not None:
            for slot in self._codes:
                found[slot.name] = draw(context.steering.errnums)
        longest = context.steering.max_text
        for slot, hint, bare, hinted in self._steps:
            if slot.name in found:
                continue
            if slot.counts or slot.follows:
                hint = _related(slot, context, hint, self._kit)
            value = (bare if hint is MISSING else hinted).make(draw, context, hint)
            if value is MISSING:
                continue
            if longest is not None and isinstance(value, str):
                value = slot.sized(draw, context, value, longest)
            found[slot.name] = value
        if not context.steering.ordinary:
            self._add_seldom(draw, context, found)

    def _add_seldom(self, draw: DrawFn, context: DrawContext, found: dict[str, Any]) -> None:
        """Draw what is in no table or seldom there."""
        for name, ways in self._beside.items():
            known = ways.draw(draw, context)
            if known is not MISSING and name not in found:
                found[name] = copy.deepcopy(known)
        if self._extras is None:
            return
        for _ in range(_EXTRAS):
            extras = self._extras.draw(draw, context)
            if extras is None:
                break
            extras.add(draw, context, found)


def _absence(slot: Slot, kit: bool, guided: bool, carried: bool | None) -> float | None:
    """How often a member is left out; None where it shares the draw of what is seldom there."""
    if guided:
        if slot.value.document:
            return _DOCUMENT
        return _ODD if slot.odd else _EXPECTED if slot.expected else _OPTIONAL
    if kit:
        return None
    if carried is not None:
        return _OPTIONAL if carried else None
    return _BARE_ODD if slot.odd else _BARE_EXPECTED if slot.expected else _BARE_OPTIONAL


def _related(slot: Slot, context: DrawContext, hint: Any, kit: Mapping[str, Any]) -> Any:
    """Return the value that a member has because of another: a count, or a code in words.

    Where the code is that of the kit, the words are the kit's too, if it has any.
    """
    if slot.counts is not None:
        for around in reversed(context.around):
            if isinstance(around.get(slot.counts), list):
                return slot.value.fit(len(around[slot.counts]))
    if slot.follows is not None:
        sibling, table = slot.follows
        code = context.around[-1].get(sibling)
        known = error_codes.tables[table]
        worded = hint not in ("", MISSING) and code == kit.get(sibling)
        if isinstance(code, int) and code in known and not worded:
            return slot.value.fit(known[code].message)
    return hint


def _unlisted(factory: Factory, cell: Cell, names: tuple[str, ...]) -> dict[str, Slot | Choice]:
    """Draw keys in no table that senders are known to add, with their values."""
    if cell.node.listed is not None:
        return {}
    return {
        name: Choice([(literal(value), 1) for value in values])
        for name, values in factory.samples.unlisted(names).items()
        if _may_be_added(factory, cell, name)
    }


def _may_be_added(factory: Factory, cell: Cell, name: str) -> bool:
    """Whether a name in no table may be added; some are deviations, others would tell a casing."""
    asked = cell.node.properties.get(name)
    if asked is None:
        return name not in factory.telling
    return factory.level is Level.FREE and all(one.erratum for one in asked)


def _without_zeros(value: Any) -> Any:
    return {key: v for key, v in value.items() if v} if isinstance(value, dict) else value


def _extras(
    rare: dict[str, Slot | Choice], unlisted: dict[str, Slot | Choice]
) -> Row[_Extras | None] | None:
    """Mostly None; else one of the rare names, of which all unlisted ones together are one."""
    extras = [_Extras({name: choice}) for name, choice in rare.items()]
    extras += [_Extras(unlisted)] if unlisted else []
    none = len(extras) * max(2, _EXTRAS_AMONG // max(1, len(extras)) - 1)
    return Row([*[None] * none, *extras]) if extras else None


class _Extras:
    """Members that are seldom there, of which one is taken."""

    def __init__(self, members: dict[str, Slot | Choice]) -> None:
        self._names, self._members = Row(members), members

    def add(self, draw: DrawFn, context: DrawContext, found: dict[str, Any]) -> None:
        """Draw one of them into an object."""
        name = self._names.draw(draw, context)
        if name not in found:
            found[name] = self._members[name].make(draw, context)
