"""Every body that was made to be slow gets a report; what it costs is counted, not timed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema_rs
import pytest

from benchmarks.adversarial import attacks as all_attacks
from benchmarks.adversarial import conditions, elements, texts
from benchmarks.adversarial.places import Attack, value_at
from kvs_schema import ValidationError, check_document, validate_callback
from kvs_schema.catalogue import store

from .test_counts import calls

SIZE = 2**13
KINDS = ("pattern", "condition", "elements", "names", "embedded", "texts")


@pytest.fixture(scope="module")
def attacks() -> list[Attack]:
    return list(all_attacks(SIZE))


def schemas_with(keyword: str, value: Any) -> Iterator[Any]:
    """What stands under a keyword of schemas, wherever."""
    if isinstance(value, dict):
        if keyword in value:
            yield value[keyword]
        for member in value.values():
            yield from schemas_with(keyword, member)
    elif isinstance(value, list):
        for member in value:
            yield from schemas_with(keyword, member)


def test_every_kind_is_there(attacks: list[Attack]) -> None:
    assert {attack.kind for attack in attacks} == set(KINDS)
    assert len({(attack.kind, attack.name) for attack in attacks}) == len(attacks)


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_report_and_one_verdict(kind: str, attacks: list[Attack]) -> None:
    for attack in attacks:
        if attack.kind != kind:
            continue
        for strict in (False, True):
            report = check_document(attack.schema, attack.text, strict=strict)
            assert report.valid == (not report.findings.violations), attack.name
        assert all(line.isprintable() for line in report.summary().splitlines()), attack.name
        if attack.schema == "callback":
            valid = True
            try:
                validate_callback(attack.text, strict=True)
            except ValidationError:
                valid = False
            assert valid == report.valid, attack.name


def test_every_pattern_is_nearly_matched(attacks: list[Attack]) -> None:
    refused: set[Any] = set()
    longest: defaultdict[str, bool] = defaultdict(bool)
    for attack in attacks:
        if attack.kind == "pattern":
            report = check_document(attack.schema, attack.text, strict=True)
            refused |= {v.expected for v in report.violations if v.keyword == "pattern"}
            longest[attack.name.partition(" ")[0]] |= len(attack.text) >= SIZE
    written = set(schemas_with("pattern", store.specification()["schemas"]))
    assert {pattern for pattern in written if isinstance(pattern, str)} <= refused
    assert all(longest.values()), longest


def test_every_condition_is_nearly_met() -> None:
    places = conditions.conditions()
    nearly_met = {repr(place.schema["if"]) for place in places.values()}
    for condition in schemas_with("if", store.specification()["schemas"]):
        assert repr(condition) in nearly_met
    for place in places.values():
        condition = place.schema["if"]
        holds = jsonschema_rs.validator_for(condition).is_valid
        met = conditions.met(condition, value_at(place))
        missed = list(conditions.misses(condition, met))
        assert holds(met)
        assert missed
        assert not any(holds(miss) for miss in missed)


@pytest.mark.parametrize(
    "made", [elements.element_attacks, texts.embedded_attacks, texts.text_attacks]
)
def test_calls_grow_no_faster_than_the_body(made: Callable[[int], Iterator[Attack]]) -> None:
    small, large = ({attack.name: attack for attack in made(size)} for size in (SIZE, 4 * SIZE))
    for name in list(small)[::10]:
        one, four = small[name], large[name]
        costs = [
            sum(calls(lambda: check_document(a.schema, a.text).findings).values())  # noqa: B023
            for a in (one, four)
        ]
        grown = len(four.text) / len(one.text)
        assert costs[1] <= 1.5 * grown * costs[0] + 500, (name, costs)
