"""Which rules near misses break: those that the options ask for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings

from kvs_schema import (
    UnknownNameError,
    check_callback,
)
from kvs_schema.strategies.near_misses import (
    Negative,
    invalid_callbacks,
    invalid_create_wave_task_requests,
    negative_rules,
)


def test_options_choose_what_is_made_negative() -> None:
    @settings(max_examples=60, database=None, deadline=None)
    @given(
        invalid_callbacks("task.finished", types=["avinfo", "audiowave"], rules=["enum", "type"])
    )
    def check(negative: Negative) -> None:
        report = check_callback(negative.source)
        assert report.variant == "task.finished"
        assert report.document["Type"] in ("avinfo", "audiowave")
        assert negative.violation.keyword in ("enum", "type")

    check()


@pytest.mark.parametrize("types", ["avinfo", "another", ["avmerge", "avinfo"]])
def test_sub_tasks_are_of_the_types_asked_for(types: str | list[str]) -> None:
    """Also those that are added so that there is something to break."""
    asked = {types} if isinstance(types, str) else set(types)
    flows = invalid_callbacks(dialects=["flow", "legacy-flow"], types=types)

    @settings(max_examples=200, database=None, deadline=None, phases=[Phase.generate])
    @given(flows)
    def check(negative: Negative) -> None:
        callback = check_callback(negative.source).callback
        assert callback is not None
        assert {task.type for task in callback.tasks} <= asked

    check()


def test_a_condition_on_another_task_type_is_no_rule_of_these() -> None:
    rules = {rule.rule for rule in negative_rules(types="avinfo", strict=True)}
    forbidden = "task#/then/deviations/itmes-in-avtrans/properties/itmes"
    assert forbidden not in rules
    assert forbidden in {rule.rule for rule in negative_rules(types="avtrans", strict=True)}


def test_a_rule_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(UnknownNameError, match="count#/minimum"):
        invalid_callbacks(rules="count#/minimun")
    with pytest.raises(ValueError, match="rules name at least one"):
        invalid_callbacks(rules=[])
    for rules in (5, [5]):
        with pytest.raises(TypeError, match="a rule is a string or a Rule, not int"):
            invalid_callbacks(rules=rules)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"task\.progress"):
        invalid_callbacks("task.progress", strict=True)
    with pytest.raises(ValueError, match="wire"):
        invalid_callbacks(wire="xml")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("variant", "rules", "said"),
    [
        (None, "const", "no rule of these variants has the keyword 'const'"),
        ("task.failed", ["type", "falseSchema"], "has the keyword 'falseSchema'"),
    ],
)
def test_a_group_without_rules_is_refused(variant: Any, rules: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        invalid_callbacks(variant, rules=rules)
    with pytest.raises(ValueError, match=r"no rule of CreateWaveTask.request has the edit 'NaN'"):
        invalid_create_wave_task_requests(rules="NaN")


def test_an_unknown_rule_gives_names_that_the_option_takes() -> None:
    for name in ("requird", negative_rules("flow.failed")[0]):
        with pytest.raises(UnknownNameError) as caught:
            invalid_callbacks("task.progress", rules=name)
        assert "required" in caught.value.known
        assert not [known for known in caught.value.known if "Rule(" in known]
