"""The reference engine: `jsonschema` on the sources as they are written.

It judges a document as received and opens embedded documents itself, by an asserting
`contentSchema`, so that it also checks the compile step of the other engine. It serves where
`jsonschema-rs` has no build, and is some hundred times slower.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from .compiler import DEFS, UNLISTED
from .engine import EngineError
from .text import TextError, read

_LARGEST = 2**40


class ReferenceEngine:
    """The sources' own keywords as extensions of JSON Schema 2020-12."""

    wants_received = True

    def __init__(self, specification: Mapping[str, Any]) -> None:
        self._schemas = specification["schemas"]
        tables = specification["errors"].items()
        self._codes = {name: frozenset(map(int, table["codes"])) for name, table in tables}
        self._validators: dict[tuple[tuple[str, ...], bool], Any] = {}

    def validator(self, pointers: tuple[str, ...], strict: bool) -> Any:
        found = self._validators.get((pointers, strict))
        if found is None:
            schema = {"allOf": [{"$ref": pointer} for pointer in pointers]}
            found = _validator_class(self._schemas, self._codes, strict)(schema)
            self._validators[pointers, strict] = found
        return found

    def is_valid(self, name: str, strict: bool, opened: Any, received: Any) -> bool:
        return bool(self.validator((DEFS + name,), strict).is_valid(received))

    def holds(self, pointers: tuple[str, ...], strict: bool, element: Any) -> bool:
        return bool(self.validator(pointers, strict).is_valid(element))

    def errors(self, name: str, opened: Any, received: Any) -> Iterator[EngineError]:
        for error in self.validator((DEFS + name,), True).iter_errors(received):
            path = tuple(error.absolute_path)
            keyword = _location(error.absolute_schema_path)
            if error.validator == "missing":
                yield EngineError(path, keyword, error.validator_value)
            elif error.validator == "additionalProperties":
                for unexpected in error.instance.keys() - error.schema["properties"].keys():
                    yield EngineError((*path, unexpected), keyword, unexpected)
            else:
                yield EngineError(path, keyword)


class _Referred(str):
    """Marks, in a path through schemas, the pointer that a `$ref` led to."""

    __slots__ = ()


def _location(path: Iterable[str | int]) -> tuple[str | int, ...]:
    """The absolute location of a keyword: where the last reference led, and what comes after."""
    location: list[str | int] = []
    for token in path:
        if isinstance(token, _Referred):
            location = list(token.removeprefix(DEFS).split("/"))
        else:
            location.append(token)
    return tuple(location)


def _validator_class(
    schemas: Mapping[str, Any], codes: Mapping[str, frozenset[int]], strict: bool
) -> Any:
    def ref(validator: Any, value: str, instance: Any, _: Any) -> Iterator[ValidationError]:
        target: Any = schemas
        for token in value.removeprefix(DEFS).split("/"):
            target = target[int(token)] if isinstance(target, list) else target[token]
        yield from validator.descend(instance, target, schema_path=_Referred(value))

    def pattern(_: Any, value: str, instance: Any, __: Any) -> Iterator[ValidationError]:
        if isinstance(instance, str) and not _anchored(value).search(instance):
            yield ValidationError("pattern")

    def properties(
        validator: Any, value: Any, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        if not isinstance(instance, dict):
            return
        for name, sub in value.items():
            if name not in instance:
                continue
            member = instance[name]
            if member is None and "nullAbsent" in schema and name not in schema.get("required", ()):
                if strict:
                    yield ValidationError("null", path=[name], schema_path=[name, "type"])
            elif sub is False:
                yield ValidationError("false", path=[name], schema_path=[name])
            else:
                yield from validator.descend(member, sub, path=name, schema_path=name)

    def required(_: Any, value: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
        if isinstance(instance, dict):
            for name in value:
                if name not in instance:
                    yield ValidationError(name, validator="missing", validator_value=name)

    def deviations(validator: Any, value: Any, instance: Any, _: Any) -> Iterator[ValidationError]:
        for erratum, sub in value.items():
            if erratum == UNLISTED:
                continue
            if sub is False:
                yield ValidationError("false", schema_path=[erratum])
            else:
                yield from validator.descend(instance, sub, schema_path=erratum)

    def error_table(_: Any, value: str, instance: Any, __: Any) -> Iterator[ValidationError]:
        number = isinstance(instance, int | float) and not isinstance(instance, bool)
        if not number or instance not in codes[value]:
            yield ValidationError("enum")

    def content(validator: Any, value: Any, instance: Any, _: Any) -> Iterator[ValidationError]:
        if not isinstance(instance, str) or not instance:
            return
        try:
            opened = read(instance, _LARGEST)
        except TextError:
            yield ValidationError("json")
            return
        yield from validator.descend(opened, value)

    keywords = {
        "$ref": ref,
        "pattern": pattern,
        "properties": properties,
        "required": required,
        "errorTable": error_table,
        "contentSchema": content,
    }
    if strict:
        keywords["deviations"] = deviations
    return extend(jsonschema.Draft202012Validator, keywords)  # type: ignore[no-untyped-call]


@cache
def _anchored(pattern: str) -> re.Pattern[str]:
    """A pattern whose `$` does not match before a final newline, as Python's does."""
    return re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern))
