"""Which schemas speak of the same instance: through references, branches, and the same property
of the same object, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..subject import IN_PLACE, SchemaNode

if TYPE_CHECKING:
    from ..subject import SourceIndex


class Instances:
    """Finds the schemas of an instance; the sources must be linked."""

    def __init__(self, subject: SourceIndex) -> None:
        self._named = subject.named
        self._found: dict[tuple[SchemaNode, bool], tuple[SchemaNode, ...]] = {}

    def own(self, node: SchemaNode) -> tuple[SchemaNode, ...]:
        """A schema and those that hold wherever it does: references and `allOf`."""
        return tuple(self._closure([node], every=False))

    def held(self, node: SchemaNode) -> tuple[SchemaNode, ...]:
        """The schemas that the instance of a schema must always hold to, without any condition."""
        return self._all(root(node), every=False)

    def peers(self, node: SchemaNode) -> tuple[SchemaNode, ...]:
        """All schemas that may speak of the instance of a schema, under whatever condition."""
        return self._all(root(node), every=True)

    def asked(self, node: SchemaNode) -> tuple[SchemaNode, ...]:
        """What holds where a schema is asked: `held`, and what the schema says itself."""
        return tuple(dict.fromkeys((*self.held(node), *self.own(node))))

    def _all(self, top: SchemaNode, *, every: bool) -> tuple[SchemaNode, ...]:
        found = self._found.get((top, every))
        if found is None:
            found = tuple(self._closure(self._seeds(top, every), every=every))
            self._found[top, every] = found
        return found

    def _seeds(self, top: SchemaNode, every: bool) -> Iterable[SchemaNode]:
        if top.parent is None or top.keyword not in ("properties", "items"):
            return [top]
        return [
            sibling
            for holder in self._all(root(top.parent), every=every)
            for sibling in holder.below(top.keyword)
            if sibling.name == top.name
        ]

    def _closure(self, seeds: Iterable[SchemaNode], *, every: bool) -> Iterator[SchemaNode]:
        seen: set[SchemaNode] = set()
        waiting = list(seeds)[::-1]
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            yield node
            waiting += (
                child
                for child in node.children
                if child.keyword == "allOf" or (every and child.keyword in IN_PLACE)
            )
            if node.reference is not None:
                waiting.append(self._named[node.reference])


def root(node: SchemaNode) -> SchemaNode:
    """The outermost schema that speaks of the same instance and holds this one."""
    while node.keyword in IN_PLACE and node.parent is not None:
        node = node.parent
    return node


def conditional(node: SchemaNode) -> bool:
    """Whether a schema holds only under a condition, or says when one does."""
    return node.stands_in("if", "then", "else", "not", "deviations") is not None
