"""Embedded documents are opened and closed wherever the layouts say that they stand."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from kvs_schema import Limits, check_callback, check_document
from kvs_schema.reading import embedded
from kvs_schema.reading.faults import Fault
from kvs_schema.spec.locations import location_of, pointer_of

#: `a` holds an object in whose elements `b` holds an array, whose elements hold `c`.
LAYOUTS: dict[str, Any] = {
    "outer": {"properties": {"a": {"content": "inner"}, "x": {"properties": {}}}},
    "inner": {"properties": {"list": {"properties": {"b": {"content": "innermost"}}}}},
    "innermost": {"properties": {"c": {"content": "leaf"}}},
    "leaf": {},
    "other": {"properties": {"a": {"content": "inner"}, "z": {"content": "leaf"}}},
}
FORMS = {
    "inner": {"type": "object"},
    "innermost": {"type": "array"},
    "leaf": {"type": "object"},
}
CLOSED = {"a": r'{"list":[{"b":"[{\"c\":\"{\\\"d\\\":1}\"}]"},{"b":""}]}', "z": "{}"}
OPENED = {"a": {"list": [{"b": [{"c": {"d": 1}}]}, {"b": ""}]}, "z": "{}"}


def steps(*names: str) -> tuple[embedded.Step, ...]:
    return embedded.plan(LAYOUTS, FORMS, *names)


def opened(value: Any, *names: str, limits: Limits | None = None) -> tuple[Any, list[Fault]]:
    value = copy.deepcopy(value)
    faults: list[Fault] = []
    embedded.Opener(limits or Limits(), faults).open_all(value, steps(*names))
    return value, faults


def test_documents_inside_embedded_documents_are_opened() -> None:
    assert opened(CLOSED, "outer") == (OPENED, [])
    assert opened([CLOSED, 5, dict(CLOSED)], "outer") == ([OPENED, 5, OPENED], [])
    assert opened(CLOSED, "outer", "other") == ({**OPENED, "z": {}}, [])


def test_what_was_opened_is_closed_again() -> None:
    for value in (OPENED, [OPENED], CLOSED):
        before = copy.deepcopy(value)
        closed = embedded.close_document(value, steps("outer"))
        assert closed == ([CLOSED] if isinstance(value, list) else CLOSED)
        assert value == before


@pytest.mark.parametrize(
    ("embedded", "pointer", "reason"),
    [
        ("{", "/a#", "syntax"),
        ("[]", "/a#", "content_kind"),
        ('{"list":[5,{"b":"{"}]}', "/a#/list/1/b#", "syntax"),
        ('{"list":[{"b":"{}"}]}', "/a#/list/0/b#", "content_kind"),
        ('{"list":{"b":[]}}', "/a#/list/b", "native"),
        (
            r'{"list":{"b":"[{\"c\":\"{\\\"d\\\":1,\\\"d\\\":2}\"}]"}}',
            "/a#/list/b#/0/c#/d",
            "duplicate_key",
        ),
    ],
)
def test_faults_say_which_document_they_are_in(embedded: str, pointer: str, reason: str) -> None:
    _, (fault,) = opened({"a": embedded}, "outer")
    assert (pointer_of(location_of(fault.path)), fault.reason) == (pointer, reason)


@pytest.mark.parametrize("most", [1, 3])
def test_the_rest_stays_closed_once_there_are_too_many_faults(most: int) -> None:
    document = {"a": '{"list":[' + ",".join(['{"b":"{"}'] * 9 + ['{"b":"[]"}']) + "]}"}
    value, faults = opened(document, "outer", limits=Limits(findings=most))
    assert len(faults) == most + 1
    assert value["a"]["list"][-1] == {"b": "[]"}
    value, faults = opened(document, "outer", limits=Limits(findings=9))
    assert len(faults) == 9
    assert value["a"]["list"][-1] == {"b": []}


def test_limits_hold_for_each_text() -> None:
    for limits, reason in ((Limits(embedded=20), "embedded"), (Limits(depth=2), "depth")):
        _, (fault,) = opened(CLOSED, "outer", limits=limits)
        assert fault.reason == reason


@pytest.mark.parametrize("text", ["null", "{}"])
def test_texts_that_stand_for_no_document_where_no_status_says_so(text: str) -> None:
    """A document may be validated without the callback around it."""
    output = {"dstpath": "a.mp4", "metainfo": text}
    assert check_document("output.failed", output).violations == ()
    assert check_document("output", output).violations != ()


def test_a_member_of_another_dialect_stays_closed() -> None:
    body = {"TaskID": "a", "Status": 3, "Type": "avtrans", "Details": {"errnum": 0, "items": []}}
    beside = {"details": {"items": {"metainfo": '{"streams":[]}'}}}
    assert check_callback(body | beside).document == body | beside
    repeated = json.dumps(body | beside)[:-1] + ',"x":1,"x":1}'
    assert check_callback(repeated).document == body | beside | {"x": 1}
