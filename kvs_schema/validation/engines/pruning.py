"""Leaves out of a document what no finding can be about, before findings are collected.

Every error of the engine holds a copy of what it is about; so the cost of a body full of faults
would grow with its square.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any, TypeAlias

from ...spec.locations import Path

#: `Engine.is_valid_at`.
IsValidAt: TypeAlias = "Callable[[tuple[str, ...], bool, Any], bool]"


class Layout:
    """A node of `build.assemble.program`'s layouts, ready to be walked."""

    __slots__ = (
        *("always", "closed", "content", "elements", "known", "least", "names", "null", "objects"),
        *("properties", "roots"),
    )

    def __init__(self, node: Mapping[str, Any]) -> None:
        names = node.get("names")
        self.names = None if names is None else frozenset(names)
        self.closed = frozenset(node.get("closed", ()))
        #: The keys that some schema speaks of; empty where any key may matter.
        self.known = (self.names or self.closed) | frozenset(node.get("refused", ()))
        self.null: Mapping[str, str] | None = node.get("null")
        self.content: str | None = node.get("content")
        self.roots = frozenset(node.get("roots", ()))
        self.elements: tuple[str, ...] = tuple(node.get("elements", ()))
        self.always: tuple[str, ...] = tuple(node.get("always", ()))
        self.objects: bool = node.get("objects", False)
        self.least: int = node.get("least", 0)
        self.properties = {
            name: Layout(child) for name, child in node.get("properties", {}).items()
        }


class Layouts:
    """The layouts of the documents of each named schema."""

    def __init__(self, program: Mapping[str, Any]) -> None:
        self._nodes: Mapping[str, Any] = program["layouts"]
        self._layouts: dict[str, Layout] = {}
        self._with_arrays: dict[int, dict[str, Layout]] = {}

    def of(self, name: str) -> Layout:
        """Return the layout of the documents of a schema."""
        found = self._layouts.get(name)
        if found is None:
            found = self._layouts[name] = Layout(self._nodes[name])
        return found

    def with_arrays(self, layout: Layout) -> dict[str, Layout]:
        """Return the members of a layout that are arrays or contain some, with what is in each."""
        found = self._with_arrays.get(id(layout))
        if found is None:
            children = {name: self.inside(child) for name, child in layout.properties.items()}
            found = self._with_arrays[id(layout)] = {
                name: child
                for name, child in children.items()
                if child.elements or self.with_arrays(child)
            }
        return found

    def inside(self, layout: Layout) -> Layout:
        """Return the layout of the embedded document at a place, or the place's own layout."""
        return layout if layout.content is None else self.of(layout.content)


class Pruner:
    """Shortens a document: arrays lose valid elements, and those behind more that do not than
    a report lists; wide objects lose names that no schema speaks of.

    An element may also stand under a condition elsewhere in the document; every schema that could
    apply to it is asked, so that none that could matter is left out.
    """

    def __init__(self, is_valid_at: IsValidAt, layouts: Layouts, limit: int) -> None:
        self.is_valid_at, self.inside, self.limit = is_valid_at, layouts.inside, limit
        #: Elements that are left because of what is wrong in them, and in none of their own.
        self.violating = self.deviating = 0
        #: Whether more is wrong than is left.
        self.stopped = False
        #: Where elements are left out, the indexes of those that are left.
        self.places: dict[Path, list[int]] = {}

    def prune(self, value: Any, layout: Layout, path: Path = ()) -> Any:
        """Return what is left of a value; the value itself where nothing is left out."""
        if type(value) is list:
            return self._array(value, layout, path)
        if type(value) is not dict:
            return value
        known = layout.known
        if known and not value.keys() <= known:
            value = self._narrowed(value, known, closed=bool(layout.closed))
        changed: dict[str, Any] = {}
        for name, child in layout.properties.items():
            member = value.get(name)
            if type(member) in (dict, list):
                small = self.prune(member, self.inside(child), (*path, name))
                if small is not member:
                    changed[name] = small
        return {**value, **changed} if changed else value

    def _narrowed(
        self, value: dict[str, Any], known: frozenset[str], *, closed: bool
    ) -> dict[str, Any]:
        """Return an object without unlisted keys; a closed object keeps some of them."""
        kept = {name: member for name, member in value.items() if name in known}
        if closed:
            others = (name for name in value if name not in known)
            refused = list(islice(others, self.limit + 1))
            self.stopped = self.stopped or len(refused) > self.limit
            kept |= dict.fromkeys(refused)
        return kept

    def _array(self, value: list[Any], layout: Layout, path: Path) -> list[Any]:
        if not layout.elements:
            return value
        kept: list[int] = []
        small: list[Any] = []
        for index, element in enumerate(value):
            needed = len(kept) < layout.least
            if self.violating > self.limit and not needed:
                self.stopped = True
                break
            deviates = not self.is_valid_at(layout.elements, True, element)
            violates = deviates and not self.is_valid_at(layout.elements, False, element)
            if deviates and not violates and self.deviating > self.limit:
                self.stopped, deviates = True, False
            if deviates or needed:
                kept.append(index)
                small.append(
                    self._element(element, layout, (*path, len(small)), violates, deviates)
                )
        if len(kept) < len(value):
            self.places[path] = kept
            return small
        changed = any(new is not old for new, old in zip(small, value, strict=True))
        return small if changed else value

    def _element(
        self, element: Any, layout: Layout, path: Path, violates: bool, deviates: bool
    ) -> Any:
        before = self.violating, self.deviating
        small = self.prune(element, layout, path)
        if violates and self.violating == before[0]:
            self.violating += 1
        elif deviates and not violates and self.deviating == before[1]:
            self.deviating += 1
        return small

    def restored(self, path: Path) -> Path:
        """Return the path in the original document of a path in the pruned one."""
        if not self.places:
            return path
        found: list[str | int] = []
        for position, token in enumerate(path):
            indexes = self.places.get(path[:position])
            found.append(
                indexes[token] if indexes is not None and isinstance(token, int) else token
            )
        return tuple(found)
