"""What is not JSON, or not safe JSON, is a finding with its place; nothing else is ever raised."""

from __future__ import annotations

import json
import math
import threading
from collections import OrderedDict
from decimal import Decimal
from typing import Any

import pytest

from kvs_schema import (
    ValidationError,
    check_callback,
    decode_callback,
    encode_callback,
    validate_callback,
)
from kvs_schema.reading.lossless import has_duplicates, looks_exact

from ..documents import untyped
from .findings_of_texts import PROGRESS, info, only


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        (b"", 1, 1),
        (b"  \n ", 1, 1),
        (b"{", 1, 2),
        (b'{"TaskID": 1,}', 1, None),
        (b'{\n "a": tru\n}', 2, 7),
        (b"{} {}", 1, 4),
        (b"[NaN]", 1, 2),
        (b"[-Infinity]", 1, None),
        (b'\xef\xbb\xbf{"TaskID":"t"}', 1, 1),
        ('{"a":"中"}'.encode("gbk"), 1, 7),
        ('{"a":1}'.encode("utf-16"), 1, 1),
        (b'{"a":"\xed\xa0\x80"}', 1, 7),
        (b'{"a":"\x01"}', 1, None),
        (b'\\t"TaskID":1', 1, 1),
        (b'{"TaskID":1 // id\n}', 1, 13),
        ("{\n\ud800", 2, 1),
    ],
)
def test_not_json_is_one_finding_with_its_place(body: Any, line: int, column: int | None) -> None:
    violation = only(body)
    assert check_callback(body).document is None
    assert (violation.keyword, violation.location) == ("json", ((),))
    assert violation.line == line
    if column is not None:
        assert violation.column == column
    with pytest.raises(ValidationError) as caught:
        validate_callback(body)
    assert caught.value.report.violations[0].keyword == "json"


def test_not_json_inside_an_embedded_document_says_where_in_it() -> None:
    report = check_callback(body := json.dumps(info('{"streams": [],\n "format": }')))
    (violation,) = report.violations
    assert violation.keyword == "json"
    assert violation.pointer == "/Details/items/0/metainfo#"
    assert violation.location == (("Details", "items", 0, "metainfo"), ())
    assert (violation.line, violation.column) == (1, body.index("}") + 1)
    assert "at line 2, column 12 of the embedded document" in violation.message
    assert only(info('{"streams": [],\n "format": }')).message == violation.message


@pytest.mark.parametrize("key", ["Status", "\\u0053tatus", "St\\u0061tus"])
def test_duplicate_key_is_found_however_it_is_written(key: str) -> None:
    body = f'{{"TaskID":"t","Status":2,"Type":"avtrans",\n"{key}":2,"Details":{{}}}}'
    violation = only(body.encode())
    assert violation.keyword == "duplicateKey"
    assert violation.pointer == "/Status"
    assert (violation.line, violation.column) == (2, 1)


@pytest.mark.parametrize(
    "metainfo",
    [
        '{"streams":[],"format":{"format_name":"mp4","size":"1","size":"1"}}',
        '{"streams":[],"format":{"format_name":"mp4","si\\u007ae":"1","size":"1"}}',
        '{"streams":[],"format":{"format_name":"\\u003a","size":"1","size":"1"}}',
    ],
)
def test_duplicate_key_in_an_embedded_document(metainfo: str) -> None:
    for body in (info(metainfo), json.dumps(info(metainfo)).encode()):
        report = check_callback(body)
        found = [v for v in report.violations if v.keyword == "duplicateKey"]
        assert found
        assert found[0].pointer == "/Details/items/0/metainfo#/format/size"


def test_a_duplicate_is_found_beside_every_escape_that_could_hide_one() -> None:
    body = rb'{"TaskID":"\u003a\u005b\u007b","Status":2,"Status":2,"Type":"a","Details":{}}'
    assert only(body).keyword == "duplicateKey"


