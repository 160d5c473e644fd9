"""Rules that a rule beside them implies, or that have nothing to apply to.

A keyword that can be taken away without changing a verdict cannot be tested, and misleads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ....spec.vocabulary import types_in
from ...yaml_sources import Problem
from .. import regular
from ..source_index import SchemaNode, SourceIndex
from ..words import listed, shown
from .values import types_of, values_of

#: Keywords that a list of values makes needless.
_BESIDE_VALUES = ("type", "minimum", "maximum", "minLength", "pattern", "minItems", "errorTable")
_VALUES = ("const", "enum")
_SIMPLE = ("type", "enum", "const", "minimum", "maximum", "minLength", "pattern", "minItems")
#: What a keyword applies to; it passes all else.
_APPLIES_TO = {
    "minimum": ("integer", "number"),
    "maximum": ("integer", "number"),
    "errorTable": ("integer",),
    "minLength": ("string",),
    "pattern": ("string",),
    "contentSchema": ("string",),
    "items": ("array",),
    "minItems": ("array",),
    "properties": ("object",),
    "required": ("object",),
    "additionalProperties": ("object",),
    "nullAbsent": ("object",),
}


def beside_values(sources: SourceIndex) -> Iterator[Problem]:
    """Check that nothing is beside a `const` or an `enum`, which implies the rest."""
    for node in sources.nodes:
        values = [keyword for keyword in _VALUES if keyword in node.schema]
        if not values:
            continue
        needless = [keyword for keyword in _BESIDE_VALUES if keyword in node.schema]
        for keyword in (*values[1:], *needless):
            yield node.problem("implied", f"{values[0]!r} implies {keyword!r}", keyword)


def implied_lengths(sources: SourceIndex) -> Iterator[Problem]:
    """Check that no `minLength` is implied by a pattern."""
    for node in sources.nodes:
        length = node.schema.get("minLength")
        if length is None or node.stands_in("if", "not"):
            continue
        for part in sources.asked(node):
            pattern = part.schema.get("pattern")
            if pattern is not None and _shortest(pattern) >= length:
                message = f"the pattern {pattern} matches no text shorter than {_shortest(pattern)}"
                yield node.problem("implied", message, "minLength")


def _shortest(pattern: str) -> int:
    try:
        return regular.shortest_match(pattern)
    except regular.PatternError:
        return 0


def said_already(sources: SourceIndex) -> Iterator[Problem]:
    """Check that no schema repeats its reference, and no deviation a rule that applies anyway."""
    for node in sources.nodes:
        if node.keyword == "deviations" and node.parent is not None:
            others = [*sources.held(node), *sources.own(node.parent)]
        else:
            others = [part for part in sources.own(node) if part is not node]
        yield from _repeated(node, others)
    for node in sources.nodes:
        deviation = node.stands_in("deviations")
        if deviation is None or node.stands_in("if", "not"):
            continue
        held = sources.held(node)
        if node is not deviation:
            yield from _repeated(node, [part for part in held if part is not node])
        types, values = types_in(node.schema), values_of([node])
        allowed_types, allowed = types_of(held), values_of(held)
        if types is not None and allowed_types is not None and allowed_types <= types:
            yield node.problem(
                "implied", f"the type is always {listed(sorted(allowed_types))}", "type"
            )
        if values is not None and allowed is not None and allowed <= values:
            keyword = "const" if "const" in node.schema else "enum"
            yield node.problem("implied", "it contains all values that are allowed here", keyword)


def _repeated(node: SchemaNode, others: Iterable[SchemaNode]) -> Iterator[Problem]:
    reported: set[Any] = set()
    for other in others:
        for keyword in _SIMPLE:
            value = node.schema.get(keyword)
            if value is not None and keyword not in reported and other.schema.get(keyword) == value:
                reported.add(keyword)
                message = f"{other.named.name!r} says {keyword}: {shown(value)} already"
                yield node.problem("implied", message, keyword)
        for index, name in enumerate(node.schema.get("required", ())):
            if name in other.schema.get("required", ()) and name not in reported:
                reported.add(name)
                message = f"{other.named.name!r} requires {name!r} already"
                yield node.problem("implied", message, "required", index)


def inapplicable_keywords(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a keyword is where a value of the type that it applies to can be."""
    for node in sources.nodes:
        wanted = [keyword for keyword in _APPLIES_TO if keyword in node.schema]
        if not wanted:
            continue
        types = types_of(sources.asked(node))
        for keyword in wanted:
            kinds = _APPLIES_TO[keyword]
            if types is None:
                message = f"{keyword!r} without 'type': {listed(kinds)}"
                yield node.problem("no-type", message, keyword)
            elif types.isdisjoint(kinds):
                message = f"{keyword!r} does not apply to {listed(sorted(types))}"
                yield node.problem("inapplicable", message, keyword)
