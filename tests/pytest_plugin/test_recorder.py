"""What the recorder of specification coverage counts, without pytest around it."""

from __future__ import annotations

import json
from decimal import Decimal
from math import nan

import pytest

import kvs_schema
from kvs_schema.catalogue import store
from kvs_schema.strategies.near_misses import negative_rules
from kvs_schema.testing import specification_coverage
from kvs_schema.testing.specification_coverage import (
    CALLBACK,
    CODES,
    CONDITIONS,
    DEVIATIONS,
    RULES,
    SCHEMAS,
    VARIANTS,
    Point,
    Recorder,
)
from kvs_schema.validation.callbacks import encode_document

EXAMPLES = store.specification()["examples"]


def every_form() -> list[tuple[str, object]]:
    """Documents in every form that a validator takes, holding or not."""
    found: list[tuple[str, object]] = []
    for example in EXAMPLES.values():
        name, body = (
            example["schema"],
            encode_document(example["schema"], example["body"]),
        )
        text = json.dumps(body)
        found += [(name, body), (name, text), (name, f" {text}".encode()), (name, [body])]
        found += [(name, UserText(text)), (name, bytearray(text.encode()))]
        found += [
            (name, {**body, "Status": odd}) for odd in (nan, 2**70, Decimal(2), "\ud800", {1})
        ]
    endless: list[object] = []
    endless.append(endless)
    return [*found, (CALLBACK, endless), (CALLBACK, object()), (CALLBACK, "{")]


class UserText(str):
    """Text of a class of the user's."""

    __slots__ = ()


def test_observed_later_shows_what_observed_at_once_shows() -> None:
    later, at_once = Recorder(), Recorder(room=0)
    for name, document in every_form():
        for recorder in (later, at_once):
            recorder.clear()
            recorder(name, document)
        later.analyse()
        expected = set(specification_coverage.shown(name, document))
        assert later.points == at_once.points == expected, document
        assert later.schemas == at_once.schemas == {name}


def test_later_changes_of_a_document_do_not_matter() -> None:
    recorder = Recorder()
    body = {"TaskID": "t", "Status": 2, "Type": "avinfo", "Details": {}}
    received = bytearray(json.dumps(body).encode())
    for document in (body, received, memoryview(received)):
        recorder.clear()
        recorder(CALLBACK, document)
        body["Status"] = "broken"
        received[:1] = b"["
        recorder.analyse()
        assert Point(VARIANTS, "task.progress") in recorder.points
        body["Status"] = 2
        received[:1] = b"{"


def test_what_is_kept_is_bounded_and_nothing_is_lost() -> None:
    recorder, unbounded = Recorder(room=10_000), Recorder()
    body = {"TaskID": "t", "Status": 2, "Type": "avinfo", "Details": {}}
    for number in range(100):
        for observer in (recorder, unbounded):
            observer(CALLBACK, body | {"TaskID": f"t{number}"})
            observer(CALLBACK, body | {"TaskID": f"t{number}"})
    assert len(unbounded._noted) == 100
    assert sum(len(text) for _, text in recorder._noted) < 10_000
    assert 0 < len(recorder._noted) < 50
    recorder(CALLBACK, {"TaskID": "t", "Status": 2, "Type": 1, "Details": {}})
    unbounded(CALLBACK, {"TaskID": "t", "Status": 2, "Type": 1, "Details": {}})
    for observer in (recorder, unbounded):
        observer.analyse()
        assert not observer._noted
    assert recorder.points == unbounded.points


def test_examples_show_their_deviations() -> None:
    for name, example in EXAMPLES.items():
        shown = set(
            specification_coverage.shown(
                example["schema"], kvs_schema.encode_callback(example["body"])
            )
        )
        deviations = {point.name for point in shown if point.group == DEVIATIONS}
        assert deviations == set(example["deviations"]), name


def test_every_point_shown_is_known() -> None:
    recorder = Recorder()
    for example in EXAMPLES.values():
        recorder(example["schema"], example["body"])
    recorder.analyse()
    known = {point for name in recorder.schemas for point in specification_coverage.points(name)}
    assert recorder.points <= known


def test_a_condition_has_two_outcomes() -> None:
    recorder = Recorder()
    outcomes = ("metainfo.streams#/allOf/0/if is met", "metainfo.streams#/allOf/0/if is not met")
    names = [
        point.name for point in specification_coverage.points(CALLBACK) if point.group == CONDITIONS
    ]
    assert set(outcomes) <= set(names)
    stream = {"codec_type": "video"}
    for expected in outcomes:
        recorder.clear()
        recorder("metainfo", {"streams": [stream], "format": {"format_name": "", "size": 1}})
        recorder.analyse()
        assert expected in {point.name for point in recorder.points}
        assert len({point.name for point in recorder.points} & set(outcomes)) == 1
        stream = {"codec_type": "data"}


def test_requests_count_once_they_are_seen() -> None:
    recorder = Recorder()
    assert all(
        point.name.count("CreateWaveTask") == 0 for point in specification_coverage.points(CALLBACK)
    )
    recorder("CreateWaveTask.response", EXAMPLES["create-wave-task-refused"]["body"])
    recorder.analyse()
    seen, missing = recorder.summary().groups[CODES]
    assert seen == ["1001"]
    assert set(missing) == set(store.specification()["errors"]["public"]["codes"]) - {"1001"}


def test_other_schemas_are_no_variants_and_in_no_mean() -> None:
    recorder = Recorder()
    recorder(CALLBACK, {"TaskID": "t", "Status": 2, "Type": "avinfo", "Details": {}})
    recorder.analyse()
    alone = recorder.summary()
    recorder(
        "metainfo", {"streams": [{"codec_type": "video"}], "format": {"format_name": "", "size": 1}}
    )
    recorder("subtask", 1)
    recorder.analyse()
    summary = recorder.summary()
    assert summary.groups[VARIANTS] == alone.groups[VARIANTS]
    assert summary.groups[SCHEMAS] == (["metainfo"], ["subtask"])
    of_groups = [summary.percent(group) for group in specification_coverage.GROUPS]
    assert summary.percent() == pytest.approx(sum(of_groups) / len(of_groups))


def test_documents_of_a_variant_count_as_callbacks() -> None:
    recorder = Recorder()
    recorder("task.progress", {"TaskID": "t", "Status": 2, "Type": "avinfo", "Details": {}})
    recorder.analyse()
    assert specification_coverage.points("task.progress") == specification_coverage.points(CALLBACK)
    seen, missing = recorder.summary().groups[VARIANTS]
    assert (seen, len(missing)) == (["task.progress"], 11)
    assert SCHEMAS not in recorder.summary().groups


def test_a_rule_counts_if_and_only_if_it_can_be_drawn() -> None:
    counted = {
        point.name for point in specification_coverage.points(CALLBACK) if point.group == RULES
    }
    assert counted == {rule.rule or rule.keyword for rule in negative_rules()}