def test_what_is_exact_is_told_without_reading_it_again() -> None:
    assert looks_exact(rb'["\u0041", 123456789012345678]')
    assert not looks_exact(b"[1234567890123456789]")
    assert not has_duplicates(b'{"a": {"b": 1}}', {"a": {"b": 1}})
    assert has_duplicates(b'{"a": 1, "a": 1}', {"a": 1})


@pytest.mark.parametrize(
    ("metainfo", "opened"), [("[1]", [1]), ("7", "7"), ('"{}"', '"{}"'), ({"a": 1}, {"a": 1})]
)
def test_an_embedded_document_of_another_kind(metainfo: Any, opened: Any) -> None:
    body = info("")
    body["Details"]["items"][0]["metainfo"] = metainfo
    report = check_callback(body)
    violation = only(body)
    native = isinstance(metainfo, dict)
    assert violation.keyword == "type"
    assert violation.rule == ("metainfo.string#/type" if native else "metainfo#/type")
    assert violation.expected == ("string" if native else "object")
    assert violation.actual == (metainfo if native else json.loads(metainfo))
    assert report.document["Details"]["items"][0]["metainfo"] == opened


def test_what_is_closed_is_compact_and_exact() -> None:
    body = info("")
    body["Details"]["items"][0]["metainfo"] = {"format": {"size": 2**70, "名": [1, 2]}}
    closed = encode_callback(body)["Details"]["items"][0]["metainfo"]
    assert closed == '{"format":{"size":1180591620717411303424,"名":[1,2]}}'


def test_colons_and_escapes_in_strings_are_no_duplicates() -> None:
    body = info(
        json.dumps(
            {"streams": [], "format": {"format_name": 'a:b\\u003a"{', "size": "1", "::": 1}}
        ),
        errmsg=': \\u003a \\":\\" ',
    )
    raw = json.dumps(body)
    assert check_callback(raw).valid
    assert (
        untyped(validate_callback(raw.encode()))["Details"]["errmsg"] == body["Details"]["errmsg"]
    )


@pytest.mark.parametrize("number", [2**63, 2**64, -(2**63) - 1, 10**30, 10**300])
def test_integers_of_any_size_are_exact(number: int) -> None:
    details = {"errnum": number}
    body = {"TaskID": "t", "Status": 4, "Type": "x", "Details": details}
    metainfo = {"streams": [{"codec_type": "data", "duration_ts": number}]}
    metainfo["format"] = {"format_name": "x", "size": 1}  # type: ignore[assignment]
    for form in (body, json.dumps(body), json.dumps(body).encode()):
        assert validate_callback(form).tasks[0].errnum == number
    opened = validate_callback(json.dumps(info(json.dumps(metainfo))).encode())
    stream = opened.outputs[0].metainfo
    assert stream is not None
    assert stream.streams[0].duration_ts == number


@pytest.mark.parametrize("number", ["1" * 400, "1" * 5000, "-" + "9" * 400, "1e999"])
def test_numbers_beyond_every_parser_are_findings(number: str) -> None:
    text = json.dumps({**PROGRESS, "x": 5.25}).replace("5.25", number).encode()
    assert (only(text).keyword, only(text).pointer) == ("json", "/x")
    if "e" not in number:
        assert only({**PROGRESS, "x": -(10**400)}).keyword == "json"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, Decimal("NaN")])
def test_no_number_in_a_value_is_a_finding(value: Any) -> None:
    violation = only({**PROGRESS, "x": value})
    assert (violation.keyword, violation.pointer) == ("json", "/x")


def test_floats_that_are_whole_are_integers_to_json_schema() -> None:
    assert check_callback(
        b'{"TaskID":"t","Status":2.0,"Type":"a","Details":{"progress":5.0}}'
    ).valid
    assert check_callback({**PROGRESS, "Status": Decimal(2)}).valid


@pytest.mark.parametrize("value", [(1,), {1}, object(), b"x", 1j])
def test_what_is_no_json_value_is_named(value: Any) -> None:
    violation = only({**PROGRESS, "Details": {"x": [value]}})
    assert violation.keyword == "type"
    assert violation.pointer == "/Details/x/0"
    assert type(value).__name__ in violation.message


