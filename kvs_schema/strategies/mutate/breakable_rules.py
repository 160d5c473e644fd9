"""Sites: every way from a schema to a keyword that can fail.

A site is found by walking the sources once; `forcing` makes it exist in a valid document, `edits`
breaks it there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ...spec.locations import Entered
from ...spec.vocabulary import DEFS, rule_id
from .embedded_edits import TEXT_EDITS
from .places import Guards, Place, PlacedSchema, Steps

#: Keywords that assert something of the value beside which they stand, one finding each.
PLAIN = ("type", "enum", "const", "minimum", "maximum", "minLength", "minItems", "pattern", "not")

#: The edit that leaves an embedded document outside a string.
NATIVE = "native"


class Rule(NamedTuple):
    """What a negative can be asked for: a rule of the sources, or a fault of text.

    `rule` is `schema-name#/json/pointer` and `name` the missing name of a `required`; a fault of
    an embedded document has `edit`, what is done to its text, and the name of its schema in `name`.
    """

    rule: str | None
    keyword: str
    name: str | None = None
    edit: str | None = None

    @property
    def is_null(self) -> bool:
        """Whether the rule is that a null must not stand where a name may be absent."""
        return self.rule is not None and self.rule.endswith("/nullAbsent")


@dataclass(frozen=True, slots=True)
class Site:
    """One place in the documents of a schema where a rule can be broken, its guards being met."""

    root: str
    rule: Rule
    place: Place = field(repr=False)
    applied: PlacedSchema = field(repr=False)
    guards: Guards
    #: The value of the keyword in the sources, or what it says of one name.
    argument: Any

    @property
    def steps(self) -> Steps:
        """The steps from a whole document to the value beside which the keyword stands."""
        return self.place.steps

    @property
    def forced(self) -> Steps:
        """The steps to a value that must be there; for a forbidden member that of its object."""
        return self.steps[:-1] if self.rule.keyword == "falseSchema" else self.steps

    @property
    def wants(self) -> frozenset[str] | None:
        """The types that the value may have so that the rule can be broken in it."""
        keyword = self.rule.keyword
        if self.rule.edit is not None:
            return self.place.content.kinds(self.guards) if self.place.content else None
        if keyword in ("required", "additionalProperties", "falseSchema") or self.rule.is_null:
            return frozenset(["object"])
        kind = {"minItems": "array", "pattern": "string"}.get(keyword)
        return None if kind is None else frozenset([kind])


def sites(root: Place) -> Iterator[Site]:
    """Every site in the documents of a place, those of deviations at the strict level only."""
    name = root.asked[0].pointer.removeprefix(DEFS)
    waiting: list[tuple[Place, frozenset[frozenset[str]]]] = [(root, frozenset())]
    while waiting:
        place, above = waiting.pop()
        for one in place.applied:
            for rule, argument in _rules(one, place):
                guards = _told_apart(one, rule, place)
                if guards is not None:
                    yield Site(name, rule, place, one, guards, argument)
        pointers = frozenset(one.pointer for one in place.applied)
        if not place.forbidden() and pointers not in above:  # a schema inside itself is known
            waiting += [(child, above | {pointers}) for child in _children(place)]


def _children(place: Place) -> Iterator[Place]:
    if place.may_be("object"):
        yield from place.members.values()
    if place.element is not None and place.may_be("array"):
        yield place.element
    if place.content is not None:
        yield place.content


def _rules(one: PlacedSchema, place: Place) -> Iterator[tuple[Rule, Any]]:
    where = rule_id(one.pointer)
    if one.schema is False:
        yield Rule(where, "falseSchema"), False
    if place.forbidden(one.guards):
        return
    for keyword, value in one.keywords.items():
        rule = f"{where}/{keyword}"
        if keyword in PLAIN:
            yield Rule(rule, keyword), value
        elif keyword == "errorTable":
            yield Rule(rule, "enum"), value
        elif keyword == "required":
            for name in value:
                yield Rule(rule, keyword, name), name
        elif keyword == "additionalProperties" and value is False:
            yield Rule(rule, keyword), list(one.keywords.get("properties", ()))
        elif keyword == "nullAbsent" and place.strict:
            required = one.keywords.get("required", ())
            optional = [name for name in one.keywords["properties"] if name not in required]
            if optional:
                yield Rule(rule, "type"), optional
        elif keyword == "contentSchema":
            content = value["$ref"].removeprefix(DEFS)
            yield from ((found, content) for found in _text_rules(where, content))


def _text_rules(where: str, content: str) -> Iterator[Rule]:
    """What can be wrong with the text of an embedded document."""
    yield Rule(f"{where}/type", "type", content, NATIVE)
    for edit, (keyword, _) in TEXT_EDITS.items():
        rule = f"{content}#/type" if keyword == "type" else None
        yield Rule(rule, keyword, content, edit)


def _told_apart(one: PlacedSchema, rule: Rule, place: Place) -> Guards | None:
    """The guards under which a failing keyword is a finding of its own; None if there are none."""
    if rule.keyword == "type" and not rule.is_null and rule.edit is None:
        # what holds an embedded document is text, and its kind a fault of text
        entered = bool(place.steps) and isinstance(place.steps[-1], Entered)
        by_type = any(
            guard.depth == place.depth and "type" in place.conditions.get(guard.pointer, {})
            for guard in one.guards
        )
        return None if entered or by_type else one.guards
    guards = one.guards
    if rule.keyword == "required" and one.deviates:
        for other in place.applied:
            if rule.name in other.keywords.get("required", ()) and not other.deviates:
                # the violation would stand in its stead
                extra = sorted(other.guards - one.guards)
                if not extra:
                    return None
                guards |= {extra[0]._replace(holds=not extra[0].holds)}
    return guards
