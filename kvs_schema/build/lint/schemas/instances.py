"""Which schemas speak of the same instance: through references, branches, and the same property
of the same object, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..subject import IN_PLACE, Node

if TYPE_CHECKING:
    from ..subject import Subject


class Instances:
    """Finds the schemas of an instance; the sources must be linked."""

    def __init__(self, subject: Subject) -> None:
        self._named = subject.named
        self._found: dict[tuple[Node, bool], tuple[Node, ...]] = {}

    def own(self, node: Node) -> tuple[Node, ...]:
        """A schema and those that hold wherever it does: references and `allOf`."""
        return tuple(self._closure([node], every=False))

    def held(self, node: Node) -> tuple[Node, ...]:
        """The schemas that the instance of a schema must always hold to, without any condition."""
        return self._all(root(node), every=False)

    def peers(self, node: Node) -> tuple[Node, ...]:
        """All schemas that may speak of the instance of a schema, under whatever condition."""
        return self._all(root(node), every=True)

    def asked(self, node: Node) -> tuple[Node, ...]:
        """What holds where a schema is asked: `held`, and what the schema says itself."""
        return tuple(dict.fromkeys((*self.held(node), *self.own(node))))

    def _all(self, top: Node, *, every: bool) -> tuple[Node, ...]:
        found = self._found.get((top, every))
        if found is None:
            found = tuple(self._closure(self._seeds(top, every), every=every))
            self._found[top, every] = found
        return found

    def _seeds(self, top: Node, every: bool) -> Iterable[Node]:
        if top.parent is None or top.keyword not in ("properties", "items"):
            return [top]
        return [
            sibling
            for holder in self._all(root(top.parent), every=every)
            for sibling in holder.below(top.keyword)
            if sibling.name == top.name
        ]

    def _closure(self, seeds: Iterable[Node], *, every: bool) -> Iterator[Node]:
        seen: set[Node] = set()
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


def root(node: Node) -> Node:
    """The outermost schema that speaks of the same instance and holds this one."""
    while node.keyword in IN_PLACE and node.parent is not None:
        node = node.parent
    return node


def conditional(node: Node) -> bool:
    """Whether a schema holds only under a condition, or says when one does."""
    return node.stands_in("if", "then", "else", "not", "deviations") is not None
