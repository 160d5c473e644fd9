"""Outcomes: no finished task is lost because a part of its callback is odd."""

from __future__ import annotations

import copy
import gzip
import json
import os
import pickle
import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from kvs_schema import (
    Limits,
    Outcome,
    TaskStatus,
    ValidationError,
    check_callback,
    encode_callback,
    validate_callback,
)
from kvs_schema.validation.callbacks import CallbackPipeline
from kvs_schema.validation.validator import validator

from ..documents import untyped
from .conftest import reference
from .mutations import containers, mutated, wire
from .outcomes import EXAMPLES, checked, example, left_of, sent

COUNT = int(os.environ.get("KVS_SCHEMA_MUTATIONS", "1000"))
ODD: tuple[Any, ...] = (None, True, 7, -1.5, "odd", [], [1], {}, {"odd": 1})


def swaps(value: Any) -> Iterator[tuple[Any, ...]]:
    """Put odd values at one place of a document after the other; yields the path of the place."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        member = value[key]
        for odd in ODD if COUNT > 3000 else random.Random(key).sample(ODD, 2):
            if type(odd) is not type(member):
                value[key] = odd
                yield (key,)
        value[key] = member
        if isinstance(member, dict | list):
            for path in swaps(member):
                yield (key, *path)


def deletions(value: Any) -> Iterator[None]:
    """Leave out one member of a document after the other."""
    for holder in containers(value):
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            before = copy.copy(holder)
            del holder[key]
            yield
            holder.clear()
            (holder.update if isinstance(holder, dict) else holder.extend)(before)


def removed(left: Any, whole: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of what is missing."""
    if left == {} and not isinstance(whole, dict):
        yield path
    elif isinstance(whole, dict):
        for key, member in whole.items():
            if key not in left:
                yield (*path, key)
            else:
                yield from removed(left[key], member, (*path, key))
    elif isinstance(whole, list):
        for index, member in enumerate(whole):
            yield from removed(left[index], member, (*path, index))


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_swapped_part_loses_itself_at_most(name: str) -> None:
    document = example(name)
    names = validator().program["classifier"]["names"].values()
    vital = {keys[role] for keys in names for role in ("task_id", "status")}
    holders = {keys["details"] for keys in names}
    for path in swaps(document):
        try:
            body = sent(document)
        except AttributeError:
            continue
        report = checked(check_callback(body))
        if len(path) == 1 and path[0] in vital:
            assert report.outcome in (Outcome.UNCLEAR, Outcome.VALID)
        elif len(path) == 1 and path[0] in holders:  # what was in it is gone
            assert report.outcome is not Outcome.FOREIGN
        elif report.outcome is not Outcome.VALID:
            assert report.outcome is Outcome.PARTIAL, path
            assert report.partial is not None
            lost = list(removed(report.partial.document, report.document))
            assert all(each[: len(path)] == path for each in lost), (path, lost)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_missing_part_loses_nothing_else(name: str) -> None:
    document = example(name)
    for _ in deletions(document):
        report = checked(check_callback(sent(document)))
        if report.outcome is Outcome.PARTIAL:
            assert report.partial is not None
            assert not report.partial.complete
            assert list(removed(report.partial.document, report.document)) == []


