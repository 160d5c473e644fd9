"""What `text` reads from each kind of body, and the fault that it finds; by both parsers."""

from __future__ import annotations

import math
from array import array
from collections import UserDict
from decimal import Decimal
from typing import Any
from unittest.mock import Mock

import pytest

from kvs_schema import Limits
from kvs_schema.reading import json_text, python_values, received
from kvs_schema.reading.faults import Fault, TextError, TextPosition
from kvs_schema.reading.limits import DEEPEST

#: The least whole number that no parser reads.
TOO_LARGE = 2**1024 - 2**970
LIMITS = Limits(body=2_000_000, embedded=1_000_000, depth=4)


@pytest.fixture(params=["orjson", "json"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The parser that reads first."""
    if request.param == "json":
        monkeypatch.setattr(json_text, "orjson", None)
    return str(request.param)


def read(body: object, limits: Limits = LIMITS) -> Any:
    """The fault of what cannot be read, else value and faults; each position is checked."""
    try:
        value, faults = received.read_any(body, limits)
    except TextError as error:
        return checked(body, error.fault)
    return value, [checked(body, fault) for fault in faults]


def checked(body: Any, fault: Fault) -> Fault:
    """A fault whose offset leads to its line and column."""
    if fault.at is not None:
        text = body if isinstance(body, str) else bytes(body).decode("utf-8", "replace")
        assert json_text.position(text, fault.at.offset) == fault.at
        fault = fault._replace(at=TextPosition(0, *fault.at[1:]))
    return fault


class Unreadable(UserDict[str, Any]):
    """A mapping that cannot be read."""

    def __iter__(self) -> Any:
        raise RuntimeError


def released() -> memoryview:
    view = memoryview(b"{}")
    view.release()
    return view


def at(reason: str, line: int = 1, column: int = 1) -> Fault:
    return Fault((), "json", reason, at=TextPosition(0, line, column))


def limit(reason: str, expected: int, actual: int | None = None) -> Fault:
    start = None if actual is None else TextPosition(0, 1, 1)
    return Fault((), "limit", reason, expected, actual, start)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"", at("empty")),
        (" \n\t", at("empty")),
        (b"\xef\xbb\xbf{}", at("byte_order_mark")),
        ("\ufeff{}", at("byte_order_mark")),
        ('{"a":"中"}'.encode("gbk"), at("utf8", 1, 7)),
        (b'{"a":\n "\xed\xa0\x80"}', at("utf8", 2, 3)),
        ('"中\n中文'.encode() + b"\xff", at("utf8", 2, 3)),
        ('"\ud800"', at("lone_surrogate", 1, 2)),
        (b"{", at("syntax", 1, 2)),
        (b'{\n "a": tru\n}', at("syntax", 2, 7)),
        ("{}\n\n {}", at("syntax", 3, 2)),
        ("中 中", at("syntax", 1, 1)),
        ("[" * 3000 + "]" * 3000, limit("depth", 4)),
        ('{"a":' * 3000, limit("depth", 4)),
        ("[[[[[]]]]]", limit("depth", 4)),
        ("[" + "[]," * 20_000 + "[[[[]]]]]", limit("depth", 4)),
        (b" " * 2_000_001, limit("body", 2_000_000, 2_000_001)),
        (3j, Fault((), "type", "no_document", None, "complex")),
        (print, Fault((), "type", "no_document", None, "builtin_function_or_method")),
        (released(), Fault((), "type", "no_document", None, "memoryview")),
        (Unreadable(), Fault((), "type", "no_document", None, "Unreadable")),
        (["x" * 2_000_000], limit("body", 2_000_000)),
        ({"x" * 2_000_000: 1}, limit("body", 2_000_000)),
        ([[[[[]]]]], limit("depth", 4)),
        ({"a": {"a": {"a": {"a": {}}}}}, limit("depth", 4)),
    ],
)
def test_what_cannot_be_read(body: Any, fault: Fault) -> None:
    assert read(body) == fault


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "01", "1."])
def test_what_is_no_number(number: str, parser: str) -> None:
    found = read(f"[0,\n  2,{number}]")
    assert (found.keyword, found.reason) == ("json", "syntax")
    if parser == "orjson":  # the other says where only for some of them
        assert found.at.line == 2
        assert 5 <= found.at.column <= 7
    elif number == "NaN":
        assert found.at == (0, 1, 1)


@pytest.mark.parametrize(
    "number",
    [
        *("1e400", "-1E400", "1e309", "1.8e308", "9" * 309, "-" + "9" * 309, "1" * 5000),
        *(str(TOO_LARGE), str(-TOO_LARGE)),
    ],
)
def test_a_number_beyond_the_range_of_a_double(number: str) -> None:
    fault = Fault((1,), "json", "number_out_of_range", at=TextPosition(0, 2, 5))
    assert read(f"[0,\n    {number}, true]") == ([0, None, True], [fault])
    assert read(number) == fault._replace(path=(), at=TextPosition(0, 1, 1))


@pytest.mark.parametrize("escape", [r"\ud800", r"\uD800", r"x\udfff", r"\ud83d\u0041"])
def test_a_surrogate_alone_is_no_text(escape: str) -> None:
    fault = Fault((0,), "json", "surrogate_escape", at=TextPosition(0, 1, 2))
    assert read(f'["{escape}"]') == ([None], [fault])
    assert read(f'"{escape}"') == fault._replace(path=(), at=TextPosition(0, 1, 1))
    key = Fault((0,), "json", "surrogate_escape", at=TextPosition(0, 1, 3))
    assert read(f'[{{"{escape}": [1e400], "b": 2}}]') == ([{"b": 2}], [key])
    key = Fault(("a", "b", 0), "json", "surrogate_escape", at=TextPosition(0, 1, 13))
    assert read(f'{{"a":{{"b":[{{"{escape}":1}}]}}}}') == ({"a": {"b": [{}]}}, [key])


def test_all_that_a_value_lacks_is_found() -> None:
    body = '{"a": 1e400, "b": "ok", "a": {"x": [false, "\\udc00"], "x": ' + "9" * 400 + "}}"
    value, faults = read(body)
    assert value == {"a": {"x": None}, "b": "ok"}
    assert [(fault.path, fault.reason, fault.at.column) for fault in faults if fault.at] == [
        (("a",), "number_out_of_range", 7),
        (("a",), "duplicate_key", 25),
        (("a", "x", 1), "surrogate_escape", 44),
        (("a", "x"), "duplicate_key", 55),
        (("a", "x"), "number_out_of_range", 60),
    ]
    assert all(fault.loses for fault in faults)
    assert len(json_text.read_exactly(f"[{'1e400,' * 300}1]", Limits(findings=7))[1]) == 8


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('["\\ud800", 1e400, }', at("syntax", 1, 19)),
        ("[1e400] x", at("syntax", 1, 9)),
        ("[1e400, " + "[" * 3000, limit("depth", 4)),
        ("[1e400, [[[[]]]]]", limit("depth", 4)),
    ],
)
def test_what_else_is_wrong_with_a_text_comes_first(body: str, fault: Fault) -> None:
    assert read(body) == fault


@pytest.mark.parametrize(
    ("body", "value"),
    [
        ("[1]", [1]),
        (b"[1]", [1]),
        (bytearray(b"[1]"), [1]),
        (memoryview(b"[ 1 ]")[::2], [1]),
        (memoryview(array("B", b"[1]")), [1]),
        (b" null\n", None),
        (rb'["\ud83d\ude00", "\u003a"]', ["😀", ":"]),
        (b"[9223372036854775807, -9223372036854775808]", [2**63 - 1, -(2**63)]),
        (b"[18446744073709551616]", [2**64]),
        (b"[-18446744073709551616, 1.5, 1e3]", [-(2**64), 1.5, 1000.0]),
        (b"[1" + b"0" * 307 + b"]", [10**307]),
        (b'["a]b", "c{", {"q": [[]]}]', ["a]b", "c{", {"q": [[]]}]),
        ("[" + "[]," * 20_000 + "[[[]]]]", [[]] * 20_000 + [[[[]]]]),
        ('"' + "[{" * 9_000 + '"', "[{" * 9_000),
        (None, None),
        (True, True),
        (3, 3),
        (TOO_LARGE - 1, TOO_LARGE - 1),
        (str(1 - TOO_LARGE), 1 - TOO_LARGE),
        (1.5, 1.5),
        (["é", "", {}, [], None, False], ["é", "", {}, [], None, False]),
        ([Decimal("1.5"), Decimal(2), Decimal("-0")], [1.5, 2, 0]),
        ({"a": {"b": [{}]}}, {"a": {"b": [{}]}}),
    ],
)
def test_what_is_read(body: Any, value: Any) -> None:
    assert repr(read(body)) == repr((value, []))  # 1 is no 1.0 here


def twice(*path: str | int, line: int = 1, column: int) -> Fault:
    return Fault(path, "duplicateKey", "duplicate_key", at=TextPosition(0, line, column))


@pytest.mark.parametrize(
    ("body", "value", "faults"),
    [
        ('{"a":1,"a":2}', {"a": 2}, [twice("a", column=8)]),
        (
            '{"a":[1,{"b":1,"c":{},"b":3}],\n "a":[2]}',
            {"a": [2]},
            [twice("a", 1, "b", column=23), twice("a", line=2, column=2)],
        ),
        (
            '{"a":1,\n"a":2,\n\n "a":3,"b":\n{"c":1,"c":2}}',
            {"a": 3, "b": {"c": 2}},
            [
                twice("a", line=2, column=1),
                twice("a", line=4, column=2),
                twice("b", "c", line=5, column=8),
            ],
        ),
        (r'{"\u0061":1,"a":2}', {"a": 2}, [twice("a", column=13)]),
        (r'{"a":1,"\u0061":2}', {"a": 2}, [twice("a", column=8)]),
        (
            '[1234567890123456789012,[0,0],{"a":1,"a":2}]',
            [1234567890123456789012, [0, 0], {"a": 2}],
            [twice(2, "a", column=38)],
        ),
        (
            '{"x":{"a":"a","b":["a","a"]},"y":{"a":{},"a":"\\",\\"a\\":"}}',
            {"x": {"a": "a", "b": ["a", "a"]}, "y": {"a": '","a":'}},
            [twice("y", "a", column=42)],
        ),
        (
            '{"a":1,"a":2,"a":3}',
            {"a": 3},
            [twice("a", column=8), twice("a", column=14)],
        ),
    ],
)
def test_names_that_stand_twice(body: str, value: Any, faults: list[Fault]) -> None:
    assert read(body) == (value, faults)
    assert [checked(body, fault) for fault in json_text.losses(body, most=1)] == faults[:1]


def test_no_more_duplicates_are_looked_for_than_asked() -> None:
    body = "{" + ",".join(['"a":1'] * 300) + "}"
    for findings in (1, 100, 1000):
        _, faults = json_text.read_exactly(body, Limits(findings=findings))
        assert len(faults) == min(findings + 1, 299)


@pytest.mark.parametrize(
    ("value", "copied", "fault"),
    [
        ([math.nan], [None], ((0,), "json", "out_of_range", "number")),
        ({"a": -math.inf}, {"a": None}, (("a",), "json", "out_of_range", "number")),
        ([1, Decimal("NaN")], [1, None], ((1,), "json", "out_of_range", "number")),
        ([Decimal("sNaN")], [None], ((0,), "json", "out_of_range", "number")),
        ([Decimal("1e999")], [None], ((0,), "json", "out_of_range", "number")),
        ([TOO_LARGE], [None], ((0,), "json", "out_of_range", "integer")),
        ([-TOO_LARGE], [None], ((0,), "json", "out_of_range", "integer")),
        (["\ud800"], [None], ((0,), "json", "lone_surrogate", "string")),
        ({"a": {"\ud800": 1}}, {"a": {}}, (("a",), "json", "lone_surrogate", "string")),
        ({"a": {1: 2, "b": 3}}, {"a": {"b": 3}}, (("a",), "type", "key_no_string", "int")),
        ({"a": [(1,)]}, {"a": [None]}, (("a", 0), "type", "no_json_value", "tuple")),
        ([Mock(spec=dict)], [None], ((0,), "type", "no_json_value", "Mock")),
    ],
)
def test_what_json_cannot_hold(value: Any, copied: Any, fault: Any) -> None:
    path, keyword, reason, actual = fault
    assert read(value) == (copied, [Fault(path, keyword, reason, None, actual)])


class Text(str):
    pass


def test_texts_are_copied_as_plain_ones() -> None:
    ((name, (value,)),) = read({Text("a"): [Text("é")]})[0].items()
    assert (type(name), name, type(value), value) == (str, "a", str, "é")


def test_faults_of_a_value_stop_at_the_limit() -> None:
    _, faults = read([()] * 300, Limits(findings=7))
    assert [fault.path for fault in faults] == [(index,) for index in range(8)]


@pytest.mark.parametrize(("size", "fits"), [(10, True), (11, False)])
def test_what_counts_as_the_size_of_a_value(size: int, fits: bool) -> None:
    """Each value counts one, each character of names and texts one."""
    for value in ({"ab": "x" * (size - 4)}, ["x" * (size - 2)], [[], 1, "x" * (size - 4)]):
        found = read(value, Limits(body=10))
        assert found == ((value, []) if fits else limit("body", 10))


def shared(times: int, leaf: Any) -> Any:
    value: Any = leaf
    for _ in range(times):
        value = [value, value]
    return value


@pytest.mark.parametrize("measured_after", [0, 10**9])
@pytest.mark.parametrize("leaf", ["x", {"name": "x"}, {1: None}, [], {}, [1.5, Decimal(2)]])
def test_measuring_a_value_counts_what_copying_counts(
    leaf: Any, measured_after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(python_values, "MANY", measured_after)
    value = shared(9, [leaf, "x"])
    size = python_values._size(value, 100, {})
    limits = [Limits(body=size + more) for more in (0, -1)]
    exact, less = (read(value, limit) for limit in limits)
    assert exact[0] == shared(9, [{} if leaf == {1: None} else leaf, "x"])
    assert less == limit("body", size - 1)


def test_what_is_large_and_too_deep_is_measured_no_deeper_than_allowed() -> None:
    deep: Any = []
    for _ in range(5_000):
        deep = [deep]
    assert read(["x"] * 200_000 + [deep]) == limit("depth", 4)


@pytest.mark.parametrize("depth", [2, 3])
def test_depth_is_that_of_values_inside_each_other(depth: int) -> None:
    values: list[Any] = [[{"a": []}], {"a": [[], {}]}]
    for value in values:
        assert json_text.too_deep(value, depth) == (depth < 3)
    assert not json_text.too_deep("[[[[", depth)
    assert not json_text.too_deep([], 1)
    assert json_text.too_deep([[]], 1)


def test_what_is_too_deep_for_a_parser() -> None:
    with pytest.raises(TextError) as caught:
        json_text.read("[" * 3000 + "]" * 3000, 10_000)
    assert caught.value.fault == limit("depth", DEEPEST)


def test_an_embedded_text_has_its_own_limit() -> None:
    with pytest.raises(TextError) as caught:
        json_text.read_exactly("[1, 2]", Limits(body=9, embedded=5), body=False)
    assert caught.value.fault == limit("embedded", 5, 6)
    assert json_text.read_exactly("[1, 2]", Limits(body=5, embedded=6), body=False) == ([1, 2], [])


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        ("{}", True),
        (" \n[1]", True),
        ("[", False),
        ("1", False),
        ('"[]"', False),
        ("", False),
        (b"{}", False),
        ({}, False),
        (None, False),
    ],
)
def test_a_string_that_holds_json(value: Any, holds: bool) -> None:
    assert json_text.holds_json(value) is holds


def test_an_error_holds_its_fault() -> None:
    fault = at("syntax")
    assert (TextError(fault).fault, TextError(fault).args) == (fault, (fault,))


def test_positions_count_from_one() -> None:
    assert [json_text.position("a\nbc\n", offset) for offset in (0, 1, 2, 3, 5)] == [
        *((0, 1, 1), (1, 1, 2), (2, 2, 1), (3, 2, 2), (5, 3, 1)),
    ]
    assert json_text.position("\nx", 1) == (1, 2, 1)


def test_a_text_that_is_no_unicode_is_a_fault() -> None:
    with pytest.raises(TextError) as caught:
        json_text.read('["\ud800"]', 100)
    assert checked('["\ud800"]', caught.value.fault) == at("utf8", 1, 3)