def test_names_must_be_strings() -> None:
    assert only({**PROGRESS, 1: 2}).keyword == "type"


@pytest.mark.parametrize("body", [object(), 3j, {1}, (1,), print])
def test_what_is_no_document_raises_type_error_or_is_a_finding(body: Any) -> None:
    with pytest.raises(TypeError, match=type(body).__name__):
        validate_callback(body)
    assert only(body).keyword == "type"


@pytest.mark.parametrize("body", [[], 1, "null", b"[]", None, True, 1.5, "3"])
def test_json_that_is_no_object_is_no_variant(body: Any) -> None:
    violation = only(body)
    assert (violation.keyword, violation.location) == ("discriminator", ((),))


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, bytes.decode])
def test_every_form_of_text_is_taken(wrap: Any) -> None:
    raw = json.dumps(PROGRESS).encode()
    assert validate_callback(wrap(raw)).task_id == "t"


class Shy(dict[str, Any]):
    """A dict whose methods lie."""

    def items(self) -> Any:
        raise RuntimeError("no items here")

    def get(self, *_: Any) -> Any:
        return "lie"

    def keys(self) -> Any:
        return {"lie"}


class Loud(str):
    def __str__(self) -> str:
        return "lie"

    def encode(self, *_: Any) -> bytes:
        raise RuntimeError("lie")


def test_subclasses_are_read_by_their_base() -> None:
    body = Shy(PROGRESS)
    body["TaskID"] = Loud("t")
    callback = validate_callback(body)
    assert callback.task_id == "t"
    assert type(callback.document) is dict
    assert type(untyped(callback)["TaskID"]) is str
    assert validate_callback(OrderedDict(PROGRESS)).task_id == "t"


def test_the_input_is_never_changed() -> None:
    text = '{"streams":[],"format":{"format_name":"mp4","size":"1"}}'
    body = info(text)
    before = json.dumps(body)
    callback = validate_callback(body)
    check_callback(body, strict=True)
    assert json.dumps(body) == before
    untyped(callback)["Details"]["errnum"] = 5
    assert body["Details"]["errnum"] == 0


def test_names_are_compared_as_sent() -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    body = {**PROGRESS, composed: 1, decomposed: 2}
    for form in (body, json.dumps(body).encode(), json.dumps(body, ensure_ascii=False)):
        report = check_callback(form)
        assert report.valid
        assert report.unlisted == (((composed,),), ((decomposed,),))


@pytest.mark.parametrize("name", ["TASKID", "taskId", "Taskid", "STATUS"])
def test_other_casings_are_other_names(name: str) -> None:
    report = check_callback({**PROGRESS, name: "x"})
    assert report.valid
    assert report.unlisted == (((name,),),)


def test_documents_inside_embedded_documents_stay_closed() -> None:
    inner = json.dumps({"streams": [], "format": {}, "metainfo": "{"})
    text = json.dumps({"streams": [], "format": {"format_name": "x", "size": 1}, "metainfo": inner})
    report = check_callback(info(text))
    assert report.valid
    assert report.document["Details"]["items"][0]["metainfo"]["metainfo"] == inner
    assert [where[-1] for where in report.unlisted] == [("metainfo",)]


def test_values_that_change_while_they_are_read_give_a_report() -> None:
    body: dict[str, Any] = {**PROGRESS, "Details": {f"k{n}": n for n in range(2_000)}}
    stop = threading.Event()

    def change() -> None:
        count = 0
        while not stop.is_set():
            body["Details"][f"x{count % 50}"] = count
            body["Details"].pop(f"x{(count + 25) % 50}", None)
            count += 1

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(50):
            assert check_callback(body).valid
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("inside", [False, True])
def test_decoding_loses_no_name_that_stands_twice(inside: bool) -> None:
    body = '{"TaskID": "a", "TaskID": "b"}'
    if inside:
        body = json.dumps({"Details": {"items": [{"metainfo": body}]}})
    with pytest.raises(ValidationError) as caught:
        decode_callback(body)
    assert [v.keyword for v in caught.value.report.violations] == ["duplicateKey"]
