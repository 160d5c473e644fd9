"""Notices: what both levels accept and a careful reader checks. Never part of a verdict."""

from __future__ import annotations

import json
import os
import pickle
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

import kvs_schema
from kvs_schema import (
    Callback,
    Limits,
    Notice,
    Report,
    TaskStatus,
    check_callback,
    check_document,
    check_request,
    check_response,
    encode_callback,
    schema,
    schema_names,
    strategies,
    variants,
)
from kvs_schema.spec.notices import all_checks
from kvs_schema.validation.notices import NoticeFinder
from tests.benchmarks.test_counts import calls
from tests.strategies.drawing import drawn

from .mutations import mutated, wire
from .notice_cases import FOUND, NOTICES, SPECIFICATION, Edit, example, metainfo, segments

DRAWS = int(os.environ.get("KVS_SCHEMA_DRAWS", "500"))


def reported(name: str, body: dict[str, Any], **options: Any) -> Report:
    """The report on the body of an example, given as bytes."""
    kind = SPECIFICATION["examples"][name]["schema"]
    if kind.endswith(".request"):
        parts = {**body, "body": json.dumps(body["body"]).encode()}
        return check_request(kind.removesuffix(".request"), **parts, **options)
    if kind.endswith(".response"):
        text = json.dumps(body).encode()
        return check_response(kind.removesuffix(".response"), text, **options)
    return check_callback(json.dumps(encode_callback(body)).encode(), **options)


def without_notices(report: Report) -> dict[str, Any]:
    found = report.as_dict()
    del found["notices"]
    found.pop("digest", None)
    return found


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(("identifier", "name", "edit", "other", "pointer"), FOUND)
@pytest.mark.usefixtures("each_engine")
def test_a_notice_is_there_or_not(
    identifier: str, name: str, edit: Edit, other: Edit, pointer: str, *, strict: bool
) -> None:
    body = example(name)
    edit(body)
    [notice] = reported(name, body, strict=strict).notices
    assert (notice.id, notice.pointer) == (identifier, pointer)
    body = example(name)
    other(body)
    assert reported(name, body, strict=strict).notices == ()


