"""Classes of scalars: what the schemas can tell about a value, and nothing else.

Goes in: a node of the graph in which everything applies. Comes out: a function from a scalar to its
class. Two documents whose scalars have the same classes have the same findings, so that what was
found of one is known of the other. A keyword that is not known here stops the build.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from .exceptions import SpecificationError
from .graph import Graph, GraphNode
from .vocabulary import ANNOTATIONS, FOLLOWED, IN_PLACE, UNLISTED, deviations_of

#: Keywords that the types and the keys of a document decide, and the lengths of its arrays.
_BY_STRUCTURE = (FOLLOWED | IN_PLACE) | {
    *("type", "properties", "required", "items", "minItems", "nullAbsent"),
    *("contentMediaType", "contentSchema", "additionalProperties"),
}
#: Keywords by which scalars of a type are of different classes.
_BY_VALUE = ("pattern", "minLength", "minimum", "maximum", "errorTable")
#: Where the classes of each type begin.
_NULL, _FALSE, _TRUE, ANY_TEXT, _INTEGER, _WHOLE, _FRACTION = (n << 48 for n in range(1, 8))


class ScalarClasses:
    """The classes of the scalars at one node: one number each."""

    def __init__(self, node: GraphNode, error_tables: Mapping[str, frozenset[int]]) -> None:
        said: dict[str, set[Any]] = {keyword: set() for keyword in _BY_VALUE}
        constants: set[Any] = set()
        for one in node.applied:
            for keyword, value in one.keywords.items():
                if keyword in said:
                    said[keyword].add(value)
                elif keyword in ("const", "enum"):
                    constants.update(_scalars([value] if keyword == "const" else value))
                elif keyword not in _BY_STRUCTURE | ANNOTATIONS:
                    raise SpecificationError(f"{one.pointer}: no classes of values for {keyword!r}")
            _check_other_keys(one.pointer, one.keywords.get("additionalProperties", False))
        self._patterns = [anchored(pattern) for pattern in sorted(said["pattern"])]
        self._lengths = sorted(said["minLength"])
        self._lower, self._upper = sorted(said["minimum"]), sorted(said["maximum"])
        self._tables = [error_tables[name] for name in sorted(said["errorTable"])]
        self._texts = _numbered(value for value in constants if type(value) is str)
        self._numbers = _numbered(value for value in constants if type(value) in (int, float))
        #: Whether all strings are of one class.
        self.any_text: bool = not (self._patterns or self._lengths or self._texts)

    def of(self, value: Any) -> int:
        """Return the class of a scalar; raises `TypeError` for a value that JSON does not have."""
        kind = type(value)
        if kind is str:
            return ANY_TEXT + self._of_text(value)
        if kind is int:
            return _INTEGER + self._of_number(value)
        if value is None:
            return _NULL
        if kind is bool:
            return _TRUE if value else _FALSE
        if kind is float:
            return (_WHOLE if value.is_integer() else _FRACTION) + self._of_number(value)
        raise TypeError(kind.__name__)

    def _of_text(self, value: str) -> int:
        found = self._texts.get(value, 0)
        for least in self._lengths:
            found = 2 * found + (len(value) >= least)
        for pattern in self._patterns:
            found = 2 * found + (pattern.search(value) is not None)
        return found

    def _of_number(self, value: float) -> int:
        found = self._numbers.get(value, 0)
        for table in self._tables:
            found = 2 * found + (value in table)
        for bound in self._lower:
            found = 2 * found + (value >= bound)
        for bound in self._upper:
            found = 2 * found + (value <= bound)
        return found


def check_classes(graph: Graph, error_tables: Mapping[str, frozenset[int]]) -> None:
    """Raise `SpecificationError` unless each value of each schema has classes."""
    seen: set[int] = set()
    waiting = [graph.root(name) for name in graph.schemas]
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            ScalarClasses(node, error_tables)
            waiting += (below for _, below in node.children)


def tables_of(specification: Mapping[str, Any]) -> dict[str, frozenset[int]]:
    """Return the codes of each error table of a specification."""
    errors = specification["errors"].items()
    return {name: frozenset(map(int, table["codes"])) for name, table in errors}


def _scalars(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        if isinstance(value, dict | list):
            raise SpecificationError("no classes of values for a constant object or array")
        if type(value) is not bool and value is not None:  # each is a class of its own anyway
            yield value


def _check_other_keys(pointer: str, schema: Any) -> None:
    """Refuse a schema for keys that no schema names: their values would need classes."""
    unlisted = (
        schema is not False and len(schema) == 1 and deviations_of(schema) == {UNLISTED: False}
    )
    if schema is not False and not unlisted:
        raise SpecificationError(f"{pointer}: no classes of values for 'additionalProperties'")


def _numbered(constants: Iterable[Any]) -> dict[Any, int]:
    return {value: index for index, value in enumerate(sorted(constants), start=1)}


@cache
def anchored(pattern: str) -> re.Pattern[str]:
    """Compile a pattern whose `$` does not match before a final newline, as Python's would."""
    return re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern))
