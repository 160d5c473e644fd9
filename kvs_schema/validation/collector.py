"""Collects what an engine and the reading of a body found into findings, in document order.

Goes in: failing keywords of the engine, faults of reading, the opened document. Comes out: each
finding once, with the rule and the erratum it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from ..catalogue import store
from ..catalogue.error_codes import error_codes
from ..reading.faults import Fault
from ..reading.json_text import holds_json
from ..results.findings import Violation
from ..spec.exceptions import SpecificationError
from ..spec.locations import Entered, Path, location_of, without_marks
from ..spec.pointers import escape, follow, pointer
from ..spec.vocabulary import DEFS, NULLABLE, json_type, referenced, source_name
from .engines.pruning import Layout, Layouts
from .engines.rust import EngineError

#: Keywords whose schemas apply to a part of the value.
_DESCENDING = frozenset(("properties", "additionalProperties", "items"))


class RuleIndex:
    """Finds the rule, in the sources, of a keyword location in the compiled schemas."""

    def __init__(self, program: Mapping[str, Any]) -> None:
        self.program = program
        self._rules: dict[tuple[str | int, ...], tuple[str, str, str | None, Any]] = {}
        self._nullable = frozenset(program["nullable"])
        self._error_tables = frozenset(
            pointer.removeprefix(DEFS) for pointer in program["error_tables"]
        )

    def rule(self, keyword: tuple[str | int, ...]) -> tuple[str, str, str | None, Any]:
        """Return rule, keyword, erratum and expected value of a compiled location."""
        found = self._rules.get(keyword)
        if found is None:  # there are as many as the forms have keywords
            found = self._rules[keyword] = self._rule(keyword)
        return found

    def _rule(self, keyword: tuple[str | int, ...]) -> tuple[str, str, str | None, Any]:
        name, *tokens = map(str, keyword)
        enum = [*tokens[:-1], "enum"]
        if name + pointer(enum) in self._error_tables:
            expected = follow(self.program["strict"][name], enum)
            tokens[-1], word = "errorTable", "enum"
        else:
            expected = follow(store.specification()["schemas"][source_name(name)], tokens)
            named = tokens[-1] == "additionalProperties"
            word = "falseSchema" if expected is False and not named else tokens[-1]
        rule = f"{source_name(name)}#{pointer(tokens)}"
        return rule, word, _erratum(tokens), expected

    def is_nullable(self, keyword: tuple[str | int, ...]) -> bool:
        """Return whether the keyword is where a null counts as absent at the tolerant level."""
        name, *tokens = map(str, keyword)
        if name.startswith(NULLABLE):
            return not _DESCENDING.intersection(tokens)
        for end in range(2, len(tokens)):
            if tokens[end - 2] == "properties":
                prefix = "/".join([name, *map(escape, tokens[:end])])
                if prefix in self._nullable:
                    return not _DESCENDING.intersection(tokens[end:])
        return False


def _is_structure(types: str | list[str]) -> bool:
    """Return whether a `type` allows objects or arrays."""
    return any(each in ("object", "array") for each in ([types] if type(types) is str else types))


def _erratum(tokens: list[str]) -> str | None:
    """Return the erratum whose deviation contains a keyword; property keys do not count."""
    following = iter(tokens)
    for each in following:
        if each == "deviations":
            return next(following)
        if each == "properties":
            next(following)
    return None


class FindingCollector:
    """Collects the findings about one document."""

    def __init__(
        self, rules: RuleIndex, layouts: Layouts, name: str, opened: Any, faults: list[Fault]
    ) -> None:
        self.rules, self.layouts, self.opened = rules, layouts, opened
        self.layout = layouts.of(name)
        self.faults = faults
        self.broken = {
            without_marks(fault.path)
            for fault in faults
            if fault.keyword != "duplicateKey" and fault.reason != "status_missing"
        }
        self.missing = {fault.expected for fault in faults if fault.reason == "status_missing"}
        self.found: dict[tuple[Any, ...], tuple[Path, Violation]] = {}
        self.seen: set[EngineError] = set()

    def add(self, error: EngineError) -> None:
        """Take a failing keyword; one about what could not be read is dropped."""
        if error in self.seen:  # two schemas refer to the same one for the same value
            return
        self.seen.add(error)
        if self.broken and any(
            error.path[:length] in self.broken for length in range(len(error.path) + 1)
        ):
            return
        if error.name in self.missing and not error.path:
            return
        schema = source_name(str(error.keyword[0]))
        actual, parent, crossed = self._look(error.path, schema)
        null = parent.null if parent is not None else None
        erratum: str | None
        reason = None
        if actual is None and error.name is None and null and self.rules.is_nullable(error.keyword):
            rule, keyword, erratum, expected = null["rule"], "type", null["erratum"], None
            reason = "null_for_absent"
        else:
            rule, keyword, erratum, expected = self.rules.rule(error.keyword)
            if keyword == "type" and _is_structure(expected) and holds_json(actual):
                reason = "holds_json"
            elif rule.endswith("/errorTable") and json_type(actual) == "integer":
                elsewhere = error_codes.lookup(int(actual)).known
                reason = "other_table" if elsewhere else "no_table"
        if error.name is not None:
            expected = error.name
        violation = Violation(
            location=location_of(crossed),
            keyword=keyword,
            rule=rule,
            erratum=erratum,
            expected=expected,
            actual=actual,
            reason=reason,
            kind=json_type(actual),
        )
        self.found.setdefault((error.path, rule, error.name), (error.path, violation))

    def _look(self, path: Path, schema: str) -> tuple[Any, Layout | None, list[str | int]]:
        """Return the value at a path, the layout of its object, and the path with marks.

        A schema of an embedded document as a whole comes after its mark.
        """
        value: Any = self.opened
        parent: Layout | None = None
        node: Layout | None = self.layout
        crossed: list[str | int] = []
        for token in path:
            if node is not None and node.content is not None:
                crossed.append(Entered(node.content))
                node = self.layouts.of(node.content)
            crossed.append(token)
            value = value[token]
            if not isinstance(token, int) and node is not None:
                parent, node = node, node.properties.get(token)
        if node is not None and node.content is not None and schema in node.roots:
            crossed.append(Entered(node.content))
        return value, parent, crossed

    def has_violations(self) -> bool:
        """Return whether anything found is more than a deviation."""
        return bool(self.faults) or any(v.erratum is None for _, v in self.found.values())

    def ordered(self, strict: bool) -> tuple[list[Violation], list[Violation]]:
        """Return both lists in document order, at one place the faults of reading first.

        A violation hides the deviations at its place.
        """
        entries = [
            *((without_marks(f.path), fault_violation(f)) for f in self.faults),
            *self.found.values(),
        ]
        order = _Order(self.opened)
        entries.sort(key=lambda entry: order.key(entry[0]))
        taken = {_place(violation) for _, violation in entries if violation.erratum is None}
        counted = [v for _, v in entries if v.erratum is None or _place(v) not in taken]
        if strict:
            return counted, []
        return [v for v in counted if v.erratum is None], [v for v in counted if v.erratum]

    def unlisted(self, limit: int) -> Iterator[Path]:
        """Yield the paths of keys that are in no table and no example, in document order."""
        yield from islice(self._inside(self.opened, self.layout, ()), limit)

    def _inside(self, value: Any, layout: Layout, path: Path) -> Iterator[Path]:
        if layout.content is None:
            yield from self._unlisted(value, layout, path)
        elif without_marks(path) not in self.broken:
            yield from self._unlisted(
                value, self.layouts.of(layout.content), (*path, Entered(layout.content))
            )

    def _unlisted(self, value: Any, layout: Layout, path: Path) -> Iterator[Path]:
        if layout.names is None and not layout.properties:  # of what is below no schema speaks
            return
        if type(value) is list:
            for index, element in enumerate(value):
                if type(element) is dict:
                    yield from self._unlisted(element, layout, (*path, index))
        elif type(value) is dict:
            for name, member in value.items():
                child = layout.properties.get(name)
                if layout.names is not None and name not in layout.names:
                    yield (*path, name)
                elif child is not None and type(member) in (dict, list):
                    yield from self._inside(member, child, (*path, name))


def fault_violation(fault: Fault) -> Violation:
    """Return a fault of reading as a violation."""
    rule, expected, actual, path = None, fault.expected, fault.actual, fault.path
    if fault.reason in ("content_kind", "content_twice"):
        schema = str(path[-1])
        rule, expected = f"{schema}#/type", store.specification()["schemas"][schema]["type"]
    elif fault.reason == "native":
        rule, expected = f"{holder_of(fault.expected)}#/type", "string"
    return Violation(
        location=location_of(path),
        keyword=fault.keyword,
        rule=rule,
        expected=expected,
        actual=actual,
        reason=fault.reason,
        kind=json_type(actual),
        text_position=fault.at,
    )


@cache
def holder_of(content: str) -> str:
    """Return the name of the schema of the string that contains an embedded document."""
    for name, schema in store.specification()["schemas"].items():
        if referenced(schema.get("contentSchema", {})) == content:
            return str(name)
    raise SpecificationError(f"no schema embeds {content!r}")


def _place(violation: Violation) -> tuple[Any, ...]:
    name = violation.expected if violation.keyword == "required" else None
    return violation.location, name


class _Order:
    """Sort keys that follow the order of a document."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.positions: dict[int, dict[str, int]] = {}

    def key(self, path: Path) -> tuple[int, ...]:
        value, found = self.document, []
        for token in path:
            if isinstance(token, int):
                found.append(token)
                value = value[token] if type(value) is list and token < len(value) else None
            elif type(value) is dict:
                positions = self.positions.get(id(value))
                if positions is None:
                    positions = {name: index for index, name in enumerate(value)}
                    self.positions[id(value)] = positions
                found.append(positions.get(token, len(positions)))
                value = value.get(token)
        return tuple(found)
