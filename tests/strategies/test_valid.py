"""Valid callbacks: every draw holds, and what the options ask for is what is drawn."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvs_schema import UnknownNameError, Variant, check_callback, errata, schema_names, variants
from kvs_schema.catalogue.store import specification
from kvs_schema.reports import check_document, check_request, check_response
from kvs_schema.strategies import (
    VariantName,
    callbacks,
    create_wave_task_requests,
    create_wave_task_responses,
    deliveries,
    embedded,
    error_codes,
    from_schema,
    invalid_callbacks,
)
from kvs_schema.validation import observers

from .drawing import LONG, drawn

few = settings(max_examples=25, database=None, deadline=None)
VARIANTS = variants()
NAMES = get_args(VariantName)
#: What a variant cannot do without, by the words of the errata.
UNAVOIDABLE = {
    "progress": {"status-progress"},
    "legacy": {"legacy-casing"},
    "legacy-flow": {"legacy-casing"},
}
EMBEDDED = ["metainfo", "outMediainfo", "segmentsinfo", "thumnailsinfo"]


def opened(body: dict[str, Any]) -> dict[str, Any]:
    report = check_callback(body)
    assert report.valid, report.summary()
    document: dict[str, Any] = report.document
    return document


def streams(body: dict[str, Any]) -> list[dict[str, Any]]:
    callback = check_callback(body).callback
    assert callback is not None
    files = [output.metainfo for output in callback.outputs if output.metainfo]
    return [dict(stream._data) for file in files for stream in file.streams]


@pytest.mark.parametrize("name", NAMES)
@few
@given(data=st.data())
def test_each_variant_is_drawn_as_itself(name: VariantName, data: st.DataObject) -> None:
    report = check_callback(data.draw(callbacks(name)))
    assert report.valid, report.summary()
    assert report.variant == name


@pytest.mark.parametrize("variant", [v for v in VARIANTS if not v.strict_empty], ids=str)
@few
@given(data=st.data())
def test_strict_draws_hold_at_the_strict_level(variant: Variant, data: st.DataObject) -> None:
    report = check_callback(data.draw(callbacks(variant, strict=True)), strict=True)
    assert report.valid, report.summary()
    assert report.variant == variant.name


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
@few
@given(data=st.data())
def test_deviations_can_be_switched_off(variant: Variant, data: st.DataObject) -> None:
    report = check_callback(data.draw(callbacks(variant, deviations=False)))
    assert report.valid, report.summary()
    unavoidable = UNAVOIDABLE.get(variant.phase, set()) | UNAVOIDABLE.get(variant.dialect, set())
    assert {finding.erratum for finding in report.deviations} == unavoidable


def test_every_deviation_of_a_callback_is_drawn() -> None:
    wanted = {name for name in errata if errata[name].effect == "deviation"}
    wanted -= {"srcinfo-object", "signature-profile"}  # of requests
    reports = [check_callback(body) for body in drawn(callbacks(), 2000)]
    seen = {finding.erratum for report in reports for finding in report.deviations}
    assert wanted - seen == set()
    assert {report.variant for report in reports} == set(NAMES)
    unlisted = sum(bool(report.unlisted) for report in reports)
    assert 0 < unlisted < len(reports) / 3


def test_every_deviation_of_a_request_is_drawn() -> None:
    seen = {
        finding.erratum
        for request in drawn(create_wave_task_requests(), 200)
        for finding in check_request("CreateWaveTask", **request).deviations
    }
    assert {"srcinfo-object", "signature-profile"} <= seen


def test_about_half_of_the_probed_files_have_streams_of_two_kinds() -> None:
    """Of real files 47 % have one stream only."""
    bodies = drawn(callbacks("task.finished", types=["avinfo"]), 2400 if LONG else 1200)
    kinds = [{stream.get("codec_type") for stream in streams(body)} for body in bodies]
    assert 0.45 < sum(len(found) > 1 for found in kinds) / len(bodies) < 0.85
    assert {"video", "audio", "subtitle", "data"} <= set().union(*kinds)


def test_fields_go_with_the_kind_of_stream_and_counts_with_what_they_count() -> None:
    files = drawn(embedded("metainfo"), 200)
    tally: Counter[str] = Counter()
    for file in files:
        tally["counted"] += file["format"].get("nb_streams") == len(file["streams"])
        for stream in file["streams"]:
            if stream.get("codec_type") == "video":
                tally["video"] += 1
                tally["video with width"] += "width" in stream
                tally["video with rate"] += "sample_rate" in stream
            elif stream.get("codec_type") == "audio":
                assert "sample_rate" in stream
                tally["audio"] += 1
                tally["audio with width"] += "width" in stream
    assert tally["counted"] > 0.6 * len(files)
    assert tally["video with width"] > 0.7 * tally["video"]
    assert tally["video with rate"] < 0.1 * tally["video"]
    assert tally["audio with width"] < 0.1 * tally["audio"]


def test_values_look_like_those_of_the_service() -> None:
    bodies = drawn(callbacks(["task.finished", "task.failed"]), 250)
    texts = [json.dumps(body, ensure_ascii=False) for body in bodies]
    assert {len(body["TaskID"]) for body in bodies} >= {40}
    assert any(body["TaskID"][30:32] == "z0" for body in bodies)
    assert any("\u4e00" <= letter <= "\u9fff" for text in texts for letter in text)
    types = {body["Type"] for body in bodies}
    assert set(specification()["classifier"]["types"]) < types
    failed = [body["Details"]["errnum"] for body in bodies if body["Status"] == 4]
    known = [code for code in failed if str(code) in specification()["errors"]["callback"]["codes"]]
    assert 0.5 * len(failed) < len(known) < len(failed)


@few
@given(callbacks(["task.finished", "flow.finished"], types=["avinfo", "my-own"]))
def test_types_are_those_asked_for(body: dict[str, Any]) -> None:
    callback = check_callback(body).callback
    assert callback is not None
    assert all(task.type in ("avinfo", "my-own") for task in callback.tasks)


@few
@given(callbacks(dialects=["flow", "legacy"], strict=False))
def test_dialects_are_those_asked_for(body: dict[str, Any]) -> None:
    assert str(check_callback(body).variant).partition(".")[0] in ("flow", "legacy")


@few
@given(data=st.data())
def test_wire_forms_hold_the_same_callbacks(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    text = data.draw(callbacks(name, wire="text"))
    raw = data.draw(callbacks(name, wire="bytes"))
    assert check_callback(text).document == opened(json.loads(text))
    assert check_callback(raw).document == opened(json.loads(raw))


def test_embedded_documents_are_spelled_in_many_ways() -> None:
    texts = drawn(embedded("metainfo", wire="text"), 100)
    assert any("\n" in text for text in texts)
    assert any("\\/" in text for text in texts)
    assert any('": "' in text for text in texts)
    assert any(text.startswith('{"format"') for text in texts)
    sent = drawn(callbacks("task.finished", types=["avinfo"]), 100)
    assert any('\\"streams\\"' in json.dumps(body) for body in sent)


@pytest.mark.parametrize("name", schema_names())
@pytest.mark.parametrize("strict", [False, True])
def test_every_schema_has_values(name: str, strict: bool) -> None:
    if strict and _empty(name):
        with pytest.raises(ValueError, match="strict"):
            from_schema(name, strict=True)
        return
    for value in drawn(from_schema(name, strict=strict), 12):
        document = json.dumps(value) if isinstance(value, str) else value
        report = check_document(name, document, strict=strict)
        assert report.valid, report.summary()


@pytest.mark.parametrize("name", schema_names())
def test_whoever_observes_is_told_of_what_holds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, object]] = []
    monkeypatch.setattr(observers, "observer", lambda *told: seen.append(told))
    drawn(from_schema(name), 5)
    monkeypatch.undo()
    assert len(seen) >= 5
    for told, document in seen:
        assert (told, check_document(name, document).valid) == (name, True), document


def _empty(name: str) -> bool:
    return (
        name == "progress-status"
        or name.startswith("legacy")
        or (name.endswith(".progress") and (name.partition(".")[0] in ("task", "flow")))
    )


@pytest.mark.parametrize("name", EMBEDDED)
@pytest.mark.parametrize("strict", [False, True])
@few
@given(data=st.data())
def test_embedded_documents_hold_by_themselves(
    name: str, strict: bool, data: st.DataObject
) -> None:
    report = check_document(name, data.draw(embedded(name, strict=strict)), strict=strict)
    assert report.valid, report.summary()


@pytest.mark.parametrize("strict", [False, True])
@few
@given(data=st.data())
def test_requests_and_responses_hold(strict: bool, data: st.DataObject) -> None:
    request = data.draw(create_wave_task_requests(strict=strict))
    assert set(request) == {"body", "query", "headers"}
    report = check_request("CreateWaveTask", **request, strict=strict)
    assert report.valid, report.summary()
    response = data.draw(create_wave_task_responses(strict=strict, wire="bytes"))
    report = check_response("CreateWaveTask", response, strict=strict)
    assert report.valid, report.summary()


def test_signatures_stand_in_the_query_or_in_the_header() -> None:
    requests = drawn(create_wave_task_requests(), 60)
    assert {"authorization" in request["headers"] for request in requests} == {True, False}
    assert any("X-Amz-Signature" not in request["query"] for request in requests)


def test_error_codes_are_known_ones_mostly() -> None:
    codes = drawn(error_codes("public"), 200)
    known = [code for code in codes if code.known]
    assert 0.8 * len(codes) < len(known) < len(codes)
    assert {code.table for code in known} == {"public"}
    assert {code.table for code in drawn(error_codes(), 200)} == {"public", "callback", None}


def misspelt(name: str) -> Any:
    """A name that a type checker would refuse."""
    return name


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: callbacks(misspelt("task.finishd")), "did you mean 'task.finished'"),
        (lambda: callbacks(dialects=[misspelt("tasks")]), "did you mean 'task'"),
        (lambda: from_schema("metainf"), "did you mean 'metainfo'"),
        (lambda: embedded(misspelt("details")), "unknown embedded document 'details'"),
        (lambda: error_codes(misspelt("private")), "unknown error table 'private'"),
    ],
)
def test_unknown_names_are_told(call: Any, message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        call()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"variants": ["task.progress", "task.failed"], "strict": True}, "task.progress"),
        ({"variants": "task.failed", "dialects": "flow"}, "none of these variants"),
        ({"dialects": "legacy", "strict": True}, "no body of legacy.progress, .* deviations=False"),
        ({"variants": []}, "variants name at least one"),
        ({"types": []}, "types name at least one"),
        ({"types": ["avinfo", ""]}, "types are not empty"),
        ({"types": "\ud800"}, "lone surrogate"),
        ({"wire": "json"}, "'text'"),
    ],
)
def test_what_cannot_be_drawn_is_told(options: dict[str, Any], message: str) -> None:
    for strategy in (callbacks, deliveries):
        with pytest.raises(ValueError, match=message):
            strategy(**options)


@pytest.mark.parametrize("option", ["variants", "types", "dialects"])
@pytest.mark.parametrize("value", [5, [None], b"avinfo", [["avinfo"]]])
def test_a_name_is_a_string(option: str, value: Any) -> None:
    for strategy in (callbacks, invalid_callbacks, deliveries):
        with pytest.raises(TypeError, match=f"{option}: a name is a string, not "):
            strategy(**{option: value})


def test_the_same_seed_draws_the_same() -> None:
    first, second = (drawn(callbacks(wire="bytes"), 60, seed=7) for _ in range(2))
    assert first == second
    assert first != drawn(callbacks(wire="bytes"), 60, seed=8)
