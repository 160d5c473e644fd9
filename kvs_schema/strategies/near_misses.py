"""Draws near misses: bodies one edit away from valid, or several, each labelled with its finding.

Goes in: options of `callbacks` and rules. Comes out: a strategy for `Negative`. A rule is drawn
first, then where it is broken, then a valid document which is changed so that it can be broken
there; so a rule about a rare member is drawn as often as one about a common one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from hypothesis.vendor.pretty import RepresentationPrinter

from ..catalogue.names import CALLBACK
from ..catalogue.unknown_names import UnknownNameError
from ..results.findings import Violation
from ..validation import observers
from .callbacks import (
    Dialects,
    Errnums,
    Names,
    Types,
    chosen_variants,
    listed,
    options_of,
    read_once,
    several,
    steered,
)
from .generate.choices import DrawContext, Steering
from .mutate.attempts import Attempt
from .mutate.breakable_rules import NATIVE, Rule
from .mutate.edits import shortened
from .mutate.embedded_edits import TEXT_EDITS
from .mutate.targets import Target, callbacks_of, requests_of, responses_of
from .pins import Values, pins_of, read_values, steering_of
from .wire import Wire, check_flags, check_size, check_wire, shown_as, spellings

_OPERATION = "CreateWaveTask"
#: The most rules that are tried for each further fault.
_TRIES = 6
#: The most faults: each costs more than the one before, and Hypothesis reports slow strategies.
_MOST_FAULTS = 5
#: The most characters of a body that are shown.
_SHOWN = 400

RuleGroup: TypeAlias = Literal[
    "type",
    "enum",
    "const",
    "minimum",
    "maximum",
    "minLength",
    "minItems",
    "pattern",
    "not",
    "required",
    "additionalProperties",
    "falseSchema",
    "json",
    "duplicateKey",
    "discriminator",
    "not JSON",
    "cut off",
    "NaN",
    "duplicate key",
    "doubly encoded",
    "wrong kind",
    "native",
]
"""The groups of rules that `rules` takes, by keyword or by what is done to an embedded document."""
Rules: TypeAlias = RuleGroup | str | Rule | Iterable[RuleGroup | str | Rule]


@dataclass(frozen=True, slots=True)
class Negative:
    """A body that is one edit away from valid, or several with `faults`.

    `source` is the valid body it comes from and `body` the edited one, both in the requested
    form. `violation` is the finding that the body must give; all other findings are at its
    location or below. `violations` has one for each edit, and `edits` says what was done.

        @given(invalid_callbacks(wire="bytes"))
        def test_the_place_is_logged(negative):
            assert negative.violation.pointer in logged(negative.body)
    """

    source: Any
    body: Any
    violations: tuple[Violation, ...]
    edits: tuple[str, ...]

    @property
    def violation(self) -> Violation:
        """The finding of the first edit."""
        return self.violations[0]

    def __repr__(self) -> str:
        lines = [f"body={shortened(self.body, _SHOWN)}"]
        for edit, violation in zip(self.edits, self.violations, strict=True):
            lines += [f"edit={edit!r}", f"violation={violation.text()!r}"]
        return "Negative(\n    " + ",\n    ".join(lines) + ",\n)"

    def _repr_pretty_(self, printer: RepresentationPrinter, cycle: bool) -> None:
        """Show a near miss in the reports of Hypothesis, which lists all fields otherwise."""
        first, *others = repr(self).splitlines()
        printer.text(first)
        for line in others:
            printer.break_()
            printer.text(line)


def invalid_callbacks(
    variants: Names | None = None,
    *,
    types: Types | None = None,
    dialects: Dialects | None = None,
    strict: bool = False,
    wire: Wire = "object",
    rules: Rules | None = None,
    faults: int = 1,
    values: Values | None = None,
    errnums: Errnums | None = None,
    max_text: int | None = None,
    max_items: int | None = None,
    incoherent: bool = False,
) -> SearchStrategy[Negative]:
    """Draw near misses of callbacks: each is one edit from valid, and labelled with its finding.

    The options are those of `callbacks` except `deviations`; with `strict=True` sources are valid
    at the strict level, and deviations are among the rules. Each rule is drawn as often as any
    other; `rules` selects some: by the rule of a finding (`count#/minimum`), by keyword
    (`required`, `json`), by the edit of an embedded document (`cut off`), or from `negative_rules`.
    Edits that leave a body without a variant have the keyword `discriminator`.

    `faults` is how many edits a body has, where there is room for as many: at most 5. Sources
    have what `values` pins; an edit may change it.

    Raises what `callbacks` raises, `UnknownNameError` for a rule that cannot be broken, and
    `ValueError` for a keyword or an edit that no rule of these variants has, or if pinned constants
    leave no place for the rules.

        @given(invalid_callbacks(wire="bytes"))
        def test_handler_refuses_what_is_wrong(negative):
            assert handle(negative.body).status == 400, negative.violation.text()
    """
    check_wire(wire)
    if check_size("faults", faults) is None:
        raise TypeError("faults is an integer")
    if faults > _MOST_FAULTS:
        raise ValueError(f"faults is at most {_MOST_FAULTS}, not {faults}")
    variants, rules, options = read_once(variants), read_once(rules), options_of(locals())
    chosen, steering, _ = steered(variants, options)
    target = callbacks_of(chosen, _as_key(options["types"]), strict)
    made = _negatives(target, rules, wire, steering, faults)
    return shown_as(
        made, "invalid_callbacks", variants, wire=wire, rules=rules, faults=faults, **options
    )


def invalid_create_wave_task_requests(
    *, strict: bool = False, rules: Rules | None = None, values: Values | None = None
) -> SearchStrategy[Negative]:
    """Draw near misses of CreateWaveTask requests: mappings of `body`, `query` and `headers`.

    The options are those of `invalid_callbacks`.

        @given(invalid_create_wave_task_requests())
        def test_gateway_refuses_what_is_wrong(negative):
            assert gateway(**negative.body).status == 400, negative.violation.text()
    """
    rules, values = read_once(rules), read_values(values)
    target = requests_of(_OPERATION, strict)
    return shown_as(
        _negatives(target, rules, "object", _pinned(target, values)),
        "invalid_create_wave_task_requests",
        strict=strict,
        rules=rules,
        values=values,
    )


def invalid_create_wave_task_responses(
    *,
    strict: bool = False,
    wire: Wire = "object",
    rules: Rules | None = None,
    values: Values | None = None,
) -> SearchStrategy[Negative]:
    """Draw near misses of responses to CreateWaveTask.

    The options are those of `invalid_callbacks`.

        @given(invalid_create_wave_task_responses(wire="bytes"))
        def test_client_does_not_trust_every_answer(negative):
            with pytest.raises(BadAnswer):
                Answer.parse(negative.body)
    """
    check_wire(wire)
    rules, values = read_once(rules), read_values(values)
    target = responses_of(_OPERATION, strict)
    return shown_as(
        _negatives(target, rules, wire, _pinned(target, values)),
        "invalid_create_wave_task_responses",
        strict=strict,
        wire=wire,
        rules=rules,
        values=values,
    )


def negative_rules(
    variants: Names | None = None,
    *,
    types: Types | None = None,
    dialects: Dialects | None = None,
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
    check_flags(strict=strict)
    chosen = tuple(variant.name for variant in chosen_variants(variants, dialects, strict))
    return tuple(callbacks_of(chosen, _as_key(types), strict).roots)


def _as_key(types: Types | None) -> tuple[str, ...] | None:
    """Return task types as a tuple, which caches can have as a key."""
    return None if types is None else tuple(listed(types, "types"))


def _pinned(target: Target, values: Values | None) -> Steering:
    """Return the wishes that pins of a request or response are."""
    check_flags(strict=target.strict)
    return steering_of(pins_of(values, [target.observed], target.strict), target.strict)


def _negatives(
    target: Target, rules: Rules | None, wire: Wire, steering: Steering, faults: int = 1
) -> SearchStrategy[Negative]:
    """Return a strategy for bodies that break the selected rules."""
    chosen = list(target.roots)
    if rules is not None:
        selected = _rules(rules)
        known = {name for rule in chosen for name in _names(rule)}
        for name in selected:
            if name in known:
                continue
            if name in get_args(RuleGroup):
                whose = "these variants" if target.observed == CALLBACK else target.observed
                kind = "edit" if name == NATIVE or name in TEXT_EDITS else "keyword"
                raise ValueError(f"rules: no rule of {whose} has the {kind} {name!r}")
            raise UnknownNameError("rule", name, [n for n in known if isinstance(n, str)])
        chosen = [rule for rule in chosen if any(name in selected for name in _names(rule))]
    roots = {rule: found for rule in chosen if (found := target.roots_for(rule, steering))}
    if not roots:
        which = "any rule" if rules is None else repr(rules)
        raise ValueError(f"values leave no place for {which}")
    return _broken(target, roots, wire, steering, faults)


def _rules(rules: Rules) -> list[str | Rule]:
    """Return the rules that an option names, one or several."""
    found = several(rules, "rules", (str, Rule))
    for name in found:
        if not isinstance(name, str | Rule):
            raise TypeError(f"rules: a rule is a string or a Rule, not {type(name).__name__}")
    return found


def _names(rule: Rule) -> list[str | Rule]:
    """Return the names by which a rule can be selected."""
    return [rule, *(name for name in (rule.rule, rule.keyword, rule.edit) if name is not None)]


@st.composite
def _broken(
    draw: DrawFn,
    target: Target,
    roots: dict[Rule, list[str]],
    wire: Wire,
    steering: Steering,
    faults: int,
) -> Negative:
    """Draw a body that breaks as many rules as there are faults, where there is room."""
    context, rules = DrawContext(steering), list(roots)
    chosen = context.index(draw, len(rules))
    possible = roots[rules[chosen]]
    root = possible[context.index(draw, len(possible))]
    attempt = Attempt(draw, target, root, draw(spellings()), wire, context)
    # a pinned value may make a rule unbreakable; then the next one is tried
    most = len(rules) if steering.pins else 1
    for rule in (rules[(chosen + offset) % len(rules)] for offset in range(most)):
        if root in roots[rule] and attempt.found_source(rule):
            break
    else:
        return reject()
    others = [rule for rule in rules if root in roots[rule]]
    for _ in range(_TRIES * (faults - 1)):
        if len(attempt.edits) == faults:
            break
        attempt.break_also(others[context.index(draw, len(others))])
    observers.notify(target.observed, attempt.body)
    done = tuple(str(edit) for _, edit in attempt.edits)
    return Negative(attempt.source(), attempt.body, tuple(attempt.violations), done)
