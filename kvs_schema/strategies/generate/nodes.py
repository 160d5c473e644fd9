"""What applies to one value: references, `allOf`, conditions and deviations flattened into nodes.

A *node* is what all schemas that apply to a value say together. Conditions split a value into
*cells*, one node for each way that its `if`s can come out, so that each branch is built and none
has to be hit by chance. What a node cannot hold (`impossible`) is found here, before anything is
drawn.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from ...spec.graph import ALWAYS, Applied, Condition, Conditions, Graph
from ...spec.kinds import KINDS, among, kind_of, kinds_in
from ...spec.pointers import escape
from ...spec.vocabulary import ANNOTATIONS, DEFS, UNLISTED, Schema, deviations_of, referenced

#: Keywords that say something of a value that is neither an object nor an array.
_SCALAR = frozenset(
    ["type", "enum", "const", "minimum", "maximum", "minLength", "maxLength", "pattern"]
)
_REMAINDER = ANNOTATIONS | {"required", "properties"}


class Level(Enum):
    """How much of the deviations a value holds to."""

    #: They are drawn on purpose, now and then.
    FREE = "free"
    #: None but those that the variant cannot do without.
    FEWEST = "tidy"
    #: None.
    STRICT = "strict"

    @property
    def for_optional(self) -> Level:
        """The level at which something must be possible that need not be there."""
        return Level.STRICT if self is Level.FEWEST else self


def ad_hoc(schema: Schema) -> Applied:
    """A schema that stands nowhere in the sources; its text serves as its pointer."""
    return Applied(json.dumps(schema, sort_keys=True), schema)


def identity_of(one: Applied) -> tuple[str, bool, str | None]:
    """The same for all that ask the same."""
    return one.pointer, one.null is not None, one.erratum


class ValueNode:
    """All that some schemas say together of one value, while some conditions are met."""

    def __init__(
        self,
        graph: Graph,
        errors: Mapping[str, Any],
        schemas: Iterable[Applied],
        decided: Conditions,
        strict: bool,
    ) -> None:
        self._errors = errors
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
        self.required_if_strict: dict[str, None] = {}
        self.properties: dict[str, list[Applied]] = {}
        self.allowed_names: set[str] | None = None
        self.items: list[Applied] = []
        self.min_items, self.max_items = 0, 1 << 30
        #: What must be decided of the value: schemas by pointer, and how each may come out.
        self.conditions: dict[str, tuple[Schema, tuple[bool, ...]]] = {}
        #: Deviations that need not be kept, and what they say of the value itself.
        self.deviations: list[Applied] = []
        self.deviation_schemas: list[Schema] = []
        schemas = list(schemas)
        obligatory = [one for one in schemas if strict or one.erratum is None]
        found = {one.pointer: one for one in graph.interned(obligatory, strict).under(decided)}
        applied = list(found.values())
        for one in applied:
            if (name := one.pointer.removeprefix(DEFS)) in graph.schemas:
                self.names.setdefault(name)
        for one in sorted(applied, key=lambda one: -len(one.through)):
            self._add(one)
        for one in schemas:
            if one not in obligatory:
                self._add_deviation(one)

    def _add(self, one: Applied) -> None:
        """Take in one more schema."""
        schema = one.keywords
        self.refused |= one.schema is False
        self.attribute = self.attribute or schema.get("attribute")
        self.counts = self.counts or schema.get("counts")
        self._add_scalar(one)
        self._add_object(one)
        if "items" in schema:
            self.items.append(Applied(f"{one.pointer}/items", schema["items"]))
        self.min_items = max(self.min_items, schema.get("minItems", 0))
        self.max_items = min(self.max_items, schema.get("maxItems", 1 << 30))
        if "contentSchema" in schema:
            self.content = referenced(schema["contentSchema"])
        if "if" in schema:
            self.conditions[f"{one.pointer}/if"] = schema["if"], (True, False)
        if not self._strict:
            for erratum, below in deviations_of(one.schema).items():
                if erratum != UNLISTED:
                    pointer = f"{one.pointer}/deviations/{erratum}"
                    self._add_deviation(Applied(pointer, below, erratum=erratum))

    def _add_scalar(self, one: Applied) -> None:
        schema, nullable = one.keywords, one.null is not None and not self._strict
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
            self.kinds -= kinds_in(refused["type"])
        elif (values := self._choices(refused)) is not None and len(refused) == 1:
            self.excluded += values
        elif isinstance(refused, dict) and refused.keys() <= {"pattern"}:
            self.assertions.append({"not": refused})
        else:
            self.conditions[f"{one.pointer}/not"] = refused, (False,)

    def _choices(self, schema: Any) -> list[Any] | None:
        if not isinstance(schema, Mapping):
            return None
        if "errorTable" in schema:
            return [int(code) for code in self._errors[schema["errorTable"]]["codes"]]
        if "const" in schema:
            return [schema["const"]]
        return list(schema["enum"]) if "enum" in schema else None

    def _add_object(self, one: Applied) -> None:
        schema = one.keywords
        self.required |= dict.fromkeys(schema.get("required", ()))
        self._add_members(one, schema.get("nullAbsent"))
        if schema.get("additionalProperties") is False:
            allowed_names = set(schema.get("properties", ()))
            self.allowed_names = (
                allowed_names if self.allowed_names is None else self.allowed_names & allowed_names
            )

    def _add_members(self, one: Applied, null: str | None = None) -> None:
        for name, below in one.keywords.get("properties", {}).items():
            pointer = f"{one.pointer}/properties/{escape(name)}"
            absent = None if name in one.keywords.get("required", ()) else null
            found = Applied(pointer, below, erratum=one.erratum, null=absent)
            self.properties.setdefault(name, []).append(found)

    def _add_deviation(self, one: Applied) -> None:
        self.deviations.append(one)
        self.required_if_strict |= dict.fromkeys(one.keywords.get("required", ()))
        self._add_members(one)
        rest = {key: value for key, value in one.keywords.items() if key not in _REMAINDER}
        if one.schema is False or rest:
            self.deviation_schemas.append(rest or False)

    @property
    def should_be_absent(self) -> bool:
        """Whether some deviation asks for the value not to be there at all."""
        return any(schema is False for schema in self.deviation_schemas)

    @cached_property
    def values(self) -> list[Any] | None:
        """The values that are left where they are counted out, else None."""
        return None if self.choices is None else [v for v in self.choices if self.accepts(v)]

    @cached_property
    def _only_kinds_and_choices(self) -> bool:
        """Whether `kinds` and `choices` say all that is asserted of scalars."""
        return all(assertion.keys() <= {"type", "enum"} for assertion in self.assertions)

    @cached_property
    def _validators(self) -> list[Draft202012Validator]:
        return [Draft202012Validator(assertion) for assertion in self.assertions]

    def accepts(self, value: Any) -> bool:
        """Whether a scalar holds to what is asserted of scalars."""
        if kind_of(value) not in self.kinds or self.refused or among(value, self.excluded):
            return False
        if self._only_kinds_and_choices:
            return self.choices is None or among(value, self.choices)
        return all(validator.is_valid(value) for validator in self._validators)

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

    def without_objects(self) -> ValueNode:
        """The same for values of other types."""
        other = copy.copy(self)
        other.kinds = self.kinds - {"object"}
        return other

    @property
    def impossible(self) -> bool:
        """Whether no value can hold to it, as far as this node itself tells."""
        if self.refused or not self.kinds or self.values == []:
            return True
        if (
            self.kinds == {"object"}
            and self.allowed_names is not None
            and self.required.keys() - self.allowed_names
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
    ignored_deviations: int = 0


class _Candidate(NamedTuple):
    """A node on the way to a cell: what was asked so far, and which conditions are decided."""

    node: Any
    schemas: list[Applied]
    decided: Conditions = ALWAYS

    def also(self, *schemas: Schema) -> _Candidate:
        return self._replace(schemas=[*self.schemas, *map(ad_hoc, schemas)])


class Flattener:
    """Turns schemas of one specification into cells; remembers what it found."""

    def __init__(self, specification: Mapping[str, Any]) -> None:
        self.graph = Graph(specification["schemas"])
        self._errors = specification["errors"]
        self._possible: dict[Any, bool] = {}
        self._nodes: dict[Any, ValueNode] = {}

    def node(
        self, schemas: Iterable[Applied], decided: Conditions = ALWAYS, *, strict: bool
    ) -> ValueNode:
        """One node for all schemas asked, while some conditions are met."""
        schemas = list(schemas)
        key = tuple(map(identity_of, schemas)), decided, strict
        if key not in self._nodes:
            self._nodes[key] = ValueNode(self.graph, self._errors, schemas, decided, strict)
        return self._nodes[key]

    def cells(self, schemas: list[Applied], level: Level) -> list[ValueNode]:
        """One node for each way that the conditions can come out, impossible ones left out.

        Tidy cells are the strict ones, or where there are none those that keep each deviation
        that can be kept.
        """
        if level is Level.FREE:
            return [found.node for found in self._expand(_Candidate(None, schemas), level)]
        strict = [found.node for found in self._expand(_Candidate(None, schemas), Level.STRICT)]
        if strict or level is Level.STRICT:
            return strict
        return list(self._with_fewest_deviations([one._replace(null=None) for one in schemas]))

    def _with_fewest_deviations(self, schemas: list[Applied]) -> Iterator[ValueNode]:
        for cell in self._expand(_Candidate(None, schemas), Level.FEWEST):
            for deviation in cell.node.deviations:
                kept = next(self._expand(cell.also(deviation.schema), Level.FEWEST), None)
                cell = kept or cell
            yield cell.node

    def alternatives(self, schemas: list[Applied]) -> list[Alternative]:
        """Cells that keep every deviation of the value itself, and for each those without it."""
        found: list[Alternative] = []
        for cell in self._expand(_Candidate(None, schemas), Level.FREE):
            deviating = [schema for schema in cell.node.deviation_schemas if schema is not False]
            kept = self._expand(cell.also(*deviating), Level.FREE) if deviating else [cell]
            found += [Alternative(one.node) for one in kept]
            for index, schema in enumerate(deviating):
                others = deviating[:index] + deviating[index + 1 :]
                for without in self.negations(schema):
                    one = list(self._expand(cell.also(without, *others), Level.FREE))
                    more = [] if one else self._expand(cell.also(without), Level.FREE)
                    found += [Alternative(way.node, 1) for way in one]
                    found += [Alternative(way.node, 2) for way in more]
        return found

    def possible(self, schemas: list[Applied], level: Level) -> bool:
        """Whether some value can hold to all of it, as far as constants and kinds tell."""
        key = (tuple(map(identity_of, schemas)), level)
        known = self._possible.get(key)
        if known is None:
            self._possible[key] = True  # so is what refers to itself
            known = self._possible[key] = bool(self.cells(schemas, level))
        return known

    def _expand(self, found: _Candidate, level: Level) -> Iterator[_Candidate]:
        node = self.node(found.schemas, found.decided, strict=level is Level.STRICT)
        if node.impossible:
            return
        known = {each.pointer for each in found.decided}
        for pointer, (schema, outcomes) in node.conditions.items():
            if pointer not in known:
                for holds in outcomes:
                    decided = found.decided | {Condition(0, pointer, holds, schema)}
                    for way in [schema] if holds else self.negations(schema):
                        yield from self._expand(found.also(way)._replace(decided=decided), level)
                return
        if "object" in node.kinds and not all(
            self._can_have(node, n, level) for n in node.required
        ):
            node = node.without_objects()
        if node.kinds:
            yield found._replace(node=node)

    def _can_have(self, node: ValueNode, name: str, level: Level) -> bool:
        return name not in node.properties or self.possible(node.properties[name], level)

    def negations(self, schema: Schema) -> list[Schema]:
        """Schemas, each a way of not holding to this one; only plain keywords have such a way."""
        if isinstance(schema, bool):
            return [] if schema else [True]
        found: list[Schema] = []
        for one in self.graph.interned([ad_hoc(schema)], strict=False).under(ALWAYS):
            required = one.keywords.get("required", ())
            found += [{"properties": {missing: False}} for missing in required]
            found += [
                {"required": [member], "properties": {member: negation}}
                for member, below in one.keywords.get("properties", {}).items()
                for negation in self.negations(below)
            ]
            found += [_negated(*item) for item in one.keywords.items() if item[0] in _NEGATED]
        return found


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
