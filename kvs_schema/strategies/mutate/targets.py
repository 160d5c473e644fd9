"""Targets of near misses: callbacks, requests or responses.

Goes in: variants or an operation, and a level. Comes out: a `Target` that draws valid sources,
knows the rules that one edit can break in them, proposes the edits, and validates what comes of
them.
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from hypothesis.strategies import DrawFn

from ...catalogue import store
from ...catalogue.names import CALLBACK, REQUEST, RESPONSE
from ...reading.limits import Limits
from ...reading.variants import Classifier
from ...reports import check_request, check_response
from ...results.findings import Report, Violation
from ...spec.graph import Condition, GraphNode
from ...spec.pointers import follow
from ...validation import observers
from ...validation.callbacks import report_on_callback
from ...validation.validator import validator
from ..generate.choices import Choice, DrawContext, Steering, draw_checked
from ..generate.value_factory import level_of, value_factory
from ..wire import Spelling, Wire
from . import discriminators
from .breakable_rules import BreakableRule, Rule, breakable_rules
from .closing import closed, has_room, keeps, opened
from .edits import Edit, edits
from .fill_in import UnreachableError
from .make_reachable import complete, force

_T = TypeVar("_T")

#: The most breakable rules that are tried for the drawn rule.
_TRIES = 12


class Target(ABC):
    """Bodies of some schemas; valid sources are drawn by the name of a schema."""

    #: The name under which observers are notified of the bodies.
    observed: str

    def __init__(self, sources: dict[str, Choice], strict: bool) -> None:
        self._sources = sources
        self.strict = strict
        #: For each rule the schemas in whose documents it can be broken.
        self.roots: dict[Rule, list[str]] = {}
        for root in sources:
            for rule, found in breakable_by_rule(root, strict).items():
                if any(self.unbreakable(breakable) is None for breakable in found):
                    self.roots.setdefault(rule, []).append(root)

    def source(self, draw: DrawFn, root: str, context: DrawContext) -> Any:
        """Draw a valid document of a schema, opened."""
        return opened(draw_checked(root, self._sources[root], draw, context), self.node(root))

    def node(self, root: str) -> GraphNode:
        """Return the node of whole documents of a schema."""
        return store.graph().root(root, strict=self.strict)

    def breakable_rules(self, rule: Rule, root: str) -> Sequence[BreakableRule]:
        """Return where a rule can be broken in documents of a schema."""
        found = breakable_by_rule(root, self.strict)[rule]
        return [breakable for breakable in found if self.unbreakable(breakable) is None]

    def unbreakable(self, breakable: BreakableRule) -> str | None:
        """Return why no edit can break a rule detectably; None if one may."""
        return None

    def roots_for(self, rule: Rule, steering: Steering) -> list[str]:
        """Return the schemas in whose documents a rule can be broken beside pinned constants."""
        return [
            root
            for root in self.roots[rule]
            if rule.keyword == discriminators.KEYWORD
            or any(
                has_room(breakable, self.node(root), steering)
                for breakable in self.breakable_rules(rule, root)
            )
        ]

    def is_valid(self, root: str, document: Any) -> bool:
        """Return whether an opened document is valid."""
        return validator().is_valid(root, self.strict, document)

    def is_sent_valid(self, root: str, document: Any) -> bool:
        """Return whether a document that is valid opened is also valid as sent.

        A text that stands for no document may depend on a status that was changed.
        """
        return self._quietly(self.sent(root, document, Spelling(), "object")).valid

    def found(self, body: Any) -> Sequence[Violation]:
        """Return the violations of a body as sent, without notifying observers."""
        return self._quietly(body).violations

    def _quietly(self, body: Any) -> Report:
        """Validate a body as sent, without notifying observers, and return the report."""
        with observers.quiet():
            return self.check(body)

    @abstractmethod
    def check(self, body: Any) -> Report:
        """Validate a body as sent and return the report."""

    def sent(self, root: str, document: Any, spelling: Spelling, wire: Wire) -> Any:
        """Return an opened document as sent, with all its embedded documents in one spelling."""
        return spelling.on_the_wire(closed(document, self.node(root), spelling.write), wire)

    def tries(
        self, draw: DrawFn, rule: Rule, root: str, document: Any, context: DrawContext
    ) -> Iterator[tuple[Any, list[Edit]]]:
        """Yield valid documents in which the rule can be broken, each with its candidate edits.

        They come from one document, which is left as it is, and keep what is pinned in it.
        """
        node, steering = self.node(root), context.steering
        known = in_turn(draw, context, self.breakable_rules(rule, root))
        for breakable in islice((b for b in known if has_room(b, node, steering)), _TRIES):
            changed = copy.deepcopy(document)
            try:
                path = force(draw, breakable, node, changed, context)
                if not self.is_valid(root, changed):
                    complete(draw, node, changed, context)
                if (
                    self.is_valid(root, changed)
                    and self.is_sent_valid(root, changed)
                    and keeps(changed, node, steering.pins, context.given)
                ):
                    yield changed, edits(draw, breakable, path, follow(changed, path), context)
            except (UnreachableError, LookupError):
                continue


class Callbacks(Target):
    """Callbacks of some variants, perhaps of some task types only."""

    observed = CALLBACK

    def __init__(
        self, variants: tuple[str, ...], types: tuple[str, ...] | None, strict: bool
    ) -> None:
        self.classifier = Classifier(store.program()["classifier"])
        self._types = None if types is None else frozenset(types)
        source = value_factory(level_of(strict=strict, deviations=True))
        sources = {name: source.choice(name) for name in variants}
        super().__init__(sources, strict)
        for rule in discriminators.rules():
            self.roots[rule] = list(variants)

    def tries(
        self, draw: DrawFn, rule: Rule, root: str, document: Any, context: DrawContext
    ) -> Iterator[tuple[Any, list[Edit]]]:
        """Yield what every target yields; edits of a discriminator apply to any document."""
        if rule.keyword != discriminators.KEYWORD:
            yield from super().tries(draw, rule, root, document, context)
            return
        yield document, list(discriminators.edits(str(rule.name), document, self.classifier))

    def unbreakable(self, breakable: BreakableRule) -> str | None:
        """Return why: the rule identifies the variant, or requires other task types."""
        if self._types is not None and not all(map(self._allows, breakable.conditions)):
            return "it requires another task type"
        return discriminators.unbreakable(breakable, self.classifier)

    def _allows(self, condition: Condition) -> bool:
        """Return whether a condition can be met with the selected task types."""
        known, required = self._types, _task_type(condition)
        if known is None or required is None:
            return True
        return required in known if condition.holds else known != {required}

    def is_valid(self, root: str, document: Any) -> bool:
        """Return whether an opened document is valid and of the variant."""
        variant = self.classifier.classify(document).variant
        return variant == root and super().is_valid(root, document)

    def check(self, body: Any) -> Report:
        """Validate a body as sent and return the report."""
        return report_on_callback(body, self.strict, Limits())


class Requests(Target):
    """Requests of one operation: mappings of body, query and headers."""

    def __init__(self, operation: str, strict: bool) -> None:
        self._operation = operation
        self.observed = name = f"{operation}{REQUEST}"
        parts = list(store.specification()["schemas"][name]["properties"])
        source = value_factory(level_of(strict=strict, deviations=True))
        super().__init__({name: source.choice(name, {"required": parts})}, strict)

    def unbreakable(self, breakable: BreakableRule) -> str | None:
        """Return why: query and headers are always read into objects."""
        read = breakable.steps in ((), ("query",), ("headers",))
        return "an object whatever is given" if read and breakable.rule.keyword == "type" else None

    def check(self, body: Any) -> Report:
        """Validate a body as sent and return the report."""
        return check_request(self._operation, **body, strict=self.strict)


class Responses(Target):
    """Responses of one operation."""

    def __init__(self, operation: str, strict: bool) -> None:
        self._operation = operation
        self.observed = name = f"{operation}{RESPONSE}"
        source = value_factory(level_of(strict=strict, deviations=True))
        super().__init__({name: source.choice(name)}, strict)

    def check(self, body: Any) -> Report:
        """Validate a body as sent and return the report."""
        return check_response(self._operation, body, strict=self.strict)


#: Each target is made once, since finding its breakable rules takes long.
callbacks_of, requests_of, responses_of = cache(Callbacks), cache(Requests), cache(Responses)


def in_turn(draw: DrawFn, context: DrawContext, choices: Sequence[_T]) -> Iterator[_T]:
    """Yield choices in order, starting from a drawn one."""
    if choices:
        start = context.index(draw, len(choices))
        yield from choices[start:]
        yield from choices[:start]


@cache
def breakable_by_rule(root: str, strict: bool) -> dict[Rule, list[BreakableRule]]:
    """Return all breakable rules in the documents of a schema, by rule."""
    found: dict[Rule, list[BreakableRule]] = {}
    for breakable in breakable_rules(store.graph().root(root, strict=strict)):
        found.setdefault(breakable.rule, []).append(breakable)
    return found


def _task_type(condition: Condition) -> str | None:
    """Return the task type that a condition requires; None if it is about something else."""
    members = store.graph().at(condition.pointer.removesuffix("/if")).members
    for name, schema in condition.schema.get("properties", {}).items():
        if name in members and members[name].annotation("attribute") == "type":
            found: str | None = schema.get("const")
            return found
    return None
