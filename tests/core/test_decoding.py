"""Callbacks are opened and sent again, and nothing is lost on the way."""

from __future__ import annotations

import copy
from collections import OrderedDict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from kvs_schema import Limits, ValidationError, check_callback, decode_callback, encode_callback

from ..documents import callback_examples, opened, sent


class Name(str):
    """A key that equals itself only."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


def test_decode_then_encode_means_the_same() -> None:
    for name, example in callback_examples().items():
        body = sent(name)
        assert decode_callback(body) == example["body"]
        assert decode_callback(encode_callback(decode_callback(body))) == decode_callback(body)


@pytest.mark.parametrize(
    ("lost", "keyword"),
    [
        ((1, 2), "type"),
        (float("nan"), "json"),
        (10**400, "json"),
        ("\ud800", "json"),
        ({5: "a"}, "type"),
        (b"a", "type"),
    ],
)
def test_decode_refuses_what_it_would_lose(lost: Any, keyword: str) -> None:
    body = sent("avinfo") | {"more": [lost]}
    with pytest.raises(ValidationError) as caught:
        decode_callback(body)
    assert [v.keyword for v in caught.value.report.violations] == [keyword]


def test_of_what_would_be_lost_no_more_is_said_than_the_limit() -> None:
    body = sent("avinfo") | {"more": [float("nan")] * 3}
    for most, truncated in ((2, True), (3, False)):
        with pytest.raises(ValidationError) as caught:
            decode_callback(body, limits=Limits(findings=most))
        assert len(caught.value.report.violations) == most
        assert caught.value.report.truncated is truncated
    assert check_callback(b"{").truncated is False


def test_decode_refuses_names_that_only_their_class_tells_apart() -> None:
    with pytest.raises(ValidationError) as caught:
        decode_callback(sent("avinfo") | {"more": {Name("a"): 1, Name("a"): 2}})
    assert [v.pointer for v in caught.value.report.violations] == ["/more/a"]


def test_encode_takes_subclasses_for_what_they_are() -> None:
    class Many(list[Any]):
        pass

    subtask = {"OutInfo": {"metainfo": {"a": 1}}}
    for details in (OrderedDict(subtask), Many([subtask])):
        closed = encode_callback({"TaskID": "t", "Status": 3, "Details": details})["Details"]
        out = (closed[0] if isinstance(closed, list) else closed)["OutInfo"]
        assert out == {"metainfo": '{"a":1}'}


def test_encode_and_its_input_share_nothing() -> None:
    body = opened("avinfo") | {"more": [[1]]}
    before = copy.deepcopy(body)
    encode_callback(body)["more"][0].append(2)
    assert body == before


def test_encode_closes_what_the_dialect_embeds_and_no_more() -> None:
    body = opened("flow-avinfo")
    body["Details"][0]["items"] = [{"metainfo": {"a": 1}}]
    closed = encode_callback(body)
    assert closed["Details"][0]["items"] == [{"metainfo": {"a": 1}}]
    assert decode_callback(closed) == body


CIRCULAR: list[Any] = []
CIRCULAR.append(CIRCULAR)


@pytest.mark.parametrize("beside", [{}, {"b": None}, {"b": 2**70}])
@pytest.mark.parametrize(
    ("lost", "place", "what"),
    [
        (float("nan"), "/a", "the number nan"),
        ([1, float("-inf")], "/a/1", "the number -inf"),
        pytest.param(10**5000, "/a", "so large an integer", id="5,001 digits"),
        (date(2020, 1, 1), "/a", "a value of type date"),
        (Decimal(1), "/a", "a value of type Decimal"),
        (UUID(int=1), "/a", "a value of type UUID"),
        (b"bytes", "/a", "a value of type bytes"),
        ("\ud800", "/a", "a lone surrogate"),
        ({"\udfff": 1}, "/a", "a lone surrogate"),
        ({"1": 0, 1: 2}, "/a", "a key that is not a string"),
        ({None: 1}, "/a", "a key that is not a string"),
        ({Name("x"): 1, Name("x"): 2}, "/a", "a duplicate key"),
        (CIRCULAR, "", "arrays and objects nested so deep"),
    ],
)
def test_encode_refuses_what_json_cannot_represent(
    lost: Any, place: str, what: str, beside: dict[str, Any]
) -> None:
    """By the field that has it, whatever is beside it."""
    body = decode_callback(sent("avinfo"))
    body["Details"]["items"][0]["metainfo"] = {"a": lost, **beside}
    with pytest.raises(ValueError, match="JSON") as raised:
        encode_callback(body)
    assert str(raised.value) == f"/Details/items/0/metainfo#{place}: JSON cannot represent {what}"


def test_encode_writes_compact_and_exact_text() -> None:
    body = decode_callback(sent("avinfo"))
    body["Details"]["items"][0]["metainfo"] = {"名": [1, 2.5, None, True, (1,)], "b": 2**70}
    assert encode_callback(body)["Details"]["items"][0]["metainfo"] == (
        '{"名":[1,2.5,null,true,[1]],"b":1180591620717411303424}'
    )


@pytest.mark.parametrize("body", [[], b"", b"{}", "{}", None, 5, [("TaskID", "t")]])
def test_encode_says_what_it_takes(body: Any) -> None:
    kind = type(body).__name__
    with pytest.raises(TypeError, match=f"a document, opened as by decode_callback, not a {kind}$"):
        encode_callback(body)


@pytest.mark.parametrize(
    "element",
    [[{"metainfo": "{}"}], [{"metainfo": {"a": 1}}], [[]], 5, None, {"metainfo": "[1]"}],
)
def test_decoding_what_was_encoded_gives_the_same(element: Any) -> None:
    body = sent("avinfo")
    body["Details"]["items"] += [element, [element]]
    opened = decode_callback(body)
    assert decode_callback(encode_callback(opened)) == opened


def test_decode_leaves_what_holds_no_object_or_array() -> None:
    item = {"metainfo": "5", "outMediainfo": "{", "segmentsinfo": "[1]", "dstpath": "{}"}
    body = {"anything": 1, "Details": {"items": item, "other": '{"a":1}'}}
    assert decode_callback(body)["Details"] == {
        "items": {**item, "segmentsinfo": [1]},
        "other": '{"a":1}',
    }
    with pytest.raises(ValidationError):
        decode_callback(b"[]")


def test_what_can_be_used_of_a_body_that_cannot_be_decoded() -> None:
    body = '{"TaskID":"t","Status":3,"Type":"x","Details":{"errnum":0,"errnum":1}}'
    with pytest.raises(ValidationError) as raised:
        decode_callback(body)
    report = raised.value.report
    assert report.partial is not None
    document: Any = report.partial.document
    assert document["Details"] == {}
