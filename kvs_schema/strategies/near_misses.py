"""Draw labelled near misses: bodies one edit away from valid, each with its expected finding.

The rule is drawn first, then a site where it can be broken, then a valid document in which the
site is made to exist; so a rule about a rare member is drawn as often as one about a common one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from ..catalogue.unknown_names import UnknownNameError
from ..results.findings import Violation
from ..spec.locations import Location
from ..validation import observers
from .callbacks import Names
from .mutate.breakable_rules import Rule
from .mutate.edits import Edit
from .mutate.targets import Target, callbacks_of, in_turn, requests_of, responses_of
from .wire import Wire, check_wire, spellings

_OPERATION = "CreateWaveTask"

Rules = str | Rule | Iterable[str | Rule]


@dataclass(frozen=True, slots=True)
class Negative:
    """A body one edit away from valid.

    `source` is the valid body it comes from and `body` the edited one, both in the requested form.
    `violation` is the finding that the body must give; all other findings are at its location or
    below.

        @given(invalid_callbacks(wire="bytes"))
        def test_the_place_is_logged(negative):
            assert negative.violation.pointer in logged(negative.body)
    """

    source: Any
    body: Any
    violation: Violation


def invalid_callbacks(
    variants: Names | None = None,
    *,
    types: str | Iterable[str] | None = None,
    dialects: str | Iterable[str] | None = None,
    strict: bool = False,
    wire: Wire = "object",
    rules: Rules | None = None,
) -> SearchStrategy[Negative]:
    """Draw near misses of callbacks: each is one edit from valid, and labelled with its finding.

    The options are those of `callbacks` except `deviations`; with `strict=True` sources are valid
    at the strict level, and deviations are among the rules. Each rule is drawn as often as any
    other; `rules` selects some: by the rule of a finding (`count#/minimum`), by keyword
    (`required`, `json`), by the edit of an embedded document (`cut off`), or from `negative_rules`.
    Edits that leave a body without a variant have the keyword `discriminator`.

    Raises what `callbacks` raises, and `UnknownNameError` for a rule that cannot be broken.

        @given(invalid_callbacks(wire="bytes"))
        def test_handler_refuses_what_is_wrong(negative):
            assert handle(negative.body).status == 400, negative.violation.text()
    """
    check_wire(wire)
    return _negatives(callbacks_of(variants, types, dialects, strict), rules, wire)


def invalid_create_wave_task_requests(
    *, strict: bool = False, rules: Rules | None = None
) -> SearchStrategy[Negative]:
    """Draw near misses of CreateWaveTask requests: mappings of `body`, `query` and `headers`.

    The options are those of `invalid_callbacks`.

        @given(invalid_create_wave_task_requests())
        def test_gateway_refuses_what_is_wrong(negative):
            assert gateway(**negative.body).status == 400, negative.violation.text()
    """
    return _negatives(requests_of(_OPERATION, strict), rules, "object")


def invalid_create_wave_task_responses(
    *, strict: bool = False, wire: Wire = "object", rules: Rules | None = None
) -> SearchStrategy[Negative]:
    """Draw near misses of responses to CreateWaveTask.

    The options are those of `invalid_callbacks`.

        @given(invalid_create_wave_task_responses(wire="bytes"))
        def test_client_does_not_trust_every_answer(negative):
            with pytest.raises(BadAnswer):
                Answer.parse(negative.body)
    """
    check_wire(wire)
    return _negatives(responses_of(_OPERATION, strict), rules, wire)


def negative_rules(
    variants: Names | None = None,
    *,
    types: str | Iterable[str] | None = None,
    dialects: str | Iterable[str] | None = None,
    strict: bool = False,
) -> tuple[Rule, ...]:
    """Return the rules that `invalid_callbacks` breaks with these options.

    Rules that no single edit can break are not among them: those that identify a variant (their
    near misses are those of `discriminator`), and at the strict level the deviations of variants
    without a strict-valid body.

        @pytest.mark.parametrize("rule", negative_rules("task.failed"), ids=str)
        @given(data=st.data())
        def test_each_rule_is_refused(rule, data):
            negative = data.draw(invalid_callbacks("task.failed", rules=[rule]))
            assert client.post("/kvs", json=negative.body).status_code == 400
    """
    return tuple(callbacks_of(variants, types, dialects, strict).roots)


def _negatives(subject: Target, rules: Rules | None, wire: Wire) -> SearchStrategy[Negative]:
    chosen = list(subject.roots)
    if rules is not None:
        asked = [rules] if isinstance(rules, Rule) else _rules(rules)
        known = {name: None for rule in chosen for name in _names(rule)}
        for name in asked:
            if name not in known:
                raise UnknownNameError("rule", name, [str(name) for name in known])
        chosen = [rule for rule in chosen if any(name in asked for name in _names(rule))]
    return _broken(subject, st.sampled_from(chosen), wire)


def _rules(rules: str | Iterable[str | Rule]) -> list[str | Rule]:
    """Return the rules that an option names, one or several."""
    several = isinstance(rules, Iterable) and not isinstance(rules, str)
    found: list[Any] = list(rules) if several else [rules]
    for name in found:
        if not isinstance(name, str | Rule):
            raise TypeError(f"rules: a rule is a string or a Rule, not {type(name).__name__}")
    if not found:
        raise ValueError("rules name at least one, or are left out for all")
    return found


def _names(rule: Rule) -> list[str | Rule]:
    """Return the names by which a rule can be selected."""
    return [rule, *(name for name in (rule.rule, rule.keyword, rule.edit) if name is not None)]


@st.composite
def _broken(draw: DrawFn, subject: Target, rules: SearchStrategy[Rule], wire: Wire) -> Negative:
    rule = draw(rules)
    root = draw(st.sampled_from(subject.roots[rule]))
    spelling = draw(spellings())
    for document, tries in subject.tries(draw, rule, root):
        for edit in in_turn(draw, tries):
            body = subject.sent(root, edit.applied(document), spelling, wire)
            violation = _labelled(subject.found(body), rule, edit)
            if violation is not None:
                if observers.observer is not None:
                    observers.observer(subject.observed, body)
                return Negative(subject.sent(root, document, spelling, wire), body, violation)
    return reject()


def _labelled(violations: Iterable[Violation], rule: Rule, edit: Edit) -> Violation | None:
    """Return the expected finding of the edit, or None if there are findings elsewhere."""
    for violation in violations:
        named = {"required": violation.expected, "discriminator": violation.reason}
        if (
            violation.rule == rule.rule
            and violation.keyword == rule.keyword
            and named.get(rule.keyword, rule.name) == rule.name
            and (violation.location == edit.location or edit.below)
            and _is_within(violation.location, edit.location)
        ):
            inside = (_is_within(other.location, violation.location) for other in violations)
            return violation if all(inside) else None
    return None


def _is_within(location: Location, outer: Location) -> bool:
    """Return whether a location equals another one or is below it, also in an embedded document."""
    last = len(outer) - 1
    return (
        len(location) > last
        and location[:last] == outer[:last]
        and location[last][: len(outer[last])] == outer[last]
    )
