"""Which task a body is about, as far as it can be read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvs_schema import (
    Outcome,
    check_callback,
    check_document,
    check_response,
    encode_callback,
)
from kvs_schema.validation.callbacks import pipeline

from .outcomes import checked, example, sent


@pytest.mark.parametrize("name", ["failed", "avinfo", "finished-avtrans"])
def test_a_single_task_with_an_order_is_no_flow(name: str) -> None:
    document = example(name)
    expected = check_callback(sent(document))
    document["Details"]["Order"] = 1
    report = check_callback(sent(document))
    assert report.outcome is Outcome.VALID
    assert report.variant == expected.variant
    assert report.unlisted == (*expected.unlisted, (("Details", "Order"),))
    assert report.callback is not None
    assert expected.callback is not None
    assert report.callback.as_dict() == expected.callback.as_dict()


@pytest.mark.parametrize(
    ("beginning", "outcome", "task_id"),
    [
        ('"TaskID":"t","TaskID":"t","Status":3', Outcome.PARTIAL, "t"),
        ('"TaskID":"t","TaskID":"u","Status":3', Outcome.UNCLEAR, None),
        ('"TaskID":"t","Status":3,"Status":4', Outcome.UNCLEAR, "t"),
        ('"TaskID":"t","Status":1,"Status":true', Outcome.UNCLEAR, "t"),
        ('"TaskID":"t","Status":3,"Status":3', Outcome.PARTIAL, "t"),
        ('"TaskID":"","Status":3', Outcome.UNCLEAR, None),
        ('"TaskID":7,"Status":3', Outcome.UNCLEAR, None),
        ('"Status":3', Outcome.UNCLEAR, None),
        ('"TaskID":"t"', Outcome.UNCLEAR, "t"),
        ('"TaskID":"t","Status":5', Outcome.UNCLEAR, "t"),
        ('"TaskID":"t","Status":"3"', Outcome.UNCLEAR, "t"),
    ],
)
def test_task_and_status_decide(beginning: str, outcome: Outcome, task_id: str | None) -> None:
    report = checked(check_callback(f'{{{beginning},"Type":"x","Details":{{"items":{{}}}}}}'))
    assert (report.outcome, report.task_id) == (outcome, task_id)


def test_what_is_not_a_callback_has_no_outcome() -> None:
    assert check_response("CreateWaveTask", {"TaskID": "t"}).outcome is None
    report = check_document("task.failed", sent(example("avinfo")))
    assert report.outcome is Outcome.PARTIAL
    assert report.partial is not None


WRAPPED: dict[str, Callable[[bytes], bytes]] = {
    "byte order mark": lambda body: b"\xef\xbb\xbf" + body,
    "UTF-16": lambda body: body.decode().encode("utf-16"),
    "UTF-32": lambda body: body.decode().encode("utf-32-be"),
    "GBK": lambda body: body.replace(b'"Type":"x"', '"Type":"完成"'.encode("gbk")),
    "gzip": gzip.compress,
    "form": lambda body: b"body=" + quote(body).encode(),
    "multipart": lambda body: b'--b\r\nContent-Disposition: form-data; name="TaskID"\r\n\r\nt\r\n',
    "XML": lambda body: b"<r>\n<TaskID>t</TaskID></r>",
    "an SNS envelope": lambda body: json.dumps({"Message": body.decode()}).encode(),
    "JSON of JSON": lambda body: json.dumps(json.dumps(body.decode())).encode(),
    "a list": lambda body: b"[" + body + b"]",
    "chunks": lambda body: b"12\r\n" + body[:18] + b"\r\n" + body[18:],
    "an envelope": lambda body: b'{"a":{"b":[' + body + b"]}}",
    "escapes": lambda body: body.replace(b"TaskID", rb"\u0054ask\u0049D")[:-1],
}


@pytest.mark.parametrize("name", WRAPPED)
def test_a_wrapped_callback_is_unclear(name: str) -> None:
    body = WRAPPED[name](b'{"TaskID":"t","Status":3,"Type":"x","Details":{}}')
    assert checked(check_callback(body)).outcome is Outcome.UNCLEAR


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{}", b"[]", b"null", b'{"ping":1}', b"<html>", b'{"Tas', b'{"TaskI', b'{"TaskID',
        b"\x1f\x8bno gzip", b'{"event":"subtaskid"}', b'{"taskids":[1]}', b"\xff\xfe\x00",
    ],
)  # fmt: skip
def test_what_identifies_nothing_is_foreign(body: bytes) -> None:
    report = checked(check_callback(body))
    assert (report.outcome, report.task_id) == (Outcome.FOREIGN, None)


@pytest.mark.parametrize(
    ("body", "task_id"),
    [
        (b'{"TaskID":"t","Status":3,"Det', "t"),
        (b'{"x":{"TaskID":"u"},"task_id":"t"', "t"),
        (b'{"TaskID":"t","taskid":"u",', None),
        (b'{"TaskID":"t', None),
        (b'{"TaskID"', None),
        (b'{"TaskID":["t"],', None),
        (b'{"TASK-ID":"\\u0074",}', "t"),
        (b'{"task_id":"t"}', "t"),
        (b'{"task_id":"t","TaskID":"u"}', None),
        (b'{"data":{"TaskID":"t"}}', None),
        (b'{"x":[1,["TaskID"]],"TaskID":"t","y"', "t"),
        (b'\xef\xbb\xbf{"TaskID":"t"}', "t"),
        (b'{"TaskID":"\xff","x"', None),
    ],
)
def test_the_task_of_an_unclear_body(body: bytes, task_id: str | None) -> None:
    report = checked(check_callback(body))
    assert (report.outcome, report.task_id) == (Outcome.UNCLEAR, task_id)


def test_values_that_share_their_parts_are_searched_once() -> None:
    value: Any = [{"x": 1}]
    for _ in range(60):
        value = [value, value]
    assert check_callback(value).outcome is Outcome.FOREIGN
    value.append({"task-id": 1})
    assert check_callback(value).outcome is Outcome.UNCLEAR


STANDARD = '"TaskID":"a","Status":2,"Type":"avinfo","Details":{"errnum":0}'
LEGACY = (
    '"taskid":"b","status":3,"type":"avinfo",'
    '"details":{"errnum":0,"errmsg":"","items":[{"dstpath":"x"}]}'
)


@pytest.mark.parametrize(
    "members",
    [
        f"{STANDARD},{LEGACY}",
        f'"TaskID":"c",{STANDARD},{LEGACY}',
        f'"Status":3,{STANDARD},{LEGACY}',
        f'"Details":[],{STANDARD},{LEGACY}',
        STANDARD.replace('"a"', '"\\ud800"') + f",{LEGACY}",
        STANDARD.replace('"avinfo"', '"\\ud800"') + f",{LEGACY}",
        STANDARD.replace("2", "1e400") + f",{LEGACY}",
        f"{STANDARD},{LEGACY}".replace('"b"', "1e400").replace("3", "1e400"),
    ],
)
def test_a_key_that_cannot_be_used_leaves_no_other_casing_to_decide(members: str) -> None:
    report = checked(check_callback(f"{{{members}}}"))
    assert (report.outcome, report.variant) == (Outcome.UNCLEAR, None)


@pytest.mark.parametrize(
    ("details", "variant"),
    [
        ('{"Order":1,"errnum":1,"errnum":2005,"errmsg":"why"}', "task.failed"),
        ('{"OutInfo":1e999}', "flow.failed"),
    ],
)
def test_what_is_left_is_of_the_variant_of_the_whole(details: str, variant: str) -> None:
    body = f'{{"TaskID":"t","Status":4,"Type":"x","Details":{details}}}'
    report = checked(check_callback(body))
    assert report.partial is not None
    assert report.variant == report.partial.variant == variant


@pytest.mark.parametrize(
    "body",
    [
        '{"TaskID":"a","TaskID":"b"}',
        '{"Status":3,"Status":4}',
        '{"x":{"task-id":"a","task-id":"b"}}',
        '{"x":{"TaskID":"a"},"x":{}}',
        '{"x":"{\\"TaskID\\":1}","x":1}',
        '{"TaskID":"\\ud800"}',
        '{"taskid":1e400}',
        {"TaskID": {1, 2}},
    ],
)
def test_a_key_identifies_a_callback_also_if_its_value_cannot_be_used(body: Any) -> None:
    report = checked(check_callback(body))
    assert (report.outcome, report.task_id) == (Outcome.UNCLEAR, None)


@pytest.mark.parametrize("encode", [quote, lambda text: text.replace("TaskID", r"\u0054askID")])
def test_a_key_in_a_string_may_be_escaped_once_more(encode: Callable[[str], str]) -> None:
    body = json.dumps({"payload": encode(sent(example("avinfo")).decode())})
    assert check_callback(body).outcome is Outcome.UNCLEAR
    assert (
        check_callback(json.dumps({"payload": "100 % \\u0041 TaskIDs"})).outcome is Outcome.FOREIGN
    )


@pytest.mark.parametrize(
    ("members", "task_id"),
    [
        ('"TaskID":"a","TaskID":"b"', None),
        ('"TaskID":"a","TaskID":"a"', "a"),
        ('"TaskID":"a","TaskID":"b","taskid":"c"', None),
        ('"TaskID":"a","TaskID":"b","taskid":"c","Status":2,"Type":"x","Details":{}', None),
        ('"TaskID":"\\ud800","taskid":"c"', None),
    ],
)
def test_one_of_several_task_ids_is_none(members: str, task_id: str | None) -> None:
    report = checked(check_callback(f"{{{members}}}"))
    assert (report.outcome, report.task_id) == (Outcome.UNCLEAR, task_id)


PIECES = st.sampled_from(
    (
        *("TaskID", "task-id", "TASK_ID", "Status", "_", "a", "u", "0"),
        *("任务", "\U0001f600", "\n", "\b", "\x00", "\x1f", "\x7f"),
        *("\\", "/", '"', " ", ":", "%", "%22", r"\u", r"\u0022"),
    )
)


@given(st.lists(PIECES, max_size=6).map("".join), st.booleans())
def test_the_search_in_the_bytes_misses_no_key(text: str, ascii_only: bool) -> None:
    identifier = pipeline().partial.identifier
    for value in (text, [text], {"x": text}, {text: "x"}, {"x": {text: "x"}}):
        if identifier.in_value(value):
            assert identifier.in_bytes(json.dumps(value, ensure_ascii=ascii_only).encode())


def test_a_key_behind_an_escaped_letter_identifies_a_callback() -> None:
    body = json.dumps({"Message": "任务TaskID=abc failed"})
    assert check_callback(body).outcome is Outcome.UNCLEAR


def test_other_duplicate_keys_identify_nothing() -> None:
    assert (
        check_callback('{"x":{"Status":1},"x":{"Status":2},"y":1e400}').outcome is Outcome.FOREIGN
    )


def test_the_task_of_a_value_that_is_too_deep() -> None:
    deep: list[Any] = []
    for _ in range(300):
        deep = [deep]
    report = check_callback({"TaskID": "t", "Status": 3, "x": deep})
    assert (report.outcome, report.task_id) == (Outcome.UNCLEAR, "t")


def test_mixed_casing_names_the_names() -> None:
    body = {"status": 2, "x": 1, "TaskID": "t", "details": {}}
    (violation,) = check_callback(body).violations
    assert violation.expected == ("status", "TaskID", "details")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"taskid": "x"}, "both casings"),
        ({"status": 3}, "both casings"),
    ],
)
def test_mixed_casing_is_no_variant(change: dict[str, Any], problem: str) -> None:
    body = encode_callback(example("avinfo"))
    report = check_callback({"TaskID": body["TaskID"], "Type": body["Type"], **change})
    assert [v.keyword for v in report.violations] == ["discriminator"]
    assert problem in report.violations[0].message
    assert report.variant is None


@pytest.mark.parametrize(
    ("body", "likely", "missing"),
    [
        ({}, "task", ["TaskID", "Status", "Type", "Details"]),
        ({"TaskID": "x"}, "task", ["Status", "Type", "Details"]),
        ({"details": []}, "legacy-flow", ["taskid", "status"]),
        ({"Details": {"Order": 0}}, "flow", ["TaskID", "Status"]),
        ({"TaskID": "x", "Status": 3}, "task", ["Type", "Details"]),
        ({"hello": "world"}, "task", ["TaskID", "Status", "Type", "Details"]),
    ],
)
def test_what_is_no_variant_is_told_what_it_looks_like(
    body: Any, likely: str, missing: list[str]
) -> None:
    report = check_callback(body)
    (violation,) = report.violations
    assert violation.keyword == "discriminator"
    assert (violation.actual, list(violation.expected)) == (likely, missing)
    assert likely in violation.message
