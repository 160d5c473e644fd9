"""Changes a valid document so that a place exists in it: adds what is absent, meets conditions.

What stands in the document is kept where it can be; `fill_in` gives what is added.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from hypothesis.strategies import DrawFn

from ...spec.graph import ELEMENT, Applied, Condition, Conditions, GraphNode, Step
from ...spec.kinds import kind_of
from ...spec.locations import Entered
from ...spec.pointers import escape
from ..generate.choices import DrawContext
from .breakable_rules import BreakableRule, outermost_first
from .closing import holds, is_met
from .fill_in import UnreachableError, fill_in, without

Path: TypeAlias = tuple[str | int, ...]
#: The values from the root down, one a level of the opened document.
Trail: TypeAlias = list[Any]

_ARRAY, _OBJECT = frozenset(["array"]), frozenset(["object"])


def force(
    draw: DrawFn, breakable: BreakableRule, root: GraphNode, document: Any, context: DrawContext
) -> Path:
    """Make a place exist in an opened document, which is changed; the path that its steps took.

    The document may then lack what follows from a change: `complete` adds it. `context` is
    that of the example. Raises `UnreachableError`.
    """
    return _Walk(draw, breakable, context).along(root, document)


def complete(draw: DrawFn, root: GraphNode, document: Any, context: DrawContext) -> None:
    """Add to an opened document what its schemas require, and take away what they forbid.

    Serves after a condition was changed; the document may still not hold. `context` is that
    of the example. Raises `UnreachableError`.
    """
    _complete(draw, root, document, [], context)


class _Walk:
    """One walk along the steps of a place."""

    def __init__(self, draw: DrawFn, breakable: BreakableRule, context: DrawContext) -> None:
        self.draw = draw
        self.breakable = breakable
        self.context = context
        self.trail: Trail = []

    def along(self, node: GraphNode, document: Any) -> Path:
        holder: Any = {"": document}
        key: str | int = ""
        path: list[str | int] = []
        for step in self.breakable.forced:
            value = self.arrived(holder, key, node, step)
            if not isinstance(step, Entered):
                if step == ELEMENT and not value:
                    value.append(self.added(node.child(step), None))
                holder = value
                key = self.context.index(self.draw, len(value)) if step == ELEMENT else step
                path.append(key)
            node = node.child(step)
        self.arrived(holder, key, node, None)
        return tuple(path)

    def arrived(self, holder: Any, key: Any, node: GraphNode, step: Step | None) -> Any:
        """The value at a key, in the form that the next step, a condition or the rule needs."""
        want = self.wanted(node, step)
        value = holder.get(key) if isinstance(holder, dict) else holder[key]
        if value is None or (want is not None and kind_of(value) not in want):
            if want == _OBJECT and isinstance(value, list) and value and type(value[0]) is dict:
                holder[key] = value[0]
            elif want == _ARRAY and isinstance(value, dict) and node.element is not None:
                holder[key] = [value]
            else:
                holder[key] = self.added(node, want)
        value = holder[key]
        if not isinstance(step, Entered):
            here = [each for each in self.conditions() if each.up == 0]
            self.trail.append(value)
            for condition in sorted(here, key=outermost_first):
                self.meet(condition, value, node)
        return value

    def conditions(self) -> Conditions:
        """Return the conditions of the place as seen from the value that the walk comes to next."""
        return self.breakable.conditions_at(len(self.trail))

    def wanted(self, node: GraphNode, step: Step | None) -> frozenset[str] | None:
        """The types of which the value must have one; None where any will do."""
        if isinstance(step, Entered):
            return node.child(step).kinds(self.conditions())
        if step is not None:
            return _ARRAY if step == ELEMENT else _OBJECT
        return self.breakable.wants

    def added(self, node: GraphNode, want: frozenset[str] | None) -> Any:
        met = self.conditions()
        schemas = [
            one
            for one in node.asked
            if one.conditions <= met or _are_met(one, self.trail, len(self.trail))
        ]
        return fill_in(self.draw, node, schemas, want=want, context=self.context)

    def meet(self, condition: Condition, value: Any, node: GraphNode) -> None:
        """Change members of a value so that it holds to a condition, or does not."""
        if is_met(condition, value):
            return
        if not isinstance(value, dict):
            raise UnreachableError
        properties = condition.schema.get("properties", {})
        required = condition.schema.get("required", ())
        for name in dict.fromkeys([*properties, *required]):
            if name not in node.members:
                raise UnreachableError
            child = node.members[name]
            schemas = _met(child, child.asked, self.trail)
            schema = properties.get(name, True)
            if not condition.holds:
                if name in properties:
                    value[name] = without(self.draw, child, schemas, schema, context=self.context)
                else:
                    value.pop(name, None)
                return
            pointer = f"{condition.pointer}/properties/{escape(name)}"
            fits = name in value and (schema is True or holds(pointer, True, value[name]))
            if not fits and (name in value or name in required):
                value[name] = fill_in(self.draw, child, schemas, schema, context=self.context)


def _are_met(one: Applied, trail: Trail, depth: int) -> bool:
    """Return whether a trail meets the conditions under which a schema applies at a depth."""
    return all(
        depth - each.up < len(trail) and is_met(each, trail[depth - each.up])
        for each in one.conditions
    )


def _met(
    node: GraphNode, applied: Iterable[Applied], trail: Trail, depth: int | None = None
) -> list[Applied]:
    """Return the schemas whose conditions a trail meets, by default for a value just below it."""
    depth = len(trail) if depth is None else depth
    return [one for one in applied if _are_met(one, trail, depth)]


def _complete(draw: DrawFn, node: GraphNode, value: Any, above: Trail, context: DrawContext) -> Any:
    """A value that satisfies the schemas of a node, as far as adding and replacing members goes."""
    if isinstance(value, dict | list) and node.content is not None:
        node = node.content
    trail = [*above, value]
    if isinstance(value, dict):
        for one in _met(node, node.applied, trail, len(above)):
            for name in one.keywords.get("required", ()):
                if name not in value and name in node.members:
                    child = node.members[name]
                    value[name] = fill_in(
                        draw, child, _met(child, child.asked, trail), context=context
                    )
        for name in [name for name in node.members if name in value]:
            child = node.members[name]
            if any(one.schema is False for one in _met(child, child.applied, trail)):
                del value[name]
            else:
                value[name] = _complete(draw, child, value[name], trail, context)
    elif isinstance(value, list):
        if node.element is not None:
            value[:] = [_complete(draw, node.element, element, trail, context) for element in value]
    else:
        schemas = _met(node, node.asked, above)
        if not all(holds(one.pointer, node.strict, value) for one in schemas):
            return fill_in(draw, node, schemas, context=context)
    return value
