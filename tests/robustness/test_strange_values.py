"""Whatever Python object is given, there is a report: subclasses that misbehave, mocks, views."""

from __future__ import annotations

import pickle
from array import array
from collections import UserDict
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NoReturn
from unittest.mock import MagicMock, Mock

import pytest

from kvs_schema import ValidationError, check_callback, validate_callback


def fail(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("a method of the value was called")


#: Everything that reading a value could call, if it were not careful.
METHODS = (
    *("__bytes__", "__len__", "__getitem__", "__iter__", "__eq__", "__hash__", "__bool__"),
    *("__float__", "__int__", "__index__", "__abs__", "__add__", "__str__", "__repr__"),
    *("__contains__", "items", "keys", "values", "get", "copy", "encode", "decode", "is_integer"),
)


def strange(kind: type, *arguments: Any) -> Any:
    methods = dict.fromkeys(METHODS, fail)
    return type(f"Strange{kind.__name__}", (kind,), methods)(*arguments)


def released() -> memoryview:
    view = memoryview(b"{}")
    view.release()
    return view


class Unreadable(UserDict[str, Any]):
    """A mapping whose methods fail."""

    keys = __iter__ = fail


VALUES = {
    "bytes": strange(bytes, b"{}"),
    "bytearray": strange(bytearray, b"{}"),
    "text": strange(str, "{}"),
    "dict": strange(dict, {"TaskID": "1"}),
    "list": strange(list, [1]),
    "int": strange(int, 5),
    "float": strange(float, 5.0),
    "decimal": strange(Decimal, "5.0"),
    "signalling NaN": Decimal("sNaN"),
    "huge decimal": Decimal("1e999999"),
    "released view": released(),
    "view with gaps": memoryview(b"{ } ")[::2],
    "view of doubles": memoryview(array("d", [1.0])),
    "mock of a dict": Mock(spec=dict),
    "mock of a list": MagicMock(spec=list),
    "mock of a text": Mock(spec=str),
    "mock of bytes": Mock(spec=bytes),
    "mock of a float": Mock(spec=float),
    "class": dict,
    "unreadable mapping": Unreadable(),
}


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("wrap", [lambda v: v, lambda v: {"TaskID": v}, lambda v: [v]])
def test_there_is_a_report(name: str, wrap: Any) -> None:
    given = wrap(VALUES[name])
    for strict in (False, True):
        report = check_callback(given, strict=strict)
        assert not report.valid
        assert report.violations
        assert report.summary()
        assert report.as_dict()
        assert repr(report)
        assert pickle.loads(pickle.dumps(report)) == report
    with pytest.raises((ValidationError, TypeError)):
        validate_callback(given)


@pytest.mark.parametrize("name", ["bytes", "bytearray", "text", "view with gaps"])
def test_it_is_read_as_what_it_is(name: str) -> None:
    assert check_callback(VALUES[name]).violations == check_callback(b"{}").violations


def test_keys_that_compare_otherwise_are_a_name_twice() -> None:
    class Key(str):
        __slots__ = ()
        __eq__ = object.__eq__
        __hash__ = object.__hash__

    report = check_callback(
        {Key("TaskID"): "1", Key("TaskID"): "2", "Status": 2, "Type": "a", "Details": {}}
    )
    [violation] = [each for each in report.violations if each.keyword == "duplicateKey"]
    assert (violation.pointer, violation.reason) == ("/TaskID", "repeated")
    assert violation.actual == "string"


@pytest.mark.parametrize("kind", [MappingProxyType, UserDict])
def test_any_mapping_is_a_document(kind: Any) -> None:
    body = {"TaskID": "t", "Status": 2, "Type": "avtrans", "Details": {}}
    assert validate_callback(kind(body)) == validate_callback(body)
    assert check_callback(kind({"Status": 2})).outcome is check_callback({"Status": 2}).outcome
