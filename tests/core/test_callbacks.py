"""Variants, locations, levels and what a finding says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kvs_schema import (
    Limits,
    UnknownNameError,
    ValidationError,
    Violation,
    check_callback,
    check_document,
    decode_callback,
    encode_callback,
    errata,
    validate_callback,
)
from kvs_schema.catalogue import store
from kvs_schema.results import messages
from kvs_schema.validation import observers

from ..documents import opened, sent, untyped

EXAMPLES: dict[str, dict[str, Any]] = store.specification()["examples"]


def violations(body: Any, **options: Any) -> list[tuple[str, str]]:
    return [(v.pointer, v.keyword) for v in check_callback(body, **options).violations]


def test_location_enters_embedded_documents() -> None:
    body = opened("avinfo")
    body["Details"]["items"][0]["metainfo"]["streams"][1]["level"] = "500"
    (violation,) = check_callback(encode_callback(body)).violations
    assert violation.location == (("Details", "items", 0, "metainfo"), ("streams", 1, "level"))
    assert violation.pointer == "/Details/items/0/metainfo#/streams/1/level"
    assert violation.rule == "metainfo.streams#/properties/level/type"
    assert (violation.expected, violation.actual) == ("integer", "500")
    assert violation.message == 'expected an integer, found the string "500"'
    assert violation.text() == f"{violation.pointer}: {violation.message}"
    assert violation.text("zh").endswith('应为整数，实际为字符串 "500"')


def test_findings_link_to_a_site_only_if_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    body = opened("avinfo")
    body["Details"]["items"][0]["metainfo"]["streams"][1]["width"] = None
    (violation,) = check_callback(encode_callback(body), strict=True).violations[:1]
    cut_off = check_callback(b"{").violations[0]

    def urls() -> list[str | None]:
        return [violation.url, violation.as_dict("zh").get("url"), cut_off.url]

    monkeypatch.delenv("KVS_SCHEMA_DOCS_URL", raising=False)
    assert urls() == [None, None, None]
    monkeypatch.setenv("KVS_SCHEMA_DOCS_URL", "https://docs.example/kvs")
    assert urls() == [
        f"https://docs.example/kvs/reference/errata/#{violation.erratum}",
        f"https://docs.example/kvs/zh/reference/errata/#{violation.erratum}",
        "https://docs.example/kvs/guides/findings/#json",
    ]


def test_chinese_and_other_words_are_a_space_apart() -> None:
    body = sent("avinfo") | {"TaskID": None, "Type": "视频"}
    texts = [v.text("zh") for v in check_callback(body, strict=True).violations]
    assert any("实际为 null" in text for text in texts), texts
    assert messages.message(Violation((("a",),), "const", expected="视频", actual="x"), "zh") == (
        '应为 "视频"，实际为 null'
    )


def test_location_of_an_embedded_document_as_a_whole_has_an_empty_piece() -> None:
    body = sent("avinfo")
    body["Details"]["items"][0]["metainfo"] = "{}"
    report = check_callback(body)
    whole = (("Details", "items", 0, "metainfo"), ())
    assert [(v.location, v.expected) for v in report.violations] == [
        (whole, "streams"),
        (whole, "format"),
    ]


def test_one_finding_for_each_missing_name_at_the_parent() -> None:
    body = sent("segment")
    del body["TaskID"], body["Type"]
    report = check_callback(body)
    assert [(v.pointer, v.keyword, v.expected) for v in report.violations] == [
        ("", "required", "TaskID"),
        ("", "required", "Type"),
    ]


@pytest.mark.parametrize(
    ("metainfo", "keyword", "location"),
    [
        ({"streams": [], "format": {}}, "type", (("Details", "items", 0, "metainfo"),)),
        ([1], "type", (("Details", "items", 0, "metainfo"),)),
        (5, "type", (("Details", "items", 0, "metainfo"),)),
        ("[]", "type", (("Details", "items", 0, "metainfo"), ())),
        ("5", "type", (("Details", "items", 0, "metainfo"), ())),
        ('"{}"', "type", (("Details", "items", 0, "metainfo"), ())),
        ("{", "json", (("Details", "items", 0, "metainfo"), ())),
        (" ", "json", (("Details", "items", 0, "metainfo"), ())),
    ],
)
def test_wrong_embedded_document_is_one_finding(metainfo: Any, keyword: str, location: Any) -> None:
    body = sent("avinfo")
    body["Details"]["items"][0]["metainfo"] = metainfo
    report = check_callback(body)
    assert [(v.keyword, v.location) for v in report.violations] == [(keyword, location)]
    if isinstance(metainfo, dict | list):
        assert "encode_callback" in report.violations[0].message
        assert "encode_callback" in report.violations[0].text("zh")


@pytest.mark.parametrize("field", ["metainfo", "outMediainfo", "segmentsinfo", "thumnailsinfo"])
@pytest.mark.parametrize("native", [{}, []])
def test_an_empty_native_document_is_refused_by_every_way(field: str, native: Any) -> None:
    body = sent("avinfo")
    body["Details"]["items"][0][field] = native
    assert not check_callback(body).valid
    with pytest.raises(ValidationError, match="encode_callback"):
        validate_callback(json.dumps(body).encode())


def test_empty_string_counts_as_absent_and_stays() -> None:
    body = sent("avinfo")
    body["Details"]["items"][0]["outMediainfo"] = ""
    callback = validate_callback(body)
    assert untyped(callback)["Details"]["items"][0]["outMediainfo"] == ""
    assert callback.outputs[0].media_info is None


@pytest.mark.parametrize("status", [1, 5, "3", None, 3.5, True, [], {}, False])
def test_unusable_status_is_one_finding_and_the_rest_is_validated(status: Any) -> None:
    body = {**sent("segment"), "Status": status, "Type": 5}
    found = violations(body)
    assert found == [("/Status", "discriminator"), ("/Type", "type")]
    del body["Status"]
    assert violations(body) == [("", "discriminator"), ("/Type", "type")]


def test_a_deviation_is_dropped_where_a_violation_stands() -> None:
    body = sent("finished-avtrans")
    body["itmes"] = {}
    report = check_callback(body)
    assert ("/itmes", "type") in [(v.pointer, v.keyword) for v in report.violations]
    assert "/itmes" not in [d.pointer for d in report.deviations]


def test_deviations_name_errata_that_exist() -> None:
    for name in EXAMPLES:
        if "CreateWaveTask" in EXAMPLES[name]["schema"]:
            continue
        for deviation in check_callback(sent(name)).deviations:
            assert deviation.erratum is not None
            assert errata[deviation.erratum].effect == "deviation"
            assert deviation.erratum in deviation.text()


def test_findings_come_in_document_order() -> None:
    body = opened("avinfo")
    item = body["Details"]["items"][0]
    item["metainfo"]["format"]["nb_streams"] = "two"
    item["metainfo"]["streams"][0]["time_base"] = "x"
    item["metainfo"]["streams"][1]["width"] = -1
    body["itmes"] = 5
    assert [pointer for pointer, _ in violations(encode_callback(body))] == [
        "/itmes",
        "/Details/items/0/metainfo#/streams/0/time_base",
        "/Details/items/0/metainfo#/streams/1/width",
        "/Details/items/0/metainfo#/format/nb_streams",
    ]


@pytest.mark.parametrize("place", ["TaskID", "Details", "Type"])
def test_a_duplicate_key_comes_before_what_is_wrong_with_its_value(place: str) -> None:
    body = '{"TaskID":"t","Status":3,"Type":"x","Details":{}}'
    found = check_callback(f'{body[:-1]},"{place}":5}}').violations
    assert [v.keyword for v in found if v.pointer == f"/{place}"] == ["duplicateKey", "type"]


@pytest.mark.parametrize("count", [50, 5_000])
def test_findings_stop_at_the_limit(count: int) -> None:
    body = opened("segment")
    body["Details"]["items"][0]["segmentsinfo"] = [{"fileindex": -1}] * count
    report = check_callback(encode_callback(body), limits=Limits(findings=7))
    assert len(report.violations) == 7
    assert report.truncated
    assert "further findings are not listed" in report.summary()


def test_a_violation_behind_many_deviations_is_found() -> None:
    body = opened("avinfo")
    streams = [{"codec_type": "data"} for _ in range(500)]
    streams[400] = {"codec_type": 5}  # type: ignore[dict-item]
    body["Details"]["items"][0]["metainfo"]["streams"] = streams
    report = check_callback(encode_callback(body))
    assert [v.pointer for v in report.violations] == [
        "/Details/items/0/metainfo#/streams/400/codec_type"
    ]
    assert len(report.deviations) == 100
    assert report.truncated


def test_unlisted_names_are_reported_at_both_levels_and_escaped() -> None:
    body = {**sent("segment"), "a/b~c": 1, "__proto__": {}, "constructor": None}
    for strict in (False, True):
        report = check_callback(body, strict=strict)
        assert report.unlisted == ((("a/b~c",),), (("__proto__",),), (("constructor",),))


def test_hostile_values_are_shortened_and_escaped() -> None:
    body = sent("failed")
    body["Details"]["errnum"] = "a\nb\x1b[31m\u202e\u200f" + "x" * 10_000
    body["\n\u202ename"] = 1
    report = check_callback(body)
    for text in (report.summary(), report.summary("zh"), report.violations[0].text()):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert max(map(len, text.splitlines())) < 300
    assert len(report.violations[0].text().splitlines()) == 1
    assert "\\n" in report.violations[0].message


@pytest.mark.parametrize("most", [1, 2, 100])
def test_a_native_document_is_never_taken_for_an_opened_one(most: int) -> None:
    body = sent("avinfo")
    native = {"thumnailsinfo": [{"x": 1}], "metainfo": {"streams": [1]}, "outMediainfo": {}}
    body["Details"]["items"] = {"dstpath": "a"} | native
    report = check_callback(body, limits=Limits(findings=most))
    full = [f"/Details/items/{name}" for name in native]
    assert [v.pointer for v in report.violations] == full[:most]
    assert {v.reason for v in report.violations} == {"native"}
    assert report.unlisted == ()
    assert report.truncated == (most < 3)


def test_depth_is_counted_through_embedded_documents() -> None:
    body = sent("avinfo")
    deep = '{"streams":[],"format":{},"x":[[[[[[[]]]]]]]}'
    body["Details"]["items"][0]["metainfo"] = deep
    (violation,) = check_callback(body, limits=Limits(depth=10)).violations
    found = violation.location, violation.keyword, violation.reason, violation.expected
    assert found == ((("Details", "items", 0, "metainfo"), ()), "limit", "depth", 10)
    assert "limit" not in {
        v.keyword for v in check_callback(body, limits=Limits(depth=12)).violations
    }
    with pytest.raises(ValidationError):
        decode_callback(body, limits=Limits(depth=10))


def test_documents_are_validated_by_name() -> None:
    metainfo = opened("avinfo")["Details"]["items"][0]["metainfo"]
    assert check_document("metainfo", metainfo).valid
    assert check_document("task.finished", sent("avinfo")).valid
    other = check_document("task.failed", sent("avinfo"))
    assert [v.keyword for v in other.violations] == ["discriminator"]
    with pytest.raises(UnknownNameError, match="metainfo"):
        check_document("metinfo", {})


def test_embedded_documents_are_validated_in_a_list_too() -> None:
    subtask = {"Order": 1, "Type": "avinfo", "Status": 3, "OutInfo": {"metainfo": "{"}}
    found = [violation.pointer for violation in check_document("subtasks", [subtask]).violations]
    assert "/0/OutInfo/metainfo#" in found


def test_what_stands_twice_is_validated_all_the_same() -> None:
    body = b'{"TaskID":"t","Status":2,"Type":"a","Details":{},"Details":{"progress":500}}'
    found = [(v.pointer, v.keyword) for v in check_callback(body).violations]
    assert found == [("/Details", "duplicateKey"), ("/Details/progress", "maximum")]


WRONG = {"progress": "x", "errnum": "y", "errmsg": 3, "bucket": 4, "status": 5, "items": 6}


@pytest.mark.parametrize(
    ("kind", "name", "more"),
    [
        ("violations", "avtrans-progress", {"TaskID": 1, "Details": WRONG}),
        ("deviations", "failed", {}),
        ("unlisted", "avtrans-progress", dict.fromkeys("abcdefgh")),
    ],
)
def test_truncated_says_whether_a_list_goes_on(kind: str, name: str, more: Any) -> None:
    body = sent(name) | more
    full = getattr(check_callback(body), kind)
    assert len(full) > 1
    for most in (len(full) - 1, len(full), len(full) + 1):
        report = check_callback(body, limits=Limits(findings=most))
        assert getattr(report, kind) == full[:most]
        assert report.truncated is (most < len(full))


@pytest.mark.parametrize("more", [{}, {"more": float("nan")}])
def test_strict_counts_deviations_among_violations_whatever_else_is_wrong(more: Any) -> None:
    for name in ("avinfo", "failed"):
        tolerant = check_callback(sent(name) | more)
        strict = check_callback(sent(name) | more, strict=True)
        assert tolerant.deviations
        assert strict.deviations == ()
        found = (*tolerant.violations, *tolerant.deviations)
        assert {str(v) for v in strict.violations} == {str(v) for v in found}


def test_whoever_observes_is_told_of_every_callback_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, object]] = []
    monkeypatch.setattr(observers, "observer", lambda *one: told.append(one))
    body = sent("avinfo")
    check_callback(body)
    validate_callback(json.dumps(body).encode())
    check_callback(5)
    assert told == [("callback", body), ("callback", json.dumps(body).encode()), ("callback", 5)]
