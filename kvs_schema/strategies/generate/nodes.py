"""What applies to one value: references, `allOf`, conditions and deviations flattened into nodes.

A *node* is what all schemas that apply to a value say together. Conditions split a value into
*cells*, one node for each way that its `if`s can come out, so that each branch is built and none
has to be hit by chance. What a node cannot hold (`impossible`) is found here, before anything is
drawn.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from ...spec.vocabulary import ANNOTATIONS, UNLISTED, Schema, referenced
from .kinds import KINDS, among, kind_of, kinds_in

#: Keywords that say something of a value that is no object and no array.
_SCALAR = frozenset(
    ["type", "enum", "const", "minimum", "maximum", "minLength", "maxLength", "pattern"]
)
_REMAINDER = ANNOTATIONS | {"required", "properties"}


class Level(Enum):
    """How much of the deviations a value holds to."""

    #: They are drawn on purpose, now and then.
    FREE = "free"
    #: None but those that the variant cannot do without.
    TIDY = "tidy"
    #: None.
    STRICT = "strict"

    @property
    def for_optional(self) -> Level:
        """The level at which something must be possible that need not be there."""
        return Level.STRICT if self is Level.TIDY else self


class Asked(NamedTuple):
    """One schema that a value must hold to, or (with an erratum) should hold to."""

    schema: Schema
    nullable: bool = False
    erratum: str | None = None

    @property
    def key(self) -> tuple[str, bool, str | None]:
        """The same for all that ask the same."""
        return json.dumps(self.schema, sort_keys=True), self.nullable, self.erratum


class ValueNode:
    """All that some schemas say together of one value; conditions not yet decided."""

    def __init__(self, specification: Mapping[str, Any], strict: bool) -> None:
        self._specification = specification
        self._strict = strict
        self.kinds = set(KINDS)
        self.choices: list[Any] | None = None
        self.assertions: list[dict[str, Any]] = []
        self.excluded: list[Any] = []
        self.refused = False
        #: Names of the schemas that went into it, nearest first.
        self.names: dict[str, None] = {}
        self.attribute: str | None = None
        self.counts: str | None = None
        self.content: str | None = None
        self.required: dict[str, None] = {}
        #: Names that only the strict level requires.
        self.expected: dict[str, None] = {}
        self.properties: dict[str, list[Asked]] = {}
        self.listed: set[str] | None = None
        self.items: list[Asked] = []
        self.min_items, self.max_items = 0, 1 << 30
        self.conditions: list[dict[str, Any]] = []
        #: Deviations that concern the value itself, not what is below it.
        self.soft: list[Schema] = []

    def add(self, asked: Asked) -> None:
        """Take in one more schema."""
        if asked.erratum is not None and not self._strict:
            self._add_soft(asked.schema, asked.erratum)
            return
        schema = asked.schema
        if isinstance(schema, bool):
            self.refused |= not schema
            return
        name = referenced(schema)
        if name is not None:
            self.names.setdefault(name)
            self.add(Asked(self._specification["schemas"][name], asked.nullable))
        self.attribute = self.attribute or schema.get("attribute")
        self.counts = self.counts or schema.get("counts")
        self._add_scalar(schema, asked.nullable and not self._strict)
        self._add_object(schema)
        if "items" in schema:
            self.items.append(Asked(schema["items"]))
        self.min_items = max(self.min_items, schema.get("minItems", 0))
        self.max_items = min(self.max_items, schema.get("maxItems", 1 << 30))
        if "contentSchema" in schema:
            self.content = referenced(schema["contentSchema"])
        for below in schema.get("allOf", ()):
            self.add(Asked(below))
        if "if" in schema:
            self.conditions.append(schema)
        for erratum, below in schema.get("deviations", {}).items():
            if erratum != UNLISTED:
                self.add(Asked(below, False, erratum))

    def _add_scalar(self, schema: Mapping[str, Any], nullable: bool) -> None:
        null = ["null"] if nullable else []
        plain = {key: schema[key] for key in _SCALAR & schema.keys()}
        if "type" in schema:
            types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
            plain["type"] = [*types, *null]
            self.kinds &= kinds_in(plain["type"])
        choices = self._choices(schema)
        if choices is not None:
            plain.pop("const", None)
            plain["enum"] = choices = [*choices, *([None] if nullable else [])]
            known = choices if self.choices is None else self.choices
            self.choices = [value for value in known if among(value, choices)]
        if plain:
            self.assertions.append(plain)
        refused = schema.get("not")
        if refused is None:
            return
        if isinstance(refused, dict) and refused.keys() <= {"type"}:
            types = refused["type"]
            self.kinds -= kinds_in([types] if isinstance(types, str) else types)
        elif (values := self._choices(refused)) is not None and len(refused) == 1:
            self.excluded += values
        elif isinstance(refused, dict) and refused.keys() <= {"pattern"}:
            self.assertions.append({"not": refused})
        else:
            self.conditions.append({"if": refused, "then": False})

    def _choices(self, schema: Any) -> list[Any] | None:
        if not isinstance(schema, Mapping):
            return None
        if "errorTable" in schema:
            return [
                int(code) for code in self._specification["errors"][schema["errorTable"]]["codes"]
            ]
        if "const" in schema:
            return [schema["const"]]
        return list(schema["enum"]) if "enum" in schema else None

    def _add_object(self, schema: Mapping[str, Any]) -> None:
        required = schema.get("required", ())
        self.required |= dict.fromkeys(required)
        for name, below in schema.get("properties", {}).items():
            nullable = "nullAbsent" in schema and name not in required
            self.properties.setdefault(name, []).append(Asked(below, nullable))
        if schema.get("additionalProperties") is False:
            listed = set(schema.get("properties", ()))
            self.listed = listed if self.listed is None else self.listed & listed

    def _add_soft(self, schema: Schema, erratum: str) -> None:
        if isinstance(schema, bool):
            if not schema:
                self.soft.append(schema)
            return
        self.expected |= dict.fromkeys(schema.get("required", ()))
        for name, below in schema.get("properties", {}).items():
            self.properties.setdefault(name, []).append(Asked(below, False, erratum))
        rest = {key: value for key, value in schema.items() if key not in _REMAINDER}
        if rest:
            self.soft.append(rest)

    @property
    def odd(self) -> bool:
        """Whether some deviation asks for the value not to be there at all."""
        return any(schema is False for schema in self.soft)

    @cached_property
    def values(self) -> list[Any] | None:
        """The values that are left where they are counted out, else None."""
        return None if self.choices is None else [v for v in self.choices if self.accepts(v)]

    @cached_property
    def _told_otherwise(self) -> bool:
        """Whether `kinds` and `choices` say all that is asserted of scalars."""
        return all(assertion.keys() <= {"type", "enum"} for assertion in self.assertions)

    @cached_property
    def _validator(self) -> Draft202012Validator:
        return Draft202012Validator({"allOf": self.assertions})

    def accepts(self, value: Any) -> bool:
        """Whether a scalar holds to what is asserted of scalars."""
        if kind_of(value) not in self.kinds or self.refused or among(value, self.excluded):
            return False
        if self._told_otherwise:
            return self.choices is None or among(value, self.choices)
        return self._validator.is_valid(value)

    def bound(self, keyword: str, default: int) -> int:
        """The narrowest argument of `minimum`, `maximum`, `minLength` or `maxLength`."""
        found = [assertion[keyword] for assertion in self.assertions if keyword in assertion]
        if not found:
            return default
        return int(max(found) if keyword.startswith("min") else min(found))

    @property
    def patterns(self) -> list[str]:
        """The regular expressions that a string must match."""
        return [a["pattern"] for a in self.assertions if "pattern" in a]

    @property
    def impossible(self) -> bool:
        """Whether no value can hold to it, as far as this node itself tells."""
        if self.refused or not self.kinds or self.values == []:
            return True
        if (
            self.kinds == {"object"}
            and self.listed is not None
            and self.required.keys() - self.listed
        ):
            return True
        if self.kinds == {"array"} and self.min_items > self.max_items:
            return True
        return self.kinds == {"string"} and self.bound("minLength", 0) > self.bound(
            "maxLength", 1 << 30
        )


class Alternative(NamedTuple):
    """One way that a value can be: a cell, and how many deviations it does not keep.

    More than one, where what does without one cannot keep the others.
    """

    node: ValueNode
    broken: int = 0


class _Found(NamedTuple):
    """A node on the way to a cell: what was asked so far, and which conditions are decided."""

    node: Any
    asked: list[Asked]
    decided: frozenset[str] = frozenset()

    def also(self, *schemas: Schema) -> _Found:
        return self._replace(asked=[*self.asked, *map(Asked, schemas)])


class Flattener:
    """Turns schemas of one specification into cells; remembers what it found."""

    def __init__(self, specification: Mapping[str, Any]) -> None:
        self.specification = specification
        self._possible: dict[Any, bool] = {}

    def node(self, asked: Iterable[Asked], *, strict: bool) -> ValueNode:
        """One node for all schemas asked, its conditions not yet decided."""
        node = ValueNode(self.specification, strict)
        for one in asked:
            node.add(one)
        return node

    def cells(self, asked: list[Asked], level: Level) -> list[ValueNode]:
        """One node for each way that the conditions can come out, impossible ones left out.

        Tidy cells are the strict ones, or where there are none those that keep each deviation
        that can be kept.
        """
        if level is Level.FREE:
            return [found.node for found in self._expand(_Found(None, asked), level)]
        strict = [found.node for found in self._expand(_Found(None, asked), Level.STRICT)]
        if strict or level is Level.STRICT:
            return strict
        return list(self._tidied([one._replace(nullable=False) for one in asked]))

    def _tidied(self, asked: list[Asked]) -> Iterator[ValueNode]:
        for cell in self._expand(_Found(None, asked), Level.TIDY):
            for deviation in _own_deviations(self.specification, cell.asked):
                kept = next(self._expand(cell.also(deviation), Level.TIDY), None)
                cell = kept or cell
            yield cell.node

    def alternatives(self, asked: list[Asked]) -> list[Alternative]:
        """Cells that keep every deviation of the value itself, and for each those without it."""
        found: list[Alternative] = []
        for cell in self._expand(_Found(None, asked), Level.FREE):
            schemas = [schema for schema in cell.node.soft if schema is not False]
            kept = self._expand(cell.also(*schemas), Level.FREE) if schemas else [cell]
            found += [Alternative(one.node) for one in kept]
            for index, schema in enumerate(schemas):
                others = schemas[:index] + schemas[index + 1 :]
                for without in self.negations(schema):
                    one = list(self._expand(cell.also(without, *others), Level.FREE))
                    more = [] if one else self._expand(cell.also(without), Level.FREE)
                    found += [Alternative(way.node, 1) for way in one]
                    found += [Alternative(way.node, 2) for way in more]
        return found

    def possible(self, asked: list[Asked], level: Level) -> bool:
        """Whether some value can hold to all of it, as far as constants and kinds tell."""
        key = (tuple(one.key for one in asked), level)
        known = self._possible.get(key)
        if known is None:
            self._possible[key] = True  # so is what refers to itself
            known = self._possible[key] = bool(self.cells(asked, level))
        return known

    def _expand(self, found: _Found, level: Level) -> Iterator[_Found]:
        node = self.node(found.asked, strict=level is Level.STRICT)
        if node.impossible:
            return
        for condition in node.conditions:
            mark = json.dumps(condition, sort_keys=True)
            if mark not in found.decided:
                decided = found.decided | {mark}
                for outcome in self._outcomes(condition):
                    yield from self._expand(found.also(*outcome)._replace(decided=decided), level)
                return
        if all(self._can_hold(node, name, level) for name in node.required):
            yield found._replace(node=node)

    def _can_hold(self, node: ValueNode, name: str, level: Level) -> bool:
        if "object" not in node.kinds or name not in node.properties:
            return True
        if self.possible(node.properties[name], level):
            return True
        # an object is out; the node may still be a value of another kind
        node.kinds.discard("object")
        return bool(node.kinds)

    def _outcomes(self, condition: Mapping[str, Any]) -> Iterator[tuple[Schema, Schema]]:
        yield condition["if"], condition.get("then", True)
        for negation in self.negations(condition["if"]):
            yield negation, condition.get("else", True)

    def negations(self, schema: Schema) -> list[Schema]:
        """Schemas, each a way of not holding to this one; only plain keywords have such a way."""
        if isinstance(schema, bool):
            return [] if schema else [True]
        found: list[Schema] = []
        name = referenced(schema)
        if name is not None:
            found += self.negations(self.specification["schemas"][name])
        for below in schema.get("allOf", ()):
            found += self.negations(below)
        for missing in schema.get("required", ()):
            found.append({"properties": {missing: False}})
        for member, below in schema.get("properties", {}).items():
            for negation in self.negations(below):
                found.append({"required": [member], "properties": {member: negation}})
        return found + [_negated(key, value) for key, value in schema.items() if key in _NEGATED]


#: For a keyword the kind that it speaks of, and what a value must hold to that breaks it.
_OPPOSITES = {
    "minLength": ("string", "maxLength", -1),
    "maxLength": ("string", "minLength", 1),
    "minimum": ("integer", "maximum", -1),
    "maximum": ("integer", "minimum", 1),
    "minItems": ("array", "maxItems", -1),
    "maxItems": ("array", "minItems", 1),
}


_NEGATED = {"type", "const", "enum", "errorTable", "not", "pattern", *_OPPOSITES}


def _negated(keyword: str, value: Any) -> Schema:
    if keyword == "not":
        return value  # type: ignore[no-any-return]
    if keyword == "pattern":
        return {"type": "string", "not": {"pattern": value}}
    if keyword in _OPPOSITES:
        kind, opposite, step = _OPPOSITES[keyword]
        return {"type": kind, opposite: value + step}
    return {"not": {keyword: value}}


def _own_deviations(specification: Mapping[str, Any], asked: Iterable[Asked]) -> Iterator[Schema]:
    """The deviations that concern a value as a whole, through references and `allOf`."""
    for one in asked:
        if one.erratum is not None:
            yield one.schema
        elif isinstance(one.schema, dict):
            schema = one.schema
            name = referenced(schema)
            below = [] if name is None else [specification["schemas"][name]]
            below += schema.get("allOf", [])
            yield from _own_deviations(specification, map(Asked, below))
            for erratum, deviation in schema.get("deviations", {}).items():
                if erratum != UNLISTED:
                    yield deviation
