"""Bodies beyond a limit are one finding, and what fits is read whole."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import Any
from unittest.mock import Mock

import pytest

from kvs_schema import (
    Limits,
    Outcome,
    check_callback,
    check_document,
    decode_callback,
    validate_callback,
)
from kvs_schema.reading import json_text, python_values

from .findings_of_texts import PROGRESS, info, only


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize("depth", [98, 99, 100, 300, 5_000, 100_000])
def test_depth_is_limited(depth: int) -> None:
    raw = f'{{"TaskID":"t","Status":2,"Type":"a","Details":{{"x":{nested(depth)}}}}}'.encode()
    report = check_callback(raw)
    assert report.valid == (depth <= 98)
    if not report.valid:
        assert (report.violations[0].keyword, report.violations[0].expected) == ("limit", 100)
    value: Any = []
    for _ in range(min(depth, 5_000) - 1):
        value = [value]
    assert check_callback({**PROGRESS, "Details": {"x": value}}).valid == (depth <= 98)


@pytest.mark.parametrize("piece", ['[{"]": "["}]', '{"a": [[], {}, "\\\\\\"["]}'])
@pytest.mark.parametrize("depth", [20, 21])
def test_depth_is_limited_among_many_brackets(depth: int, piece: str) -> None:
    crowd = ",".join(["[]"] * 5_000)
    text = f'{{"x": [{crowd}, {piece}, {nested(depth - 2)}, {crowd}]}}'
    found = only(text.encode(), limits=Limits(depth=20))
    assert found.keyword == ("discriminator" if depth == 20 else "limit")


def test_a_value_that_holds_itself_is_too_deep() -> None:
    value: dict[str, Any] = dict(PROGRESS)
    value["x"] = value
    assert only(value).keyword == "limit"


def test_a_value_that_grows_by_sharing_is_too_large() -> None:
    value: Any = ["x" * 100]
    for _ in range(40):
        value = [value, value]
    assert only({**PROGRESS, "x": value}, limits=Limits(body=10_000)).keyword == "limit"


@pytest.mark.parametrize("share", [lambda v: [v, v], lambda v: {"a": v, "b": v}])
def test_what_a_value_shares_is_measured_once(monkeypatch: pytest.MonkeyPatch, share: Any) -> None:
    copy, copied = python_values._Copier.copy, 0

    def counted(self: Any, value: Any, path: Any) -> Any:
        nonlocal copied
        copied += 1
        return copy(self, value, path)

    monkeypatch.setattr(python_values._Copier, "copy", counted)
    value: Any = ["x"]
    for _ in range(40):
        value = share(value)
    assert only({**PROGRESS, "x": value}).keyword == "limit"
    assert python_values.MANY / 2 < copied < 3 * python_values.MANY


def test_a_large_value_that_fits_is_copied_whole() -> None:
    row: Any = {"a": "x" * 100, "b": [1, 2.5, None, {}]}
    value = {"x": [row] * 2_000, "y": {}}
    assert python_values.snapshot(value, Limits()) == (value, [])


def test_limits_say_so_before_the_work() -> None:
    raw = json.dumps(PROGRESS).encode()
    violation = only(raw, limits=Limits(body=10))
    assert (violation.keyword, violation.expected, violation.actual) == ("limit", 10, len(raw))
    embedded = info(json.dumps({"streams": [], "format": {"format_name": "x" * 50, "size": 1}}))
    violation = only(embedded, limits=Limits(embedded=50))
    assert violation.keyword == "limit"
    assert violation.pointer == "/Details/items/0/metainfo#"


@pytest.mark.parametrize("bad", [{"body": 0}, {"depth": 251}, {"findings": -1}, {"embedded": True}])
def test_limits_refuse_nonsense(bad: Any) -> None:
    with pytest.raises(ValueError, match="Limits"):
        Limits(**bad)


def test_a_report_may_list_as_many_findings_as_there_are() -> None:
    report = check_callback(PROGRESS | {"Status": 3}, limits=Limits(findings=sys.maxsize))
    assert len(report.violations) == len(check_callback(PROGRESS | {"Status": 3}).violations)
    assert not report.truncated


def test_a_run_of_backslashes_is_read_once() -> None:
    assert check_callback(b"\\" * 2**22).outcome is Outcome.FOREIGN  # or this takes hours


def many(count: int, metainfo: str, last: str) -> Any:
    """A finished task whose outputs all hold the same embedded text, but for the last one."""
    body = info(last)
    (item,) = body["Details"]["items"]
    body["Details"]["items"] = [{**item, "metainfo": metainfo}] * count + [item]
    return body


def test_no_more_texts_are_opened_than_a_report_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    losses = Mock(wraps=json_text.losses)
    monkeypatch.setattr(json_text, "losses", losses)
    report = check_callback(json.dumps(many(500, '{"a":1,"a":1}', "{}")))
    assert losses.call_count == 101  # for the verdict
    assert (len(report.violations), report.truncated) == (100, True)
    assert losses.call_count == 202


def test_decoding_goes_on_to_the_end() -> None:
    items = decode_callback(many(500, "{no", "{}"))["Details"]["items"]
    assert [item["metainfo"] for item in items] == ["{no"] * 500 + [{}]


@pytest.mark.parametrize(
    "call", [check_callback, validate_callback, decode_callback, partial(check_document, "task")]
)
def test_other_limits_are_refused_by_name(call: Any) -> None:
    with pytest.raises(TypeError, match=r"^limits: a Limits, not int$"):
        call(b"{}", limits=5)
