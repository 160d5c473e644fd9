"""Requests and responses: what users send is closed, what they receive is open."""

from __future__ import annotations

import copy
from types import MappingProxyType
from typing import Any

import pytest

from kvs_schema import (
    UnknownNameError,
    ValidationError,
    check_request,
    check_response,
    validate_request,
    validate_response,
)

pytestmark = pytest.mark.usefixtures("each_engine")

OPERATION = "CreateWaveTask"
BODY: dict[str, Any] = {
    "Preset": "wave",
    "SrcInfo": [{"path": "/bucket/key.mp4"}],
    "DstBucket": "b",
    "DstObjectKey": "k",
    "points": 1000,
}
SIGNATURE = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Date": "20170519T081513Z",
    "X-Amz-Credential": "c",
    "X-Amz-SignedHeaders": "s",
    "X-Amz-Signature": "x",
}
QUERY = {"Action": "CreateWaveTask", "Version": "2017-01-01", **SIGNATURE}
URL = "https://example.com/?" + "&".join(f"{name}={value}" for name, value in QUERY.items())


def found(**parts: Any) -> list[tuple[str, str]]:
    report = check_request(OPERATION, **{"body": BODY, **parts})
    return [(v.pointer, v.keyword) for v in report.violations]


def edited(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(BODY), **changes}


def test_a_request_that_holds_gives_its_body() -> None:
    assert validate_request(OPERATION, body=BODY, query=URL, strict=True) == BODY
    assert validate_request(OPERATION, body=b'{"Preset":"wave","SrcInfo":{"path":"/b/k"},'
                            b'"DstBucket":"b","DstObjectKey":"k","points":11}')  # fmt: skip


@pytest.mark.parametrize("points", [11, 12, 4094, 4095])
def test_points_within_bounds(points: int) -> None:
    assert found(body=edited(points=points)) == []


@pytest.mark.parametrize(
    ("points", "keyword"),
    [
        (10, "minimum"),
        (0, "minimum"),
        (-1, "minimum"),
        (4096, "maximum"),
        ("11", "type"),
        (11.5, "type"),
    ],
)
def test_points_out_of_bounds(points: Any, keyword: str) -> None:
    assert found(body=edited(points=points)) == [("/body/points", keyword)]


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"Preset": "Wave"}, ("/body/Preset", "const")),
        ({"DstAcl": "public"}, ("/body/DstAcl", "enum")),
        ({"SrcInfo": []}, ("/body/SrcInfo", "minItems")),
        ({"SrcInfo": {}}, ("/body/SrcInfo", "required")),
        ({"SrcInfo": {"path": ""}}, ("/body/SrcInfo/path", "minLength")),
        (
            {"SrcInfo": [{"path": "/b/k", "Bucket": "b"}]},
            ("/body/SrcInfo/0/Bucket", "additionalProperties"),
        ),
        ({"DstBucket": ""}, ("/body/DstBucket", "minLength")),
        ({"Points": 5}, ("/body/Points", "additionalProperties")),
        ({"CbUrl": 5}, ("/body/CbUrl", "type")),
    ],
)
def test_what_is_sent_is_held_to_the_table(
    change: dict[str, Any], finding: tuple[str, str]
) -> None:
    assert found(body=edited(**change)) == [finding]


@pytest.mark.parametrize("count", [32, 33, 200])
def test_any_number_of_sources(count: int) -> None:
    assert found(body=edited(SrcInfo=[{"path": "/bucket/key.mp4"}] * count)) == []
    wrong = [{"path": "/bucket/key.mp4"}] * (count - 1) + [{"path": ""}]
    assert found(body=edited(SrcInfo=wrong)) == [(f"/body/SrcInfo/{count - 1}/path", "minLength")]


def test_many_unknown_names_are_each_a_finding_up_to_the_limit() -> None:
    report = check_request(OPERATION, body=edited(**{f"x{n}": n for n in range(1000)}))
    assert len(report.violations) == 100
    assert report.truncated


@pytest.mark.parametrize("path", ["/b/k", "/b/d/k.mp4", "d/k.mp4", "k", "//k"])
def test_the_table_asks_for_no_form_of_a_path(path: str) -> None:
    report = check_request(OPERATION, body=edited(SrcInfo=[{"path": path}]), strict=True)
    assert report.valid


@pytest.mark.parametrize(
    "query",
    [
        QUERY,
        URL,
        URL.partition("?")[2],
        "?" + URL.partition("?")[2],
        URL.removeprefix("https:").removeprefix("//"),
        URL.removeprefix("https:").removeprefix("//") + "#fragment",
        "/?" + URL.partition("?")[2] + "#fragment",
        URL.partition("?")[2] + "&CbUrl=http://h/a?b=c",
        {k: [v] for k, v in QUERY.items()},
        list(QUERY.items()),
        tuple(QUERY.items()),
        MappingProxyType(QUERY),
    ],
)
def test_a_query_may_have_any_form(query: Any) -> None:
    assert found(query=query) == []


def test_a_query_is_checked_when_given() -> None:
    assert found(query="") == [("/query", "required")] * 7
    assert found(query={**QUERY, "Version": "1"}) == [("/query/Version", "const")]
    assert found(query={**QUERY, "X-Amz-Signature": ""}) == [
        ("/query/X-Amz-Signature", "minLength")
    ]
    assert found(query={**QUERY, "more": "1"}) == []
    assert found(query=URL + "&Action=CreateWaveTask") == [("/query/Action", "duplicateKey")]


