"""Finds where rules can be broken.

Goes in: the node of whole documents. Comes out: a `BreakableRule` for each path from there to a
keyword that can fail. `make_reachable` makes the path exist in a valid document, `edits` breaks the
rule there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from ...spec.graph import ELEMENT, Applied, Condition, Conditions, GraphNode, Step
from ...spec.locations import Entered
from ...spec.vocabulary import DEFS, rule_id
from .embedded_edits import TEXT_EDITS

#: From the root of a document to a value in it.
Steps: TypeAlias = tuple[Step, ...]

#: Keywords that assert something about the value itself, with one finding each.
PLAIN = ("type", "enum", "const", "minimum", "maximum", "minLength", "minItems", "pattern", "not")

#: The edit that leaves an embedded document outside a string.
NATIVE = "native"


class Rule(NamedTuple):
    """A rule by which near misses are selected: of the sources, or about text that is not JSON.

    `rule` is `schema-name#/json/pointer` and `name` the missing key of a `required`. For an
    embedded document `edit` is the edit of its text and `name` the name of its schema.
    """

    rule: str | None
    keyword: str
    name: str | None = None
    edit: str | None = None

    @property
    def is_null(self) -> bool:
        """Return whether the rule forbids null for a key that may be absent."""
        return self.rule is not None and self.rule.endswith("/nullAbsent")


@dataclass(frozen=True, slots=True)
class BreakableRule:
    """A rule where it can be broken in the documents of a schema.

    `steps` lead from the root to the value that the keyword is about, and `node` is the node of
    that value. The rule applies while all `conditions` are met. `argument` is the value of the
    keyword in the sources, or its part about one key.
    """

    root: str
    rule: Rule
    steps: Steps
    node: GraphNode = field(repr=False)
    applied: Applied = field(repr=False)
    conditions: Conditions
    argument: Any

    def conditions_at(self, depth: int) -> Conditions:
        """Return the conditions as seen from the value `depth` levels below the root."""
        below = depth_of(self.steps) - depth
        seen = (each._replace(up=each.up - below) for each in self.conditions)
        return frozenset(each for each in seen if each.up >= 0)

    @property
    def forced(self) -> Steps:
        """Return the steps to the value that must exist; for a forbidden member, to its object."""
        return self.steps[:-1] if self.rule.keyword == "falseSchema" else self.steps

    @property
    def wants(self) -> frozenset[str] | None:
        """Return the types that the value may have so that the rule can be broken, or None."""
        keyword = self.rule.keyword
        if self.rule.edit is not None:
            return self.node.content.kinds(self.conditions) if self.node.content else None
        if keyword in ("required", "additionalProperties", "falseSchema") or self.rule.is_null:
            return frozenset(["object"])
        kind = {"minItems": "array", "pattern": "string"}.get(keyword)
        if kind is None:
            return None
        kinds = self.node.kinds(self.conditions)  # a deviation may require another type
        return frozenset([kind]) if kinds is None or kind in kinds else None


def depth_of(steps: Steps) -> int:
    """Return how many levels steps lead down; an embedded document is on that of its string."""
    return sum(not isinstance(step, Entered) for step in steps)


def outermost_first(condition: Condition) -> tuple[int, str, bool]:
    """Return a sort key by which conditions on values further up come first."""
    return -condition.up, condition.pointer, condition.holds


def breakable_rules(root: GraphNode) -> Iterator[BreakableRule]:
    """Yield every breakable rule of a root; deviations only if the root is strict."""
    name = root.asked[0].pointer.removeprefix(DEFS)
    waiting: list[tuple[Steps, GraphNode, frozenset[frozenset[str]]]] = [((), root, frozenset())]
    while waiting:
        steps, node, above = waiting.pop()
        entered = bool(steps) and isinstance(steps[-1], Entered)
        for one in node.applied:
            for rule, argument in _rules(one, node):
                conditions = _conditions_of(one, rule, node, entered)
                if conditions is not None:
                    yield BreakableRule(name, rule, steps, node, one, conditions, argument)
        pointers = frozenset(one.pointer for one in node.applied)
        if not node.forbidden() and pointers not in above:  # a schema inside itself was seen
            inside = above | {pointers}
            waiting += [((*steps, step), child, inside) for step, child in _children(node)]


def _children(node: GraphNode) -> Iterator[tuple[Step, GraphNode]]:
    """Yield the steps to what is inside a value, each with its node."""
    for step, child in node.children:
        kind = "array" if step == ELEMENT else "object"
        if isinstance(step, Entered) or node.may_be(kind):
            yield step, child


def _rules(one: Applied, node: GraphNode) -> Iterator[tuple[Rule, Any]]:
    """Yield the rules of one schema, each with its argument."""
    where = rule_id(one.pointer)
    if one.schema is False:
        yield Rule(where, "falseSchema"), False
    if node.forbidden(one.conditions):
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
        elif keyword == "nullAbsent" and node.strict:
            required = one.keywords.get("required", ())
            optional = [name for name in one.keywords["properties"] if name not in required]
            if optional:
                yield Rule(rule, "type"), optional
        elif keyword == "contentSchema":
            content = str(node.content_name)
            yield from ((found, content) for found in _text_rules(where, content))


def _text_rules(where: str, content: str) -> Iterator[Rule]:
    """Yield the rules about the text of an embedded document."""
    yield Rule(f"{where}/type", "type", content, NATIVE)
    for edit, (keyword, _) in TEXT_EDITS.items():
        rule = f"{content}#/type" if keyword == "type" else None
        yield Rule(rule, keyword, content, edit)


def _conditions_of(one: Applied, rule: Rule, node: GraphNode, entered: bool) -> Conditions | None:
    """Return the conditions under which a keyword gives a finding of its own, or None.

    `entered` says that the value is an embedded document.
    """
    if rule.keyword == "type" and not rule.is_null and rule.edit is None:
        # an embedded document is text, and its type a fault of that text
        by_type = any(each.up == 0 and "type" in each.schema for each in one.conditions)
        return None if entered or by_type else one.conditions
    conditions = one.conditions
    if rule.keyword == "required" and one.erratum is not None:
        for other in node.requiring(str(rule.name)):
            if other.erratum is None:
                # the edit would give that violation, not a deviation
                extra = sorted(other.conditions - one.conditions, key=outermost_first)
                if not extra:
                    return None
                conditions |= {extra[0]._replace(holds=not extra[0].holds)}
    return conditions
