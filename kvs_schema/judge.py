"""Judges an opened document against a named schema: a verdict, or all findings in order.

Findings come from one strict run of the engine, whose keyword locations tell deviations from
violations, and from a walk for unlisted names.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any

from . import catalogue
from .engine import Engine, EngineError, RustEngine, source_name
from .exceptions import SpecificationError
from .findings import Findings, Violation, location_of
from .keywords import DEFS, NULLABLE, kind_of
from .opening import Entered
from .pruning import Pruner, Shape
from .sources import escape
from .text import Fault, holds_json

Path = tuple[str | int, ...]

#: Keywords whose schemas speak of a part of the value.
_DESCENDING = frozenset(("properties", "additionalProperties", "items"))


class Judge:
    """Schemas, engine and shapes of one specification."""

    def __init__(self, program: Mapping[str, Any], engine: Engine) -> None:
        self.program = program
        self.engine = engine
        self._shapes: dict[str, Shape] = {}
        self._rules: dict[tuple[str | int, ...], tuple[str, str, str | None, Any]] = {}
        self._nullable = frozenset(program["nullable"])
        self._error_tables = frozenset(
            pointer.removeprefix(DEFS) for pointer in program["error_tables"]
        )

    def shape(self, name: str) -> Shape:
        """The shape of the named schema's documents."""
        found = self._shapes.get(name)
        if found is None:
            found = self._shapes[name] = Shape(self.program["shapes"][name])
        return found

    def inside(self, shape: Shape) -> Shape:
        """The shape of the embedded document that stands where the given one is, or that one."""
        return shape if shape.content is None else self.shape(shape.content)

    def is_valid(self, name: str, strict: bool, opened: Any, received: Any = None) -> bool:
        """The verdict alone."""
        return self.engine.is_valid(name, strict, opened, received)

    def findings(
        self,
        name: str,
        opened: Any,
        received: Any,
        *,
        faults: Iterable[Fault],
        strict: bool,
        limit: int,
    ) -> Findings:
        """Every finding in document order; deviations apart, or among the violations if strict."""
        taken = _Taken(self, self.shape(name), opened, list(faults))
        tolerant = not taken.faults and self.is_valid(name, False, opened, received)
        pruner = Pruner(self.engine, self.inside, limit)
        small, original = opened, received
        if not self.engine.wants_received:
            small, original = pruner.prune(opened, self.inside(self.shape(name))), None
        for error in self.engine.errors(name, small, original):
            taken.add(pruner.restored(error))
        if not tolerant and not taken.has_violations():
            for error in self.engine.errors(name, opened, original):
                taken.add(error)
        unlisted = list(taken.unlisted(limit + 1))
        violations, deviations = taken.ordered(strict)
        truncated = pruner.stopped or max(len(violations), len(deviations), len(unlisted)) > limit
        return Findings(
            tuple(violations[:limit]),
            tuple(deviations[:limit]),
            tuple(location_of(path) for path in unlisted[:limit]),
            truncated,
        )

    def rule(self, keyword: tuple[str | int, ...]) -> tuple[str, str, str | None, Any]:
        """Rule, keyword, erratum and expected value of a keyword location in the forms."""
        found = self._rules.get(keyword)
        if found is None:  # there are as many as the forms have keywords
            found = self._rules[keyword] = self._rule(keyword)
        return found

    def _rule(self, keyword: tuple[str | int, ...]) -> tuple[str, str, str | None, Any]:
        name, *tokens = map(str, keyword)
        enum = [*tokens[:-1], "enum"]
        if name + "".join(f"/{escape(token)}" for token in enum) in self._error_tables:
            expected = _follow(self.program["strict"][name], enum)
            tokens[-1], word = "errorTable", "enum"
        else:
            expected = _follow(catalogue.specification()["schemas"][source_name(name)], tokens)
            named = tokens[-1] == "additionalProperties"
            word = "falseSchema" if expected is False and not named else tokens[-1]
        rule = f"{source_name(name)}#" + "".join(f"/{escape(token)}" for token in tokens)
        return rule, word, _erratum(tokens), expected

    def is_nullable(self, keyword: tuple[str | int, ...]) -> bool:
        """Whether the keyword stands where a null would count as absent at the tolerant level."""
        name, *tokens = map(str, keyword)
        if name.startswith(NULLABLE):
            return not _DESCENDING.intersection(tokens)
        for end in range(2, len(tokens)):
            if tokens[end - 2] == "properties":
                prefix = "/".join([name, *map(escape, tokens[:end])])
                if prefix in self._nullable:
                    return not _DESCENDING.intersection(tokens[end:])
        return False


def _follow(schema: Any, tokens: Iterable[str]) -> Any:
    for token in tokens:
        schema = schema[int(token)] if isinstance(schema, list) else schema[token]
    return schema


def _is_structure(types: str | list[str]) -> bool:
    """Whether a `type` lets objects or arrays pass."""
    return any(each in ("object", "array") for each in ([types] if type(types) is str else types))


def _erratum(tokens: list[str]) -> str | None:
    """The erratum under which a keyword stands; names of properties are no keywords."""
    following = iter(tokens)
    for each in following:
        if each == "deviations":
            return next(following)
        if each == "properties":
            next(following)
    return None