def test_every_check_of_the_sources_is_tried() -> None:
    assert {check.notice for check in all_checks(NOTICES)} == {found[0] for found in FOUND}


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(("identifier", "name", "edit", "_", "pointer"), FOUND)
def test_verdict_and_findings_are_those_of_sources_without_notices(
    identifier: str,
    name: str,
    edit: Edit,
    _: Edit,
    pointer: str,
    *,
    strict: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = example(name)
    edit(body)
    report = reported(name, body, strict=strict)
    assert report.notices
    monkeypatch.setattr(NoticeFinder, "of", lambda *_: iter(()))
    plain = reported(name, body, strict=strict)
    assert plain.notices == ()
    assert without_notices(plain) == without_notices(report)


def test_strict_accepts_what_has_notices() -> None:
    accepted = set()
    for identifier, name, edit, _, _ in FOUND:
        body = example(name)
        edit(body)
        if reported(name, body, strict=True).valid:
            accepted.add(identifier)
    # both spellings at once are a deviation, and the worked request has one of its own
    assert accepted == NOTICES.keys() - {"list-types-differ", "unreadable-date"}


@pytest.mark.parametrize("name", SPECIFICATION["examples"])
def test_no_example_has_a_notice(name: str) -> None:
    assert reported(name, example(name)).notices == ()


def repeated(values: Iterable[int | None]) -> int:
    """How many values are those of another, an absent one being 0."""
    numbers = [value or 0 for value in values]
    return len(numbers) - len(set(numbers))


def both_spellings(value: Any) -> Iterator[bool]:
    """Whether they differ, for each object of a document that has both."""
    if isinstance(value, dict):
        both = [value.get(key) for key in ("segmentlisttype", "segmenglisttype")]
        if None not in both:
            yield both[0] != both[1]
    for member in value.values() if isinstance(value, dict) else value:
        if isinstance(member, dict | list):
            yield from both_spellings(member)


def due(callback: Callback) -> Counter[str]:
    """The notices that are due by the typed views."""
    found: Counter[str] = Counter()
    flow = "flow" in callback.variant
    for task in callback.tasks:
        kind, status = (task.type, task.status) if flow else (callback.type, callback.status)
        media = [output.metainfo for output in task.outputs]
        if kind == "avinfo" and status is TaskStatus.SUCCEEDED and not any(media):
            found["avinfo-without-metainfo"] += 1
        if flow and callback.status is TaskStatus.SUCCEEDED and status is TaskStatus.FAILED:
            found["failed-subtask"] += 1
        for output in task.outputs:
            if output.metainfo is not None:
                streams = output.metainfo.streams
                announced = output.metainfo.format.nb_streams
                found["stream-count"] += announced not in (None, len(streams))
                found["index-repeated"] += repeated(stream.index for stream in streams)
            if output.media_info is not None:
                found["index-repeated"] += repeated(
                    stream.index for stream in output.media_info.streams
                )
            found["index-repeated"] += repeated(one.index for one in output.segments or ())
            found["index-repeated"] += repeated(one.index for one in output.thumbnails or ())
    if flow:
        found["index-repeated"] += repeated(task.order for task in callback.tasks)
    found["list-types-differ"] += sum(both_spellings(callback.document))
    return +found


def test_drawn_callbacks_have_the_notices_that_their_views_explain() -> None:
    total: Counter[str] = Counter()
    for body in drawn(strategies.callbacks(wire="bytes"), DRAWS):
        report = check_callback(body)
        assert report.callback is not None
        found = Counter(notice.id for notice in report.notices)
        assert found == due(report.callback), body
        total += found
    assert total  # which of them are drawn differs from run to run


def test_a_notice_reads_and_pickles() -> None:
    body = example("strict-avinfo")
    metainfo(body)["format"]["nb_streams"] = 3
    text = json.dumps(encode_callback(body))
    report = check_callback(text)
    [notice] = report.notices
    pointer = "/Details/items/metainfo#/format/nb_streams"
    assert str(notice) == (
        f"{pointer}: expected 2, the number of streams that are listed; found the integer 3"
    )
    assert notice.text("zh") == f"{pointer}: 应为列出的流的个数 2，实际为整数 3"
    column = text.index("nb_streams") + len('nb_streams\\":') + 1
    assert (notice.line, notice.column) == (1, column)
    location = (("Details", "items", "metainfo"), ("format", "nb_streams"))
    assert notice.location == location
    assert notice.as_dict() == {
        "id": "stream-count",
        "pointer": pointer,
        "location": [list(piece) for piece in location],
        "expected": 2,
        "actual": 3,
        "line": 1,
        "column": column,
        "message": notice.message,
    }
    assert report.as_dict("zh")["notices"] == [notice.as_dict("zh")]
    again = pickle.loads(pickle.dumps(report))
    assert again == report
    assert again.notices == report.notices
    assert again.notices[0].column == column
    assert hash(again.notices[0]) == hash(notice)
    assert isinstance(notice, Notice)
    with pytest.raises(AttributeError):
        notice.id = "other"  # type: ignore[misc]


@pytest.mark.parametrize(("identifier", "name", "edit", "_", "pointer"), FOUND)
def test_every_notice_has_words_and_can_hide_its_value(
    identifier: str, name: str, edit: Edit, _: Edit, pointer: str
) -> None:
    body = example(name)
    edit(body)
    [notice] = reported(name, body).notices
    [hidden] = reported(name, body, show_values=False).notices
    assert hidden == notice.hidden()
    assert (hidden.actual, hidden.line, hidden.column) == (None, notice.line, notice.column)
    assert "actual" not in hidden.as_dict()
    for lang in ("en", "zh"):
        assert "{" not in notice.text(lang)
        assert "None" not in notice.text(lang)
        if notice.actual is not None and "{actual}" in NOTICES[identifier]["message"][lang]:
            assert str(notice.actual) in notice.text(lang)
            shown = {"en": "(not shown)", "zh": "（未显示）"}[lang]
            assert shown in hidden.text(lang)


def test_the_second_of_two_equal_values_names_the_first() -> None:
    body = example("strict-segments")
    segments(body)[1]["fileindex"] = 0
    [notice] = reported("strict-segments", body).notices
    assert notice.expected == "/Details/items/segmentsinfo#/0/fileindex"
    assert notice.expected in notice.message


def test_notices_are_of_what_was_received_whatever_the_reader_does() -> None:
    body = encode_callback(example("strict-avinfo"))
    report = check_callback(body)
    report.document["Details"]["items"]["metainfo"]["format"]["nb_streams"] = 9
    body["Details"]["items"]["metainfo"] = ""
    assert report.notices == ()


def test_a_document_that_could_not_be_opened_has_none() -> None:
    body = encode_callback(example("strict-avinfo"))
    opened = example("strict-avinfo")
    metainfo(opened)["format"]["nb_streams"] = 3
    for given in ('{"format": {"nb_streams": 1}', "[]", '"{}"', metainfo(opened)):
        body["Details"]["items"]["metainfo"] = given
        report = check_callback(json.dumps(body))
        assert not report.valid
        assert report.notices == ()


def test_single_documents_have_notices() -> None:
    text = json.dumps(json.dumps({"streams": [{}, {}, {}], "format": {"nb_streams": 2}}))
    found = [(one.id, one.pointer) for one in check_document("metainfo.string", text).notices]
    assert found == [
        ("stream-count", "#/format/nb_streams"),
        ("index-repeated", "#/streams/1"),
        ("index-repeated", "#/streams/2"),
    ]


def test_notices_stop_at_the_limit() -> None:
    body = example("strict-avinfo")
    metainfo(body)["streams"] = [{"codec_type": "data", "index": 1}] * 50
    metainfo(body)["format"]["nb_streams"] = 50
    text = json.dumps(encode_callback(body))
    assert len(check_callback(text).notices) == 49
    report = check_callback(text, limits=Limits(findings=10))
    assert len(report.notices) == 10
    assert report.truncated


@pytest.mark.parametrize("step", [0, 1])
def test_ten_times_the_streams_take_ten_times_the_calls(step: int) -> None:
    """All of them with the same index, or each with its own."""

    def needed(count: int) -> int:
        streams = [{"codec_type": "data", "index": index * step} for index in range(count)]
        document = {"streams": streams, "format": {"nb_streams": count}}
        return calls(lambda: list(NoticeFinder(()).of("metainfo", document))).total()

    assert needed(5_000) <= 10 * needed(500)


def test_odd_bodies_raise_nothing() -> None:
    rng = random.Random(12)
    names = [name for name in SPECIFICATION["examples"] if "CreateWaveTask" not in name]
    seen = set()
    for _ in range(2_000):
        name = rng.choice(names)
        kind = SPECIFICATION["examples"][name]["schema"]
        if "CreateWaveTask" in kind:
            continue
        text = json.dumps(wire(mutated(rng, example(name), rng.randint(1, 6)), rng)).encode()
        for notice in check_callback(text).notices:
            seen.add(notice.id)
            assert notice.line is not None
            assert notice.text("zh")
    assert seen >= {"stream-count", "index-repeated", "avinfo-without-metainfo"}


def test_no_export_mentions_notices() -> None:
    for name in (*schema_names(), *(variant.name for variant in variants())):
        for strict in (False, True):
            text = json.dumps(schema(name, strict=strict))
            assert not any(f'"{identifier}"' in text for identifier in NOTICES)
            assert "notice" not in text


def test_a_notice_is_a_public_name() -> None:
    assert "Notice" in kvs_schema.__all__
    assert kvs_schema.Notice is Notice
