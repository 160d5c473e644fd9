"""Pinned values that are refused: what the errors say, and when they are raised."""

from __future__ import annotations

import json
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvs_schema import check_callback
from kvs_schema.strategies import Negative, callbacks, deliveries, embedded, invalid_callbacks
from kvs_schema.strategies.generate.choices import Pin
from kvs_schema.strategies.pins import _check

from .drawing import drawn, outputs

METAINFO = json.dumps({"streams": [], "format": {"format_name": "mp4", "size": "1"}})


@pytest.mark.parametrize(
    "value",
    [
        object(),
        b"x",
        float("nan"),
        float("inf"),
        uuid.UUID(int=1),
        {1: 2},
        {"a": [b"x"]},
        ("a",),
        "\ud800",
        10**400,
        Decimal("NaN"),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("place", ["task#Ours", "task#TaskID", "output#metainfo"])
def test_a_value_that_is_not_json_is_refused_with_its_place(place: str, value: Any) -> None:
    for strategy in (callbacks, invalid_callbacks, deliveries):
        with pytest.raises(ValueError, match=f"values: {place} does not take (?!.* by the rule)"):
            strategy(variants="task.finished", values={place: value})
    made = callbacks("task.finished", types="avinfo", values={place: st.just(value)})
    with pytest.raises(ValueError, match=f"values: {place} does not take (?!.* by the rule)"):
        drawn(made, 20)
    with pytest.raises(ValueError, match="values: metainfo#x does not take ") as caught:
        embedded("metainfo", values={"metainfo#x": value})
    assert "as received" not in str(caught.value)


def test_a_decimal_is_a_number() -> None:
    (body,) = drawn(callbacks("task.finished", values={"task#Ours": Decimal("1.5")}), 1)
    assert body["Ours"] == 1.5


def test_a_constant_is_copied_when_the_strategy_is_made() -> None:
    for strategy in (callbacks, invalid_callbacks, deliveries):
        values: dict[str, Any] = {"task#Ours": ["a"]}
        made = strategy(variants="task.finished", values=values)
        values["task#Ours"].append("b")
        values["task#Other"] = 1
        assert "values={'task#Ours': ['a']}" in repr(made)
    values = {"metainfo#ours": ["a"]}
    document = embedded("metainfo", values=values)
    values["metainfo#ours"].append("b")
    assert "values={'metainfo#ours': ['a']}" in repr(document)
    assert drawn(document, 1)[0]["ours"] == ["a"]


@pytest.mark.parametrize("text", ["null", "{}"])
def test_a_text_that_stands_for_no_document_is_taken_where_it_is_valid(text: str) -> None:
    values = {"output#metainfo": text}
    bodies = drawn(callbacks("task.failed", values=values), 40)
    assert {output["metainfo"] for body in bodies for output in outputs(body)} == {text}
    assert all(check_callback(body).valid for body in bodies)
    with pytest.raises(ValueError, match="output#metainfo does not take"):
        callbacks("task.failed", values=values, strict=True)
    with pytest.raises(ValueError, match="output#metainfo does not take"):
        callbacks("task.finished", values=values)
    flows = callbacks("flow.failed", values={"outinfo#metainfo": text, "subtask#Status": 4})
    assert all(check_callback(body).valid for body in drawn(flows, 20))


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("output#metainfo", "{", "': not JSON"),
        ("output#metainfo", json.dumps(METAINFO), "expected an object"),
        ("output#metainfo", json.dumps("null"), "expected an object"),
        ("output#metainfo", "[" * 100_000, "100 levels"),
        ("output#metainfo", "[]", "#/type: expected an object, found"),
        ("output#metainfo", {"streams": []}, 'metainfo#/required: the required field "format"'),
        ("details#items", [{"dstpth": 1}], 'required field "dstpath" is missing'),
        ("details#errnum", "x", 'errnum#/type: expected an integer, found the string "x"'),
        ("metainfo.format#size", -1, "minimum: expected 0 or more, found the integer -1"),
        ("task#Status", 5, "const: expected 3, found the integer 5"),
    ],
)
def test_a_refused_constant_is_told_what_is_expected(place: str, value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        callbacks("task.finished", values={place: value})


def test_an_unknown_code_is_told_in_words() -> None:
    with pytest.raises(ValueError, match=r"errorTable: .* in no table") as caught:
        callbacks("task.failed", values={"details#errnum": 9}, strict=True)
    assert "details#errnum does not take 9" in str(caught.value)


@pytest.mark.parametrize(
    ("metainfo", "said"),
    [({"streams": []}, '"format" is missing'), ("{", "not JSON"), ("null", "expected an object")],
)
def test_documents_inside_a_constant_are_checked_at_once(metainfo: Any, said: str) -> None:
    values = {"details#items": [{"dstpath": "a", "metainfo": metainfo}]}
    with pytest.raises(ValueError, match=f"details#items does not take .*{said}"):
        callbacks("task.finished", values=values)


def test_a_refused_code_is_not_blamed_on_a_pin() -> None:
    wrong: Any = st.just("x")
    made = callbacks(
        "task.failed", errnums=wrong, values={"task#RefID": "y", "details#bucket": "b"}
    )
    with pytest.raises(ValueError, match=r"^errnums does not take 'x' by the rule errnum#/type"):
        drawn(made, 5)


def test_no_pin_alone_is_blamed_for_what_is_missing_beside_it() -> None:
    values: Any = {"task#Type": st.just("avinfo"), "task#RefID": st.just("y")}
    given = [(Pin(place, place.partition("#")[2], value), value) for place, value in values.items()]
    with pytest.raises(
        ValueError, match="nothing that is drawn takes all of task#Type, task#RefID"
    ):
        _check(False, "task.finished", {"Status": 3}, given)


ITEMS = {"details#items": [{"dstpath": "a"}]}


@pytest.mark.parametrize(
    ("rules", "values"),
    [
        ("json", ITEMS),
        ("cut off", {"output#metainfo": "", "output#outMediainfo": "", **ITEMS}),
        (["metainfo#/required", "metainfo.format#/required"], ITEMS),
        ("output.finished#/required", {"details#items": []}),
    ],
)
def test_pins_that_leave_a_rule_no_place_are_refused_at_once(rules: Any, values: Any) -> None:
    with pytest.raises(ValueError, match="values leave no place for .*" + str(rules)[-5:-2]):
        invalid_callbacks("task.finished", rules=rules, values=values)


def test_rules_are_broken_inside_a_pinned_constant() -> None:
    inside = {"streams": [], "format": {"format_name": "mp4", "size": 5}}
    values = {"details#items": [{"dstpath": "a", "metainfo": inside}]}
    for rules, keyword in (
        ("output.finished#/required", "required"),
        ("number-or-digits#/minimum", "minimum"),
        ("json", "json"),
        (["json", "metainfo.format#/required"], "required"),
    ):
        made = invalid_callbacks("task.finished", rules=rules, values=values)
        found = drawn(made, 30)
        assert keyword in {negative.violation.keyword for negative in found}
        for negative in found:
            (output,) = outputs(negative.source)
            assert json.loads(output["metainfo"]) == inside


@pytest.mark.parametrize("output", [{"dstpath": "a"}, {"dstpath": "a", "metainfo": ""}])
def test_near_misses_of_pinned_constants_pass_the_health_checks(output: dict[str, str]) -> None:
    @settings(max_examples=60, database=None, deadline=None)
    @given(invalid_callbacks("task.finished", values={"details#items": [output]}))
    def check(negative: Negative) -> None:
        assert outputs(negative.source) == [output]

    check()
