"""Rules about branches that nothing can reach, and schemas by which nothing is valid."""

from __future__ import annotations

from collections.abc import Iterator

from ....spec.vocabulary import types_in, variants_in
from ...derived import VARIANTS
from ...yaml_sources import Problem
from ..source_index import SchemaNode, SourceIndex
from ..words import listed
from .values import types_of, values_of


def incomplete_conditions(sources: SourceIndex) -> Iterator[Problem]:
    """Check that `then` and `else` have an `if`, and an `if` one of them."""
    for node in sources.nodes:
        branches = [keyword for keyword in ("then", "else") if keyword in node.schema]
        if "if" not in node.schema:
            for keyword in branches:
                yield node.problem("unreachable", f"{keyword!r} without 'if'", keyword)
        elif not branches:
            yield node.problem("unreachable", "'if' without 'then' and 'else'", "if")


def vacuous_conditions(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a condition on a property requires it: without, it is true where it is absent."""
    for node in sources.nodes:
        if node.stands_in("if") is None or node.stands_in("not") is not None:
            continue
        required = {
            name for part in sources.asked(node) for name in part.schema.get("required", ())
        }
        for child in node.below("properties"):
            if child.name not in required:
                message = f"the condition is true where {child.name!r} is absent; require it there"
                yield child.problem("vacuous-condition", message)


def constant_conditions(sources: SourceIndex) -> Iterator[Problem]:
    """Check that what a condition requires leaves something to each branch."""
    for node in sources.nodes:
        if node.stands_in("if") is None or node.stands_in("not") is not None:
            continue
        asked, types = types_in(node.schema), _types_left(sources, node)
        if asked is not None and types is not None and types <= asked:
            message = f"the condition is always true: only {listed(sorted(types))} is allowed here"
            yield node.problem("unreachable", message, "type")
        values, left = values_of([node]), values_of(sources.held(node))
        if values is not None and left is not None and left <= values:
            keyword = "const" if "const" in node.schema else "enum"
            message = f"the condition is always true: only {listed(sorted(left))} is allowed here"
            yield node.problem("unreachable", message, keyword)


def _types_left(sources: SourceIndex, node: SchemaNode) -> frozenset[str] | None:
    """Return the types of a value at the tolerant level, with null where it counts as absent."""
    value = sources.about(node)
    types = types_of(sources.always(value))
    absent = any(one.always and one.null for one in value.asked)
    return types | {"null"} if types is not None and absent else types


def excluded_values(sources: SourceIndex) -> Iterator[Problem]:
    """Check that what applies to the same value leaves the values and types of a schema."""
    for node in sources.nodes:
        own = sources.own(node)
        asked_values, asked_types = values_of([node]), types_in(node.schema)
        if asked_values is None and asked_types is None:
            continue
        others = [part for part in (*sources.held(node), *own) if part is not node]
        if node.keyword == "deviations" and node.parent is not None:
            others += sources.own(node.parent)
        values, types = values_of(others), types_of(others)
        if types is not None and node.stands_in("if", "not") is not None:
            types |= _types_left(sources, node) or frozenset()
        keyword = "const" if "const" in node.schema else "enum"
        if asked_values is not None and values is not None and asked_values.isdisjoint(values):
            yield from _excluded(sources, node, keyword, f"only {listed(sorted(values))}")
        elif types is not None and types.isdisjoint(types_of([node]) or ()):
            keyword = "type" if asked_types is not None else keyword
            yield from _excluded(
                sources, node, keyword, f"only {listed(sorted(types)) or 'nothing'}"
            )


def _excluded(sources: SourceIndex, node: SchemaNode, keyword: str, left: str) -> Iterator[Problem]:
    within = node.stands_in("if", "not", "deviations")
    if within is None:
        message = f"nothing can satisfy this: {left} is allowed here"
        yield node.problem("unsatisfiable", message, keyword)
    elif within.keyword == "if":
        message = f"the condition is never true: {left} is allowed here"
        yield node.problem("unreachable", message, keyword)
    elif within.keyword == "not":
        yield node.problem("implied", f"this is excluded already: {left} is allowed here", keyword)
    elif not _in_strict_empty_only(sources, node):
        message = f"no strict-valid value is left: {left} is allowed here"
        yield node.problem("unsatisfiable", message, keyword)


def _in_strict_empty_only(sources: SourceIndex, node: SchemaNode) -> bool:
    """Return whether only variants without any strict-valid body lead to this schema."""
    variants = variants_in(sources.file(VARIANTS).value)
    reaching = {name for name in variants if node.named.name in sources.reached([name])}
    return bool(reaching) and sources.strict_empty >= reaching


def crossed_bounds(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a minimum is not above the maximum."""
    for node in sources.nodes:
        for part in sources.own(node):
            if part.schema.get("maximum", float("inf")) < node.schema.get("minimum", float("-inf")):
                yield node.problem("unsatisfiable", "'minimum' is above 'maximum'", "minimum")