class _Taken:
    """Collects the findings about one document."""

    def __init__(self, judge: Judge, shape: Shape, opened: Any, faults: list[Fault]) -> None:
        self.judge, self.shape, self.opened = judge, shape, opened
        self.faults = faults
        self.broken = {
            _plain(fault.path)
            for fault in faults
            if fault.keyword != "duplicateKey" and fault.reason != "status_missing"
        }
        self.told = {fault.expected for fault in faults if fault.reason == "status_missing"}
        self.found: dict[tuple[Any, ...], tuple[Path, Violation]] = {}
        self.seen: set[EngineError] = set()

    def add(self, error: EngineError) -> None:
        if error in self.seen:  # two schemas refer to the same one for the same value
            return
        self.seen.add(error)
        if self.broken and any(
            error.path[:length] in self.broken for length in range(len(error.path) + 1)
        ):
            return
        if error.name in self.told and not error.path:
            return
        schema = source_name(str(error.keyword[0]))
        actual, parent, crossed = self._look(error.path, schema)
        null = parent.null if parent is not None else None
        erratum: str | None
        reason = None
        if actual is None and error.name is None and null and self.judge.is_nullable(error.keyword):
            rule, keyword, erratum, expected = null["rule"], "type", null["erratum"], None
            reason = "null_for_absent"
        else:
            rule, keyword, erratum, expected = self.judge.rule(error.keyword)
            if keyword == "type" and _is_structure(expected) and holds_json(actual):
                reason = "holds_json"
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
            kind=kind_of(actual),
        )
        self.found.setdefault((error.path, rule, error.name), (error.path, violation))

    def _look(self, path: Path, schema: str) -> tuple[Any, Shape | None, list[str | int]]:
        """The value there, the shape of the object around it, and the path with crossings.

        A schema that speaks of an embedded document as a whole stands behind its crossing.
        """
        value: Any = self.opened
        parent: Shape | None = None
        node: Shape | None = self.shape
        crossed: list[str | int] = []
        for token in path:
            if node is not None and node.content is not None:
                crossed.append(Entered(node.content))
                node = self.judge.shape(node.content)
            crossed.append(token)
            value = value[token]
            if not isinstance(token, int) and node is not None:
                parent, node = node, node.properties.get(token)
        if node is not None and node.content is not None and schema in node.roots:
            crossed.append(Entered(node.content))
        return value, parent, crossed

    def has_violations(self) -> bool:
        return bool(self.faults) or any(v.erratum is None for _, v in self.found.values())

    def ordered(self, strict: bool) -> tuple[list[Violation], list[Violation]]:
        """Violations and deviations in document order; no deviation where a violation stands."""
        entries = [
            *self.found.values(),
            *((_plain(f.path), self._of_fault(f)) for f in self.faults),
        ]
        order = _Order(self.opened)
        entries.sort(key=lambda entry: order.key(entry[0]))
        taken = {_place(violation) for _, violation in entries if violation.erratum is None}
        counted = [v for _, v in entries if v.erratum is None or _place(v) not in taken]
        if strict:
            return counted, []
        return [v for v in counted if v.erratum is None], [v for v in counted if v.erratum]

    def _of_fault(self, fault: Fault) -> Violation:
        return fault_violation(fault, self.judge)

    def unlisted(self, limit: int) -> Iterator[Path]:
        """Locations of names that are in no table and no example, in document order."""
        yield from islice(self._inside(self.opened, self.shape, ()), limit)

    def _inside(self, value: Any, shape: Shape, path: Path) -> Iterator[Path]:
        if shape.content is None:
            yield from self._unlisted(value, shape, path)
        elif _plain(path) not in self.broken:
            yield from self._unlisted(
                value, self.judge.shape(shape.content), (*path, Entered(shape.content))
            )

    def _unlisted(self, value: Any, shape: Shape, path: Path) -> Iterator[Path]:
        if shape.names is None and not shape.properties:  # of what is below no schema speaks
            return
        if type(value) is list:
            for index, element in enumerate(value):
                if type(element) is dict:
                    yield from self._unlisted(element, shape, (*path, index))
        elif type(value) is dict:
            for name, member in value.items():
                child = shape.properties.get(name)
                if shape.names is not None and name not in shape.names:
                    yield (*path, name)
                elif child is not None and type(member) in (dict, list):
                    yield from self._inside(member, child, (*path, name))


def fault_violation(fault: Fault, judge: Judge | None = None) -> Violation:
    """A finding of text or of a discriminator as a violation."""
    rule, expected, actual, path = None, fault.expected, fault.actual, fault.path
    if fault.reason in ("content_kind", "content_twice") and judge is not None:
        schema = str(path[-1])
        rule, expected = f"{schema}#/type", judge.program["tolerant"][schema]["type"]
    elif fault.reason == "native" and judge is not None:
        holder = holder_of(fault.expected)
        rule, expected = f"{holder}#/type", "string"
    return Violation(
        location=location_of(path),
        keyword=fault.keyword,
        rule=rule,
        expected=expected,
        actual=actual,
        line=fault.line,
        column=fault.column,
        reason=fault.reason,
        kind=kind_of(actual),
    )


@cache
def holder_of(content: str) -> str:
    """Name of the schema of the string that holds an embedded document."""
    for name, schema in catalogue.specification()["schemas"].items():
        if schema.get("contentSchema", {}).get("$ref") == DEFS + content:
            return str(name)
    raise SpecificationError(f"no schema embeds {content!r}")


def _plain(path: Path) -> Path:
    return tuple(token for token in path if not isinstance(token, Entered))


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


@cache
def judge() -> Judge:
    """The judge of the specification; `KVS_SCHEMA_ENGINE=jsonschema` picks the reference engine."""
    program = catalogue.program()
    wanted = os.environ.get("KVS_SCHEMA_ENGINE", "jsonschema-rs")
    if wanted not in ("jsonschema-rs", "jsonschema"):
        raise SpecificationError(
            f"KVS_SCHEMA_ENGINE={wanted}: known are jsonschema-rs and jsonschema"
        )
    if wanted == "jsonschema-rs":
        try:
            return Judge(program, RustEngine(program))
        except ImportError:
            pass  # no build for this platform
    from .reference import ReferenceEngine

    return Judge(program, ReferenceEngine(catalogue.specification()))
