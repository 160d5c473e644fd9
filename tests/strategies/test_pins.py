"""Values that users pin: what `values=` means, rule by rule."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import strategies as st

from kvs_schema import (
    UnknownNameError,
    check_callback,
    check_request,
)
from kvs_schema.catalogue.store import specification
from kvs_schema.strategies import (
    callbacks,
    create_wave_task_requests,
    create_wave_task_responses,
    deliveries,
    embedded,
    invalid_callbacks,
    negative_rules,
)
from kvs_schema.strategies.generate.value_factory import level_of, value_factory

from .drawing import LEVELS, drawn, outputs

FORMAT = {"format_name": "mp4", "size": 5}


def streams(body: dict[str, Any]) -> list[dict[str, Any]]:
    texts = [output.get("metainfo") for output in outputs(body)]
    documents = [json.loads(text) for text in texts if text]
    return [stream for document in documents if document for stream in document["streams"]]


# 1. A place is a schema and a member.


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("detials#errnum", "unknown schema 'detials'; did you mean 'details'"),
        ("details#errnm", "unknown member 'errnm'; did you mean 'errnum'"),
        ("task#TaskId", "did you mean 'TaskID'"),
    ],
)
def test_a_place_that_does_not_exist_is_told_at_once(place: str, message: str) -> None:
    for strategy in (callbacks, invalid_callbacks, deliveries):
        with pytest.raises(UnknownNameError, match=message):
            strategy(values={place: "x"})


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({"details": 1}, ValueError, "schema#member"),
        ({3: 1}, TypeError, "a place is a string"),
        ([("details#errnum", 1)], TypeError, "a mapping of places"),
        ({"subtask#Errnum": 1}, ValueError, "nothing that is drawn contains an object 'subtask'"),
        ({"outinfo#dstpath": 1}, ValueError, "'dstpath' is a member of output, output.failed"),
    ],
)
def test_what_is_no_place_is_told(values: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        callbacks("task.failed", values=values)


@LEVELS
def test_a_private_field_is_drawn(strict: bool) -> None:
    values = {"task#RefID": st.uuids().map(str), "output#ETag2": {"a": [1]}}
    for body in drawn(callbacks("task.finished", strict=strict, values=values), 40):
        assert len(body["RefID"]) == 36
        assert all(output["ETag2"] == {"a": [1]} for output in outputs(body))


def test_an_object_without_private_fields_takes_none() -> None:
    with pytest.raises(ValueError, match=r"CreateWaveTask.request.body#/additionalProperties"):
        create_wave_task_requests(values={"CreateWaveTask.request.body#Colour": 1})


# 2. A pinned member is present where it may be; its parents are as they are.


@LEVELS
def test_a_pinned_member_is_always_there(strict: bool) -> None:
    values = {"details#snapshotNum": 7, "metainfo.streams#codec_name": "vp9"}
    bodies = drawn(callbacks("task.finished", strict=strict, values=values), 80)
    assert {body["Details"]["snapshotNum"] for body in bodies} == {7}
    assert {stream["codec_name"] for body in bodies for stream in streams(body)} == {"vp9"}
    assert not all(map(streams, bodies))


@LEVELS
def test_a_pin_on_which_conditions_turn_decides_them(strict: bool) -> None:
    values = {"metainfo.streams#codec_type": "audio", "metainfo.streams#width": 3}
    strategy = callbacks("task.finished", types="avinfo", strict=strict, values=values)
    found = [stream for body in drawn(strategy, 60) for stream in streams(body)]
    assert found
    assert all(stream["width"] == 3 and "sample_rate" in stream for stream in found)


# 3. Type and Status.


@LEVELS
def test_a_pinned_type_acts_like_the_option(strict: bool) -> None:
    pinned = callbacks("task.finished", strict=strict, values={"task#Type": "avinfo"})
    bodies = drawn(pinned, 60)
    assert {body["Type"] for body in bodies} == {"avinfo"}
    assert sum(map(bool, map(streams, bodies))) > 30
    several = callbacks(dialects="flow", values={"subtask#Type": st.sampled_from(["avm3u8", "x"])})
    parts = [part for body in drawn(several, 60) for part in subtasks(body)]
    assert {part["Type"] for part in parts} == {"avm3u8", "x"}


def subtasks(body: dict[str, Any]) -> list[dict[str, Any]]:
    details = body["Details"]
    return details if isinstance(details, list) else [details]


def test_a_pinned_status_picks_the_variants() -> None:
    bodies = drawn(callbacks(values={"task#Status": 4, "flow#Status": 3}), 60)
    assert {check_callback(body).variant for body in bodies} == {"task.failed", "flow.finished"}


@pytest.mark.parametrize(
    ("values", "options"),
    [
        ({"task#Type": "avinfo"}, {"types": "avinfo"}),
        ({"details#errnum": 2032}, {"errnums": 2032}),
        ({"task#Status": 4}, {"variants": "task.failed"}),
    ],
)
def test_a_pin_and_an_option_for_the_same_are_refused(values: Any, options: Any) -> None:
    for strategy in (callbacks, invalid_callbacks, deliveries):
        with pytest.raises(ValueError, match=f"{next(iter(options))} is given; leave one out"):
            strategy(values=values, **options)


# 4. What a pin beats, and what follows it.


@LEVELS
def test_what_follows_a_pinned_value_follows_it(strict: bool) -> None:
    values = {"details#errnum": 2049}
    bodies = drawn(callbacks("task.failed", strict=strict, values=values), 80)
    assert {body["Details"]["errnum"] for body in bodies} == {2049}
    said = [body["Details"].get("errmsg") for body in bodies]
    own = [
        text
        for text in said
        if text == specification()["errors"]["callback"]["codes"]["2049"]["message"]
    ]
    assert len(own) > 40
    both = {"metainfo#streams": [], "metainfo.format#nb_streams": 5}
    counted = [
        json.loads(output["metainfo"])["format"]["nb_streams"]
        for body in drawn(callbacks("task.finished", types="avinfo", values=both), 40)
        for output in outputs(body)
        if output.get("metainfo")
    ]
    assert set(counted) == {5}


# 5. Spelling.


def test_scalars_are_spelled_as_the_place_allows() -> None:
    values = {"metainfo.format#bit_rate": 900, "metainfo.format#size": "12"}
    for text in drawn(embedded("metainfo", strict=True, values=values, wire="text"), 40):
        assert (
            json.loads(text)["format"] | {"bit_rate": "900", "size": 12}
            == json.loads(text)["format"]
        )


@LEVELS
@pytest.mark.parametrize(
    "given", ['{"streams" :[], "format":{"format_name":"mp4","size":5}}', None]
)
def test_an_embedded_document_is_a_text_or_an_object(given: str | None, strict: bool) -> None:
    value = given or {"streams": [], "format": FORMAT}
    values = {"output#metainfo": value, "metainfo.format#nb_streams": 4}
    found = [
        output["metainfo"]
        for body in drawn(callbacks("task.finished", values=values), 40)
        for output in outputs(body)
    ]
    assert all(json.loads(text) == {"streams": [], "format": FORMAT} for text in found)
    assert (set(found) == {given}) == (given is not None)


@LEVELS
def test_structures_are_taken_whole_and_closed_inside(strict: bool) -> None:
    whole = [{"dstpath": "a", "metainfo": {"streams": [], "format": FORMAT}}]
    bodies = drawn(callbacks("task.failed", values={"details#items": whole}), 40)
    for body in bodies:
        (output,) = body["Details"]["items"]
        assert json.loads(output["metainfo"]) == whole[0]["metainfo"]
        assert output.keys() == {"dstpath", "metainfo"}
    assert whole[0]["metainfo"] == {"streams": [], "format": FORMAT}


# 6. What no place takes.


@pytest.mark.parametrize(
    ("place", "value", "rule"),
    [
        ("details#errnum", "x", "errnum#/type"),
        ("details#items", [{"dstpth": "a"}], "output.finished#/required"),
        ("output#metainfo", {"streams": [], "format": {}}, "metainfo.format#/required"),
        ("metainfo.format#size", -1, "number-or-digits#/minimum"),
        ("task#TaskID", "", "name#/minLength"),
        ("details#errnum", None, "details.finished#/properties/errnum/not"),
    ],
)
def test_a_constant_that_nothing_takes_is_told_at_once(place: str, value: Any, rule: str) -> None:
    for strategy in (callbacks, invalid_callbacks, deliveries):
        with pytest.raises(ValueError, match=f"{place} does not take .* by the rule {rule}"):
            strategy(variants="task.finished", values={place: value})


def test_only_variants_that_take_a_constant_are_drawn() -> None:
    bodies = drawn(callbacks(dialects="task", values={"details#errnum": 2032}, strict=True), 40)
    assert {check_callback(body).variant for body in bodies} == {"task.failed"}
    with pytest.raises(ValueError, match=r"details.finished#.*status-errnum"):
        callbacks("task.finished", values={"details#errnum": 2032}, strict=True)


@pytest.mark.parametrize(
    ("place", "value"),
    [("metainfo.format#size", "x"), ("details#items", [{"dstpth": 1}])],
)
def test_a_drawn_value_that_is_refused_is_an_error(place: str, value: Any) -> None:
    for strategy in (callbacks, invalid_callbacks, deliveries):
        made: Any = strategy(variants="task.finished", values={place: st.just(value)})
        with pytest.raises(ValueError, match=f"{place} does not take .* by the rule "):
            drawn(made, 60)


# 7. Near misses.


@LEVELS
def test_near_misses_keep_pins_in_their_sources(strict: bool) -> None:
    values = {
        "details#errnum": 2049,
        "task#RefID": st.uuids().map(str),
        "output#dstpath": st.sampled_from(["a.mp4", "b.mp4"]),
        "metainfo.streams#codec_name": "vp9",
    }
    negatives = drawn(invalid_callbacks("task.failed", values=values, strict=strict), 120)
    for negative in negatives:
        source = negative.source
        assert source["Details"]["errnum"] == 2049
        assert len(source["RefID"]) == 36
        assert {output["dstpath"] for output in outputs(source)} <= {"a.mp4", "b.mp4"}
        assert {stream["codec_name"] for stream in streams(source)} <= {"vp9"}
        assert negative.violation in check_callback(negative.body, strict=strict).violations
    rules = [rule for rule in negative_rules("task.failed") if "errnum" in str(rule.rule)]
    aimed = drawn(invalid_callbacks("task.failed", rules=rules, values=values, strict=strict), 20)
    assert all(negative.source["Details"]["errnum"] == 2049 for negative in aimed)
    assert all(negative.body["Details"].get("errnum") != 2049 for negative in aimed)
    assert len({negative.violation.rule for negative in negatives}) > 20


def test_a_pinned_type_leaves_no_rule_without_a_source() -> None:
    pinned = invalid_callbacks("task.finished", values={"task#Type": "avsnapshot"}, strict=True)
    assert {negative.source["Type"] for negative in drawn(pinned, 60)} == {"avsnapshot"}


# Plans are shared.


def test_pins_need_no_plans_of_their_own() -> None:
    level = level_of(strict=False, deviations=True)
    drawn(callbacks("task.failed"), 300)
    before = len(value_factory(level)._values)
    drawn(callbacks("task.failed", values={"details#errnum": 2049, "task#RefID": "x"}), 60)
    assert len(value_factory(level)._values) <= before + 2


# Error codes.


# Lengths.


# Several faults.


# Everywhere.


def test_other_documents_take_pins() -> None:
    for request in drawn(
        create_wave_task_requests(values={"CreateWaveTask.request.body#DstBucket": "p"}), 20
    ):
        assert request["body"]["DstBucket"] == "p"
        assert check_request("CreateWaveTask", **request).valid
    answers = create_wave_task_responses(values={"CreateWaveTask.response#TaskID": "t"})
    assert any(answer.get("TaskID") == "t" for answer in drawn(answers, 40))


def test_each_task_of_a_delivery_has_its_pinned_identifier() -> None:
    ids = st.integers(0, 10**6).map("task-{}".format)
    for bodies in drawn(deliveries(tasks=2, dialects="task", values={"task#TaskID": ids}), 40):
        assert len({body["TaskID"] for body in bodies}) == 2
        assert all(body["TaskID"].startswith("task-") for body in bodies)
    with pytest.raises(ValueError, match="is a constant, and 2 tasks"):
        deliveries(tasks=2, values={"task#TaskID": "x"})


# Options as types, and checked.


# How they are shown.


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"details#errnum": "x"}, "errnum#/type"),
        ({"task#Status": 7}, "progress-status#/enum"),
    ],
)
def test_a_constant_that_its_place_never_takes_is_refused(values: Any, rule: str) -> None:
    """Though there are variants that have no such place."""
    with pytest.raises(ValueError, match=f"does not take .* by the rule {rule}"):
        callbacks(values=values)


def test_a_pinned_status_may_be_drawn() -> None:
    bodies = drawn(callbacks(values={"task#Status": st.sampled_from([3, 4])}), 60)
    assert {check_callback(body).variant for body in bodies} == {"task.finished", "task.failed"}
    with pytest.raises(ValueError, match=r"task#Status does not take 7 by the rule"):
        drawn(callbacks(values={"task#Status": st.just(7)}), 1)
    for other in (invalid_callbacks, deliveries):
        with pytest.raises(ValueError, match="task#Status must be a constant here; name variants"):
            other(values={"task#Status": st.just(4)})


def test_pins_may_contradict_a_flow() -> None:
    bodies = drawn(callbacks("flow.finished", values={"subtask#Status": 4}), 20)
    assert all(part["Status"] == 4 for body in bodies for part in subtasks(body))
