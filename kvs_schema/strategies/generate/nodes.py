"""Flattens the schemas that apply to one value: references, `allOf`, conditions, deviations.

Goes in: `Applied` schemas of the graph. Comes out: a `ValueNode` with all that they assert
together, or *cells*: one node for each combination of outcomes of the `if` schemas, so that each
branch is built and none has to be hit by chance. Nodes that no value satisfies (`impossible`) are
left out.
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

#: Keywords that assert something of scalars.
_SCALAR = {"type", "enum", "const", "minimum", "maximum", "minLength", "maxLength", "pattern"}
_REMAINDER = ANNOTATIONS | {"required", "properties"}


class Level(Enum):
    """Which deviations a value may have."""

    #: Any; they are drawn on purpose, now and then.
    FREE = "free"
    #: Only those without which the variant has no document.
    FEWEST = "fewest"
    #: None.
    STRICT = "strict"

    @property
    def for_optional(self) -> Level:
        """Return the level at which a member must be possible that is not required."""
        return Level.STRICT if self is Level.FEWEST else self


def ad_hoc(schema: Schema) -> Applied:
    """Return a schema that is not in the sources as if it were; its text is its pointer."""
    return Applied(json.dumps(schema, sort_keys=True), schema)


def identity_of(one: Applied) -> tuple[str, bool, str | None]:
    """Return a key that is equal for schemas that assert the same."""
    return one.pointer, one.null is not None, one.erratum


class ValueNode:
    """All that some schemas assert together of one value.

    `decided` are the outcomes of conditions that are known; `conditions` are all conditions.
    """

    def __init__(
        self,
        graph: Graph,
        errors: Mapping[str, Any],
        schemas: Iterable[Applied],
        decided: Conditions,
        strict: bool,
    ) -> None:
        self._errors, self._strict = errors, strict
        self.kinds = set(KINDS)
        self.choices: list[Any] | None = None
        self.assertions: list[dict[str, Any]] = []
        self.excluded: list[Any] = []
        self.refused = False
        #: Names of the schemas that apply, nearest first.
        self.names: dict[str, None] = {}
        self.attribute: str | None = None
        self.counts: str | None = None
        self.content: str | None = None
        self.required: dict[str, None] = {}
        #: Keys that only the strict level requires.
        self.required_if_strict: dict[str, None] = {}
        self.properties: dict[str, list[Applied]] = {}
        self.allowed_names: set[str] | None = None
        self.items: list[Applied] = []
        self.min_items, self.max_items = 0, 1 << 30
        #: Schemas of conditions by pointer, each with the outcomes that are possible.
        self.conditions: dict[str, tuple[Schema, tuple[bool, ...]]] = {}
        #: Deviations that a value may have; what avoids them, where it is about the value itself.
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
        """Add what one more schema asserts."""
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
        plain = {key: schema[key] for key in _SCALAR & schema.keys()}
        if "type" in schema:
            types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
            plain["type"] = [*types, "null"] if nullable else list(types)
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
        """Return the values that an `enum`, a `const` or an error table lists, else None."""
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
            names, known = set(schema.get("properties", ())), self.allowed_names
            self.allowed_names = names if known is None else names & known

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
        """Return whether some deviation is that the value is there at all."""
        return any(schema is False for schema in self.deviation_schemas)

    @cached_property
    def values(self) -> list[Any] | None:
        """Return the values that are valid, if an `enum` or a `const` lists them, else None."""
        return None if self.choices is None else [v for v in self.choices if self.accepts(v)]

    @cached_property
    def _only_kinds_and_choices(self) -> bool:
        """Return whether `kinds` and `choices` are all that is asserted."""
        return all(assertion.keys() <= {"type", "enum"} for assertion in self.assertions)

    @cached_property
    def _validators(self) -> list[Draft202012Validator]:
        return [Draft202012Validator(assertion) for assertion in self.assertions]

    def accepts(self, value: Any) -> bool:
        """Return whether a scalar is valid by what is asserted of scalars."""
        if kind_of(value) not in self.kinds or self.refused or among(value, self.excluded):
            return False
        if self._only_kinds_and_choices:
            return self.choices is None or among(value, self.choices)
        return all(validator.is_valid(value) for validator in self._validators)

    def bound(self, keyword: str, default: int) -> int:
        """Return the narrowest argument of a keyword such as `minimum` or `maxLength`."""
        found = [assertion[keyword] for assertion in self.assertions if keyword in assertion]
        if not found:
            return default
        return int(max(found) if keyword.startswith("min") else min(found))

    @property
    def patterns(self) -> list[str]:
        """Return the regular expressions that a string must match."""
        return [a["pattern"] for a in self.assertions if "pattern" in a]

    def without_objects(self) -> ValueNode:
        """Return a copy of the node that allows no object."""
        other = copy.copy(self)
        other.kinds = self.kinds - {"object"}
        return other

    @property
    def impossible(self) -> bool:
        """Return whether the node alone already excludes every value."""
        if self.refused or not self.kinds or self.values == []:
            return True
        if self.kinds == {"object"} and self.allowed_names is not None:
            return not self.required.keys() <= self.allowed_names
        if self.kinds == {"array"}:
            return self.min_items > self.max_items
        shortest, longest = self.bound("minLength", 0), self.bound("maxLength", 1 << 30)
        return self.kinds == {"string"} and shortest > longest


class Alternative(NamedTuple):
    """A cell, and how many deviations its values ignore: two if one cannot be ignored alone."""

    node: ValueNode
    ignored_deviations: int = 0


class _Candidate(NamedTuple):
    """A node that may become a cell: its schemas so far, and the decided conditions."""

    node: Any
    schemas: list[Applied]
    decided: Conditions = ALWAYS

    def also(self, *schemas: Schema) -> _Candidate:
        """Return a copy to which more schemas apply."""
        return self._replace(schemas=[*self.schemas, *map(ad_hoc, schemas)])


class Flattener:
    """Turns schemas of one specification into cells, and remembers them."""

    def __init__(self, specification: Mapping[str, Any]) -> None:
        self.graph = Graph(specification["schemas"])
        self._errors = specification["errors"]
        self._possible: dict[Any, bool] = {}
        self._nodes: dict[Any, ValueNode] = {}

    def node(
        self, schemas: Iterable[Applied], decided: Conditions = ALWAYS, *, strict: bool
    ) -> ValueNode:
        """Return the node of all given schemas, with some conditions decided."""
        schemas = list(schemas)
        key = tuple(map(identity_of, schemas)), decided, strict
        if key not in self._nodes:
            self._nodes[key] = ValueNode(self.graph, self._errors, schemas, decided, strict)
        return self._nodes[key]

    def cells(self, schemas: list[Applied], level: Level) -> list[ValueNode]:
        """Return one node for each way that the conditions can come out, except impossible ones.

        At `Level.FEWEST` these are the cells of the strict level, or, if there are none, those in
        which each deviation is avoided that can be.
        """
        if level is Level.FREE:
            return [found.node for found in self._expand(_Candidate(None, schemas), level)]
        strict = [found.node for found in self._expand(_Candidate(None, schemas), Level.STRICT)]
        if strict or level is Level.STRICT:
            return strict
        return list(self._with_fewest_deviations([one._replace(null=None) for one in schemas]))

    def _with_fewest_deviations(self, schemas: list[Applied]) -> Iterator[ValueNode]:
        """Yield the tolerant cells, each narrowed by every strict rule that it can satisfy."""
        for cell in self._expand(_Candidate(None, schemas), Level.FEWEST):
            for deviation in cell.node.deviations:
                kept = next(self._expand(cell.also(deviation.schema), Level.FEWEST), None)
                cell = kept or cell
            yield cell.node

    def alternatives(self, schemas: list[Applied]) -> list[Alternative]:
        """Return cells that satisfy every deviation, and cells that ignore one of them.

        Only what deviations say of the value itself counts; its members have alternatives of their
        own.
        """
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
        """Return whether some value can be valid, as far as constants and types tell."""
        key = (tuple(map(identity_of, schemas)), level)
        known = self._possible.get(key)
        if known is None:
            self._possible[key] = True  # while it is computed: a schema may refer to itself
            known = self._possible[key] = bool(self.cells(schemas, level))
        return known

    def _expand(self, found: _Candidate, level: Level) -> Iterator[_Candidate]:
        """Yield the candidates in which every condition is decided, one after the other."""
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
        """Return whether a required member can have a value."""
        return name not in node.properties or self.possible(node.properties[name], level)

    def negations(self, schema: Schema) -> list[Schema]:
        """Return schemas whose values are invalid by the given one, each in another way.

        Only plain keywords can be negated.
        """
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


#: For a keyword its type, and the keyword by which values break it, with the step to its argument.
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
    """Return a schema whose values break one keyword."""
    if keyword == "not":
        return value  # type: ignore[no-any-return]
    if keyword == "pattern":
        return {"type": "string", "not": {"pattern": value}}
    if keyword in _OPPOSITES:
        kind, opposite, step = _OPPOSITES[keyword]
        return {"type": kind, opposite: value + step}
    return {"not": {keyword: value}}
