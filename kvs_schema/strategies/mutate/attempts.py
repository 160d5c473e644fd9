"""Breaks drawn rules in one document.

Goes in: a target, and rules one after the other. Comes out: a valid source, the body with the edits
that were found, and the finding that each of them gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from hypothesis.strategies import DrawFn

from ...results.findings import Violation
from ...spec.locations import Location
from ..generate.choices import DrawContext
from ..wire import Spelling, Wire
from .breakable_rules import Rule
from .edits import Edit
from .targets import Target, in_turn

#: The most sources that are drawn for a rule.
_SOURCES = 4


class Attempt:
    """A document that is edited until it breaks the rules that were drawn."""

    def __init__(
        self,
        draw: DrawFn,
        target: Target,
        root: str,
        spelling: Spelling,
        wire: Wire,
        context: DrawContext,
    ) -> None:
        self._draw, self._target, self._root = draw, target, root
        self._spelling, self._wire, self._context = spelling, wire, context
        self._source: Any = None
        self.body: Any = None
        self.edits: list[tuple[Rule, Edit]] = []
        #: One for each edit.
        self.violations: list[Violation] = []

    def found_source(self, rule: Rule) -> bool:
        """Find a source in which a rule can be broken, and break it."""
        for _ in range(_SOURCES):
            self._source = self._target.source(self._draw, self._root, self._context)
            if self.break_also(rule):
                return True
        return False

    def break_also(self, rule: Rule) -> bool:
        """Break one more rule, by an edit of another part than those before."""
        tries = self._target.tries(self._draw, rule, self._root, self._source, self._context)
        for document, found in tries:
            apart = [e for e in found if all(e.is_apart(other) for _, other in self.edits)]
            for edit in in_turn(self._draw, self._context, apart):
                edits = [*self.edits, (rule, edit)]
                try:
                    edited = reduce(lambda so_far, each: each[1].applied(so_far), edits, document)
                except (LookupError, TypeError):
                    continue  # an earlier edit removed the value
                body = self._sent(edited)
                violations = _labelled(self._target.found(body), edits)
                if violations is not None:
                    self._source, self.body = document, body
                    self.edits, self.violations = edits, violations
                    return True
        return False

    def _sent(self, document: Any) -> Any:
        """Return a document in the form that the receiver takes."""
        return self._target.sent(self._root, document, self._spelling, self._wire)

    def source(self) -> Any:
        """Return the valid document, in the form that the receiver takes."""
        return self._sent(self._source)


def _labelled(
    violations: Sequence[Violation], edits: Iterable[tuple[Rule, Edit]]
) -> list[Violation] | None:
    """Return the finding of each edit.

    None if one is missing, or if there is a finding that is not at or below the location of any of
    them.
    """
    found = [_finding_of(violations, rule, edit) for rule, edit in edits]
    labels = [violation for violation in found if violation is not None]
    if len(labels) < len(found):
        return None
    inside = (
        any(_is_within(other.location, violation.location) for violation in labels)
        for other in violations
    )
    return labels if all(inside) else None


def _finding_of(violations: Iterable[Violation], rule: Rule, edit: Edit) -> Violation | None:
    """Return the finding that an edit was made for, or None."""
    for violation in violations:
        named = {"required": violation.expected, "discriminator": violation.reason}
        if (
            violation.rule == rule.rule
            and violation.keyword == rule.keyword
            and named.get(rule.keyword, rule.name) == rule.name
            and (violation.location == edit.location or edit.below)
            and _is_within(violation.location, edit.location)
        ):
            return violation
    return None


def _is_within(location: Location, outer: Location) -> bool:
    """Return whether a location equals another one or is below it, also in an embedded document."""
    last = len(outer) - 1
    return (
        len(location) > last
        and location[:last] == outer[:last]
        and location[last][: len(outer[last])] == outer[last]
    )
