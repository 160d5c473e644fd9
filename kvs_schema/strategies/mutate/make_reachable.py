"""Changes a valid document so that a site exists in it: adds what is absent, meets conditions.

What stands in the document is kept where it can be; `grafts` gives what is added.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ...spec.locations import Entered
from ...spec.pointers import escape
from ..generate.choices import Choice
from ..generate.kinds import kind_of
from .breakable_rules import Site
from .closing import holds
from .fill_in import UnreachableError, graft, without
from .places import ELEMENT, Guard, Place, PlacedSchema, Step

Path: TypeAlias = tuple[str | int, ...]
#: The places and values from the root down, one a level of the opened document.
Trail: TypeAlias = list[tuple[Place, Any]]

_ARRAY, _OBJECT = frozenset(["array"]), frozenset(["object"])


def force(draw: DrawFn, site: Site, root: Place, document: Any, types: Choice | None) -> Path:
    """Make a site exist in an opened document, which is changed; the path that its steps took.

    The document may then lack what follows from a change: `complete` adds it. `types` are the
    task types that what is added may have. Raises `UnreachableError`.
    """
    return _Walk(draw, site, types).along(root, document)


def complete(draw: DrawFn, root: Place, document: Any, types: Choice | None) -> None:
    """Add to an opened document what its schemas ask for, and take away what they forbid.

    Serves after a condition was changed; the document may still not hold. `types` are the task
    types that what is added may have. Raises `UnreachableError`.
    """
    _complete(draw, root, document, [], types)


class _Walk:
    """One walk along the steps of a site."""

    def __init__(self, draw: DrawFn, site: Site, types: Choice | None) -> None:
        self.draw = draw
        self.site = site
        self.types = types
        self.trail: Trail = []

    def along(self, place: Place, document: Any) -> Path:
        holder: Any = {"": document}
        key: str | int = ""
        path: list[str | int] = []
        for step in self.site.forced:
            value = self.arrived(holder, key, place, step)
            if not isinstance(step, Entered):
                if step == ELEMENT and not value:
                    value.append(self.added(place.child(step), None))
                holder = value
                key = self.draw(st.integers(0, len(value) - 1)) if step == ELEMENT else step
                path.append(key)
            place = place.child(step)
        self.arrived(holder, key, place, None)
        return tuple(path)

    def arrived(self, holder: Any, key: Any, place: Place, step: Step | None) -> Any:
        """The value at a key, in the form that the next step, a condition or the rule needs."""
        want = self.wanted(place, step)
        value = holder.get(key) if isinstance(holder, dict) else holder[key]
        if value is None or (want is not None and kind_of(value) not in want):
            if want == _OBJECT and isinstance(value, list) and value and type(value[0]) is dict:
                holder[key] = value[0]
            elif want == _ARRAY and isinstance(value, dict) and place.element is not None:
                holder[key] = [value]
            else:
                holder[key] = self.added(place, want)
        value = holder[key]
        if not isinstance(step, Entered):
            self.trail.append((place, value))
            for guard in sorted(self.site.guards):
                if guard.depth == place.depth:
                    self.meet(guard, value, place)
        return value

    def wanted(self, place: Place, step: Step | None) -> frozenset[str] | None:
        """The types of which the value must have one; None where any will do."""
        if isinstance(step, Entered):
            return place.child(step).kinds(self.site.guards)
        if step is not None:
            return _ARRAY if step == ELEMENT else _OBJECT
        return self.site.wants

    def added(self, place: Place, want: frozenset[str] | None) -> Any:
        asked = [
            one for one in place.asked if one.guards <= self.site.guards or _is_met(one, self.trail)
        ]
        return graft(self.draw, place, asked, want=want, types=self.types)

    def meet(self, guard: Guard, value: Any, place: Place) -> None:
        """Change members of a value so that it holds to a condition, or does not."""
        if holds(guard.pointer, place, value) == guard.holds:
            return
        if not isinstance(value, dict):
            raise UnreachableError(place.steps)
        condition = place.conditions[guard.pointer]
        properties, required = condition.get("properties", {}), condition.get("required", ())
        for name in dict.fromkeys([*properties, *required]):
            if name not in place.members:
                raise UnreachableError(place.steps)
            child = place.members[name]
            asked = _met(child.asked, self.trail)
            schema = properties.get(name, True)
            if not guard.holds:
                if name in properties:
                    value[name] = without(self.draw, child, asked, schema, types=self.types)
                else:
                    value.pop(name, None)
                return
            pointer = f"{guard.pointer}/properties/{escape(name)}"
            fits = name in value and (schema is True or holds(pointer, child, value[name]))
            if not fits and (name in value or name in required):
                value[name] = graft(self.draw, child, asked, schema, types=self.types)


def _is_met(one: PlacedSchema, trail: Trail) -> bool:
    """Whether the values above meet the conditions under which a schema applies."""
    return all(
        guard.depth < len(trail) and holds(guard.pointer, *trail[guard.depth]) == guard.holds
        for guard in one.guards
    )


def _met(applied: Iterable[PlacedSchema], trail: Trail) -> list[PlacedSchema]:
    return [one for one in applied if _is_met(one, trail)]


def _complete(draw: DrawFn, place: Place, value: Any, above: Trail, types: Choice | None) -> Any:
    """A value that holds to the schemas of a place, as far as adding and replacing members goes."""
    if isinstance(value, dict | list) and place.content is not None:
        place = place.content
    trail = [*above, (place, value)]
    if isinstance(value, dict):
        for one in _met(place.applied, trail):
            for name in one.keywords.get("required", ()):
                if name not in value and name in place.members:
                    child = place.members[name]
                    value[name] = graft(draw, child, _met(child.asked, trail), types=types)
        for name in [name for name in place.members if name in value]:
            child = place.members[name]
            if any(one.schema is False for one in _met(child.applied, trail)):
                del value[name]
            else:
                value[name] = _complete(draw, child, value[name], trail, types)
    elif isinstance(value, list):
        if place.element is not None:
            value[:] = [_complete(draw, place.element, element, trail, types) for element in value]
    else:
        asked = _met(place.asked, above)
        if not all(holds(one.pointer, place, value) for one in asked):
            return graft(draw, place, asked, types=types)
    return value
