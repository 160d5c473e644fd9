"""Reduce a callback to its shape: all that its findings depend on, as a short key.

Goes in: an opened document of a variant. Comes out: a digest of its keys, of the lengths of its
arrays and of the classes of its scalars, and the values by which an audit counts bodies. Values
that notices compare are in the digest themselves. Documents of one shape have the same findings.
"""

from __future__ import annotations

from functools import cache
from hashlib import blake2b
from typing import Any, TypeAlias

from ..catalogue import store
from ..reading.lossless import orjson
from ..spec.graph import Graph, GraphNode
from ..spec.notices import all_checks
from ..spec.value_classes import ANY_TEXT, ScalarClasses, tables_of

#: What a body is counted by (`type`, `error` or `duration`) with the value in the body.
Counted: TypeAlias = list[tuple[str, Any]]

#: Marks of the beginning and the end of objects and arrays. Classes are larger numbers.
_OBJECT, _ARRAY, _END = 1, 2, 3


class _ValuePlan:
    """How the shape is read from the values at one node."""

    __slots__ = ("any_text", "counted", "element", "exact", "members", "of")

    def __init__(self, node: GraphNode) -> None:
        self.members: dict[str, _ValuePlan] = {}
        self.element: _ValuePlan | None = None
        classes = ScalarClasses(node, tables_of(store.specification()))
        self.of = classes.of
        self.exact = not _compared().isdisjoint(one.pointer for one in node.asked)
        self.counted: str | None = node.annotation("audit")
        #: True if all strings are of one class and are neither compared nor counted.
        self.any_text = classes.any_text and not self.exact and self.counted is None


class ShapeReader:
    """Reads the shapes of callbacks; plans the reading of a variant at its first callback."""

    def __init__(self) -> None:
        self._graph = Graph(store.specification()["schemas"], everything=True)
        self._plans: dict[int, _ValuePlan] = {}
        self._roots: dict[str, _ValuePlan] = {}

    def read(self, schema: str, document: Any) -> tuple[bytes | None, Counted]:
        """Return the shape of a document, None if it has none, and what the body is counted by."""
        root = self._roots.get(schema)
        if root is None:
            root = self._roots[schema] = self._plan(self._graph.root(schema))
        found: list[Any] = []
        counted: Counted = []
        _walk(document, root, found, counted)
        try:
            text = orjson.dumps(found)
        except (AttributeError, TypeError, ValueError):  # no orjson; an integer above 64 bits
            return None, counted
        return blake2b(text, digest_size=16, key=schema.encode()).digest(), counted

    def _plan(self, node: GraphNode) -> _ValuePlan:
        found = self._plans.get(id(node))
        if found is None:  # a node may lead to itself
            found = self._plans[id(node)] = _ValuePlan(node)
            inside = node.content or node  # a text that embeds a document is opened
            found.members = {name: self._plan(below) for name, below in inside.members.items()}
            if inside.element is not None:
                found.element = self._plan(inside.element)
                found.element.members = {**found.members, **found.element.members}
            elif found.members:  # an array in place of an object: keys in it are unlisted
                found.element = found
        return found


def _walk(value: Any, plan: _ValuePlan, found: list[Any], counted: Counted) -> None:
    kind = type(value)
    if kind is dict:
        found.append(_OBJECT)
        members = plan.members
        for key, member in value.items():
            found.append(key)
            below = members.get(key)
            if below is not None:  # a value that no schema mentions does not matter
                _walk(member, below, found, counted)
        found.append(_END)
    elif kind is list:
        found.append(_ARRAY)
        if plan.element is None:
            found.append(len(value))
        else:
            for element in value:
                _walk(element, plan.element, found, counted)
            found.append(_END)
    elif kind is str and plan.any_text:
        found.append(ANY_TEXT)
    else:
        found.append(plan.of(value))
        if plan.exact:
            found.append(value)
        if plan.counted is not None:
            counted.append((plan.counted, value))


#: Returns the reader of shapes, which is made once.
shape_reader = cache(ShapeReader)


@cache
def _compared() -> frozenset[str]:
    """Return the pointers of the schemas of values that notices compare."""
    graph = store.graph()
    return frozenset(
        one.pointer
        for check in all_checks(store.specification()["notices"])
        for name in check.schemas
        for path in (check.path, *(at for at, _ in check.when))
        for node in graph.root(name, strict=False).reached(path)
        for one in node.asked
    )