@pytest.mark.parametrize("part", range(4))
def test_mutated_bodies_have_an_outcome(part: int) -> None:
    rng = random.Random(f"outcomes {part}")
    other = CallbackPipeline(reference())
    for index in range(COUNT // 4):
        body = wire(mutated(rng, rng.choice(list(EXAMPLES.values())), rng.randrange(1, 7)), rng)
        text = json.dumps(body).encode()
        report = checked(check_callback(text))
        if index % 10 == 0:
            again = other.full_report(text, False, Limits())
            assert (again.outcome, again.task_id) == (report.outcome, report.task_id)
            assert again.partial == report.partial


def spoilt(text: bytes, rng: random.Random) -> bytes:
    """Bytes of which something was cut off, overwritten, doubled or written in another way."""
    start, end = sorted(rng.randrange(len(text) + 1) for _ in range(2))
    return rng.choice(
        (
            text[:end],
            text[:start] + rng.randbytes(rng.randrange(4)) + text[end:],
            text[:end] + text[start:],
            text.decode().encode(rng.choice(("utf-16", "utf-32", "utf-16-le"))),
            gzip.compress(text),
            quote(text).encode(),
        )
    )


@pytest.mark.parametrize("part", range(4))
def test_spoilt_bodies_have_an_outcome(part: int) -> None:
    rng = random.Random(f"spoilt {part}")
    bodies = [sent(copy.deepcopy(body)) for body in EXAMPLES.values()]
    for _ in range(COUNT // 4):
        text = spoilt(rng.choice(bodies), rng)
        report = checked(check_callback(text))
        if b'"TaskID"' in text or b'"taskid"' in text:
            assert report.outcome is not Outcome.FOREIGN, text


def test_an_exception_has_the_rest() -> None:
    document = example("avinfo")
    document["Details"]["bucket"] = 5
    for options in ({}, {"show_values": False}):
        with pytest.raises(ValidationError) as caught:
            validate_callback(sent(document), **options)  # type: ignore[arg-type]
        partial = caught.value.report.partial
        assert partial is not None
        assert partial.outputs[0].metainfo is not None


def test_the_strict_level_removes_nothing_more() -> None:
    report = check_callback(sent(example("avinfo")), strict=True)
    assert report.outcome is Outcome.PARTIAL
    assert report.partial is not None
    assert report.partial.complete
    assert report.partial == check_callback(sent(example("avinfo"))).callback
    assert all(task.complete for task in report.partial.tasks)


def test_without_values_the_rest_can_be_used_and_not_seen() -> None:
    document = example("failed") | {"Type": 5}
    report = check_callback(sent(document), show_values=False)
    assert report.partial is not None
    assert report.partial.task_id == document["TaskID"]
    for shown in (repr(report), json.dumps(report.as_dict()), pickle.dumps(report).decode("latin")):
        assert document["TaskID"] not in shown
    restored = pickle.loads(pickle.dumps(report))
    assert (restored.outcome, restored.partial, restored.callback) == (Outcome.PARTIAL, None, None)
    assert restored.digest == report.digest


def test_the_digest_is_that_of_the_body_as_received() -> None:
    digest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert check_callback(b"{}").digest == check_callback("{}").digest == digest
    assert check_callback(bytearray(b"{}"), show_values=False).digest == digest
    assert check_callback(b"{}").as_dict()["digest"] == digest
    assert check_callback({}).digest is None
    assert check_callback("\ud800").digest is None


# Traps, each of which an earlier attempt fell into.


@pytest.mark.parametrize("details", ["null", '"x"', '[1,"x"]', '{"errnum":0},"Details":5'])
def test_details_that_cannot_be_used(details: str) -> None:
    body = '{"TaskID":"t","Status":4,"Type":"avinfo","Details":'
    report = checked(check_callback(f"{body}{details}}}"))
    assert report.outcome is Outcome.PARTIAL
    assert report.partial is not None
    assert report.partial.status is TaskStatus.FAILED
    assert report.partial.outputs == ()
    assert report.partial.error is None


def test_missing_details_are_one_empty_task_and_of_a_flow_none() -> None:
    (task,) = left_of({"TaskID": "t", "Status": 3, "Type": "avinfo", "Details": None}).tasks
    assert (task.status, task.type, task.errnum, task.outputs) == (3, "avinfo", None, ())
    assert not task.complete
    flow = left_of({"TaskID": "t", "Status": 3, "Details": [1]})
    assert [(task.order, task.status, task.complete) for task in flow.tasks] == [
        (None, None, False)
    ]


@pytest.mark.parametrize("odd", [{}, {"Order": 1, "Type": "avinfo", "Status": 5}, 1, None, "x"])
def test_an_odd_sub_task_leaves_the_others(odd: object) -> None:
    document = example("flow-two-avtrans")
    document["Details"].insert(1, odd)
    flow = left_of(document)
    assert [task.status for task in flow.tasks] == [3, None, 3]
    assert [task.complete for task in flow.tasks] == [True, False, True]
    whole = validate_callback(sent(example("flow-two-avtrans")))
    assert flow.outputs == whole.outputs


def test_an_empty_embedded_document_of_a_finished_task() -> None:
    document = encode_callback(example("avinfo"))
    document["Details"]["items"][0]["metainfo"] = "{}"
    report = checked(check_callback(json.dumps(document)))
    assert report.partial is not None
    metainfo = report.partial.outputs[0].metainfo
    assert metainfo is not None
    assert metainfo.streams == ()
    assert metainfo.format.as_dict()["size"] is None


def test_more_faulty_embedded_documents_than_a_report_lists() -> None:
    good = encode_callback(example("avinfo"))["Details"]["items"][0]
    bad = {"dstpath": "", "metainfo": "{no"}
    document = encode_callback(example("avinfo"))
    document["Details"]["items"] = [*[bad] * 150, good]
    report = checked(check_callback(json.dumps(document)))
    assert report.partial is not None
    found = [output.metainfo is not None for output in report.partial.outputs]
    assert found == [False] * 150 + [True]


def test_streams_that_are_none() -> None:
    document = example("avinfo")
    document["Details"]["items"][0]["metainfo"]["streams"] = [1] * 400_000
    partial = check_callback(sent(document)).partial
    assert partial is not None
    metainfo = partial.outputs[0].metainfo
    assert metainfo is not None
    assert len(metainfo.streams) == 400_000
    assert metainfo.format.size is not None


def test_many_duplicates_of_one_key() -> None:
    text = '{"TaskID":"t","Status":3,"Type":"x","Details":{%s"items":{"dstpath":"a"}}}'
    report = checked(check_callback(text % ('"errnum":0,' * 170_000)))
    assert report.partial is not None
    assert report.partial.tasks[0].errnum == 0
    report = checked(check_callback(text % ('"errnum":0,"errnum":1,' * 85_000)))
    assert report.partial is not None
    assert report.partial.tasks[0].errnum is None
    assert report.partial.outputs[0].path == "a"


def test_an_embedded_document_that_is_too_deep() -> None:
    document = example("avinfo")
    deep: Any = {}
    for _ in range(97):
        deep = {"a": deep}
    document["Details"]["items"][0]["metainfo"]["format"]["tags"] = deep
    (output,) = left_of(document).outputs
    assert output.metainfo is None
    assert output.path is not None


def test_sums_are_unknown_when_a_part_was_removed() -> None:
    document = example("flow-several-outputs")
    outputs = document["Details"][0]["OutInfo"]
    for output in outputs:
        output["snapshotNum"] = 2
    whole = validate_callback(sent(document))
    assert whole.tasks[0].snapshot_count == 2 * len(outputs)
    outputs[-1]["bucket"] = outputs[-1]["dstpath"] = 5
    assert left_of(document).tasks[0].snapshot_count == 2 * len(outputs)
    outputs[-1]["snapshotNum"] = "two"
    assert left_of(document).tasks[0].snapshot_count is None


def test_what_is_disputed_inside_an_embedded_document_is_not_used() -> None:
    document = example("avinfo")
    metainfo = json.dumps(document["Details"]["items"][0]["metainfo"])
    known = metainfo.replace('"nb_streams"', '"nb_streams": 77, "nb_streams"')
    assert known != metainfo
    document["Details"]["items"][0]["metainfo"] = known
    (output,) = left_of(document).outputs
    assert output.metainfo is not None
    assert output.metainfo.format is not None
    assert output.metainfo.format.nb_streams is None
    assert output.metainfo.streams


def test_the_only_sub_task_of_a_flow_is_complete_where_something_else_is_wrong() -> None:
    document = example("flow-one-subtask")
    document["Type"] = 5
    found = left_of(document)
    assert not found.complete
    assert found.tasks[0].complete


@pytest.mark.parametrize(
    ("number", "count"),
    [
        ('"snapshotNum":"x"', None),
        ('"snapshotNum":1e999', None),
        ('"snapshotNum":"\\ud800"', None),
        ('"snapshotNum":1,"snapshotNum":3', None),
        ('"snapshotNum":3,"snapshotNum":3', 5),
    ],
)
def test_snapshots_are_not_counted_where_one_of_the_numbers_was_lost(
    number: str, count: int | None
) -> None:
    outputs = '{"dstpath":"a",' + number + '},{"dstpath":"b","snapshotNum":2}'
    task = '{"Order":0,"Type":"avsample","Status":3,"Errnum":0,"OutInfo":[' + outputs + "]}"
    report = check_callback('{"TaskID":"t","Status":3,"Details":[' + task + "]}")
    assert report.outcome is Outcome.PARTIAL
    assert report.partial is not None
    assert report.partial.tasks[0].snapshot_count == count


def test_the_error_is_never_that_of_a_later_task() -> None:
    document = example("flow-failed")
    failed = next(each for each in document["Details"] if each["Status"] == 4)
    later = {**copy.deepcopy(failed), "Order": 9, "Errnum": 2032}
    document["Details"].append(later)
    assert validate_callback(sent(document)).error is not None
    failed["Errnum"] = "2043"
    assert left_of(document).error is None


def test_elements_are_those_of_their_phase() -> None:
    document = example("flow-failed")
    failed = next(each for each in document["Details"] if each["Status"] == 4)
    failed["OutInfo"] = [{"dstpath": None, "segmentlisttype": 5}, {"dstpath": None}]
    failed["Bucket"] = 5
    flow = left_of(document)
    kept = next(each for each in untyped(flow)["Details"] if each["Status"] == 4)
    assert kept["OutInfo"] == [{"dstpath": None}, {"dstpath": None}]
    failed["Status"] = 3
    flow = left_of(document)
    kept = [each["OutInfo"] for each in untyped(flow)["Details"]]
    assert [{}, {}] in kept