@pytest.mark.parametrize(
    "headers",
    [{"AUTHORIZATION": "AWS4-HMAC-SHA256 ..."}, [(b"authorization", b"AWS4"), ("Host", "h")]],
)
def test_the_signature_may_stand_in_authorization(headers: Any) -> None:
    bare = {"Action": "CreateWaveTask", "Version": "2017-01-01"}
    assert found(query=bare, headers=headers) == []
    assert found(query=bare) == [("/query", "required")] * 5
    assert found(query=bare, headers={"Host": "h"}) == [("/query", "required")] * 5
    assert found(headers={"Authorization": ""}) == [("/headers/authorization", "minLength")]


@pytest.mark.parametrize(
    ("part", "given"),
    [
        ("query", URL + "&trace=1&trace=2"),
        ("query", {**QUERY, "trace": ["1", "2"]}),
        ("query", [*QUERY.items(), ("trace", "1"), ("trace", "1")]),
        ("query", URL + "&action=1&action=2"),  # names of parameters do not ignore case
        ("headers", [("Via", "1.1 a"), ("Host", "h"), ("via", "1.1 b")]),
        ("headers", {"X-Forwarded-For": ["192.0.2.1", "192.0.2.2"]}),
        ("headers", [(b"Cookie", b"a=1"), (b"cookie", b"b=2")]),
    ],
)
def test_names_that_no_schema_has_may_be_repeated(part: str, given: Any) -> None:
    assert found(**{part: given}) == []


@pytest.mark.parametrize(
    "headers", [[("Host", "a"), ("host", "b")], {"HOST": ["a", "b"]}, [(b"Host", b"a")] * 2]
)
def test_a_header_of_the_schema_may_not_be_repeated(headers: Any) -> None:
    assert found(headers=headers) == [("/headers/host", "duplicateKey")]


@pytest.mark.parametrize(
    "given",
    [5, True, [5], object(), b"a=b", ["ab"], [b"ab"], [("a",)], [("a", 1), (1, 2, 3)], [([], 1)]],
)
@pytest.mark.parametrize("part", ["query", "headers"])
def test_what_holds_no_names_and_values_is_a_finding(part: str, given: Any) -> None:
    report = check_request(OPERATION, body=BODY, **{part: given})
    (violation,) = report.violations
    assert (violation.pointer, violation.keyword) == (f"/{part}", "type")
    assert type(given).__name__ in violation.message
    assert violation.rule is None
    with pytest.raises(ValidationError):
        validate_request(OPERATION, body=BODY, **{part: given})


def test_values_of_a_query_may_hold_anything() -> None:
    query = "Action=CreateWaveTask&Version=?2017-01-01&x=a?b=c&y=/?&z=http://h/?q=1"
    report = check_request(OPERATION, body=BODY, query=query, headers={"Authorization": "AWS4"})
    assert [(v.pointer, v.actual) for v in report.violations] == [("/query/Version", "?2017-01-01")]
    assert report.document["query"]["x"] == "a?b=c"
    assert report.document["query"]["z"] == "http://h/?q=1"


@pytest.mark.parametrize("before", ["", "?", "/?", "http://h/?"])
def test_blanks_in_a_query_are_kept(before: str) -> None:
    query = before + URL.partition("?")[2].replace("CreateWaveTask", "Create\nWave\tTask")
    assert found(query=query) == [("/query/Action", "const")]


def test_a_text_that_is_no_query_is_a_finding() -> None:
    assert found(query="http://[x") == [("/query", "type")]
    assert found(headers="a: b") == [("/headers", "type")]


def test_a_name_that_is_no_text_is_a_finding() -> None:
    assert found(headers={5: "x"}) == [("/headers", "type")]
    assert found(query={None: ["1", "2"], **QUERY}) == [("/query", "type")]


def test_the_signature_profile_is_strict_only() -> None:
    odd = {**QUERY, "X-Amz-Date": "today", "X-Amz-Algorithm": "other"}
    report = check_request(OPERATION, body=BODY, query=odd)
    assert report.valid
    assert {d.erratum for d in report.deviations} == {"signature-profile"}


@pytest.mark.parametrize("body", [b"{", "", [], None, {"Preset": float("nan")}])
def test_a_body_that_is_none_is_a_finding(body: Any) -> None:
    report = check_request(OPERATION, body=body)
    assert not report.valid
    assert all(v.location[0][0] == "body" for v in report.violations)
    with pytest.raises(ValidationError):
        validate_request(OPERATION, body=body)


def test_responses() -> None:
    answer = {"TaskID": "t", "ErrNum": 0, "ErrMsg": "success"}
    assert validate_response(OPERATION, answer, strict=True) == answer
    refused = check_response(OPERATION, b'{"ErrNum":3101,"ErrMsg":"","RequestId":"x"}')
    assert refused.valid
    assert [d.erratum for d in refused.deviations] == ["code-in-no-table"]
    assert refused.unlisted == ((("RequestId",),),)
    with pytest.raises(ValidationError, match="ErrMsg"):
        validate_response(OPERATION, {"ErrNum": 0})
    assert [
        v.keyword for v in check_response(OPERATION, {"ErrNum": "0", "ErrMsg": ""}).violations
    ] == ["type"]
    assert not check_response(OPERATION, b"[]").valid


def test_unknown_operations_name_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="CreateWaveTask"):
        check_request("CreateWavetask", body={})
    with pytest.raises(UnknownNameError):
        validate_response("Nothing", {})
