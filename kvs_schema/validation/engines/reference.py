"""The reference engine: `jsonschema` on the sources as they are written.

It knows the keywords of the sources themselves, so that it also checks the compile step of the
other engine. It is used where `jsonschema-rs` has no build, and is some hundred times slower.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import jsonschema
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from ...spec.pointers import follow, tokens
from ...spec.value_classes import anchored, tables_of
from ...spec.vocabulary import DEFS, UNLISTED
from .rust import EngineError


class ReferenceEngine:
    """The sources' own keywords as extensions of JSON Schema 2020-12."""

    def __init__(self, specification: Mapping[str, Any]) -> None:
        self._keywords = _Keywords(specification["schemas"], tables_of(specification))
        self._validators: dict[tuple[tuple[str, ...], bool, bool], Any] = {}

    def _validator(self, pointers: tuple[str, ...], strict: bool, *, partial: bool = False) -> Any:
        found = self._validators.get((pointers, strict, partial))
        if found is None:
            schema = {"allOf": [{"$ref": pointer} for pointer in pointers]}
            kind = self._keywords.validator_class(strict=strict, partial=partial)
            found = self._validators[pointers, strict, partial] = kind(schema)
        return found

    def is_valid(self, name: str, strict: bool, opened: Any) -> bool:
        """See `Engine.is_valid`."""
        return bool(self._validator((DEFS + name,), strict).is_valid(opened))

    def is_valid_at(self, pointers: tuple[str, ...], strict: bool, value: Any) -> bool:
        """See `Engine.is_valid_at`."""
        return bool(self._validator(pointers, strict).is_valid(value))

    def unusable(self, pointers: tuple[str, ...], value: Any) -> list[tuple[str | int, ...]]:
        """See `Engine.unusable`."""
        found = self._validator(pointers, False, partial=True).iter_errors(value)
        return [tuple(error.absolute_path) for error in found]

    def errors(
        self, name: str, opened: Any, limit: int | None = None
    ) -> tuple[Iterator[EngineError], bool]:
        """See `Engine.errors`."""
        return self._errors(name, opened), False

    def _errors(self, name: str, opened: Any) -> Iterator[EngineError]:
        for error in self._validator((DEFS + name,), True).iter_errors(opened):
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
    """Return the absolute location of a keyword: where the last reference led, and the rest."""
    location: list[str | int] = []
    for token in path:
        if isinstance(token, _Referred):
            location = list(token.removeprefix(DEFS).split("/"))
        else:
            location.append(token)
    return tuple(location)


class _Keywords:
    """What the sources' keywords assert, in the form that `jsonschema` calls."""

    def __init__(self, schemas: Mapping[str, Any], codes: Mapping[str, frozenset[int]]) -> None:
        self.schemas, self.codes = schemas, codes

    def validator_class(self, *, strict: bool, partial: bool = False) -> Any:
        keywords: dict[str, Any] = {
            "$ref": self.ref,
            "pattern": self.pattern,
            "properties": self.strict_properties if strict else self.properties,
            "required": self.required,
            "errorTable": self.error_table,
            "contentSchema": self.content,
            "type": self.type,
        }
        if strict:
            keywords["deviations"] = self.deviations
        if partial:  # conditions decide by all that they ask for
            self.conditions = self.validator_class(strict=False)
            keywords |= {"required": self.nothing, "if": self.condition, "not": self.negation}
        return extend(jsonschema.Draft202012Validator, keywords)  # type: ignore[no-untyped-call]

    def ref(self, validator: Any, value: str, instance: Any, _: Any) -> Iterator[ValidationError]:
        target = follow(self.schemas, tokens(f"/{value.removeprefix(DEFS)}"))
        yield from validator.descend(instance, target, schema_path=_Referred(value))

    @staticmethod
    def nothing(*_: Any) -> Iterator[ValidationError]:
        """Refuse nothing."""
        return iter(())

    def condition(self, validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        """Validate by the branch that an `if` chooses, by the tolerant schemas as they are."""
        branch = "then" if self.conditions(value).is_valid(instance) else "else"
        if branch in schema:
            yield from validator.descend(instance, schema[branch], schema_path=branch)

    def negation(self, _: Any, value: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
        """Validate by a `not`, by the tolerant schemas as they are."""
        if self.conditions(value).is_valid(instance):
            yield ValidationError("not")

    @staticmethod
    def pattern(_: Any, value: str, instance: Any, __: Any) -> Iterator[ValidationError]:
        if isinstance(instance, str) and not anchored(value).search(instance):
            yield ValidationError("pattern")

    @staticmethod
    def properties(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[Any]:
        """Validate members but a null that counts as absent; a `false` schema names its member."""
        if not isinstance(instance, dict):
            return
        for name in value.keys() & instance.keys():
            sub, member = value[name], instance[name]
            if member is None and _may_be_null(schema, name):
                continue
            if sub is False:
                yield ValidationError("false", path=[name], schema_path=[name])
            else:
                yield from validator.descend(member, sub, path=name, schema_path=name)

    def strict_properties(
        self, validator: Any, value: Any, instance: Any, schema: Any
    ) -> Iterator[Any]:
        """Validate members as `properties` does; a null that counts as absent is a deviation."""
        yield from self.properties(validator, value, instance, schema)
        for name in value:
            null = isinstance(instance, dict) and instance.get(name, name) is None
            if null and _may_be_null(schema, name):
                yield ValidationError("null", path=[name], schema_path=[name, "type"])

    @staticmethod
    def required(_: Any, value: Any, instance: Any, __: Any) -> Iterator[ValidationError]:
        if isinstance(instance, dict):
            for name in value:
                if name not in instance:
                    yield ValidationError(name, validator="missing", validator_value=name)

    @staticmethod
    def deviations(validator: Any, value: Any, instance: Any, _: Any) -> Iterator[ValidationError]:
        for erratum, sub in value.items():
            if erratum == UNLISTED:
                continue
            if sub is False:
                yield ValidationError("false", schema_path=[erratum])
            else:
                yield from validator.descend(instance, sub, schema_path=erratum)

    def error_table(self, _: Any, value: str, instance: Any, __: Any) -> Iterator[ValidationError]:
        number = isinstance(instance, int | float) and not isinstance(instance, bool)
        if not number or instance not in self.codes[value]:
            yield ValidationError("enum")

    @staticmethod
    def type(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        """Validate a type; an opened document may be where its string is due."""
        if "contentSchema" not in schema or not isinstance(instance, dict | list):
            yield from jsonschema.Draft202012Validator.VALIDATORS["type"](
                validator, value, instance, schema
            )

    @staticmethod
    def content(validator: Any, value: Any, instance: Any, _: Any) -> Iterator[ValidationError]:
        """Validate an opened document; faults of its string were found when it was opened."""
        if isinstance(instance, dict | list):
            yield from validator.descend(instance, value)


def _may_be_null(schema: Mapping[str, Any], name: str) -> bool:
    return "nullAbsent" in schema and name not in schema.get("required", ())
