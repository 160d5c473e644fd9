"""Edits that make the text of an embedded document invalid: not JSON, cut off, encoded twice."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from ...reading.embedded import write

Value: TypeAlias = "dict[str, Any] | list[Any]"


class TextEdit(NamedTuple):
    """An edit of the text of a document, and the keyword of the finding that it gives."""

    keyword: str
    texts: Callable[[Value], Iterator[str]]


def _not_json(value: Value) -> Iterator[str]:
    text = write(value)
    yield f"{text[:-1]},{text[-1]}"
    yield f"{text},"
    yield repr(value)
    yield text * 2
    yield f"\ufeff{text}"
    yield from ("undefined", "[object Object]", "{", "<html></html>")


def _cut_off(value: Value) -> Iterator[str]:
    text = write(value)
    lengths = {len(text) * part // 8 for part in range(1, 8)} | {1, len(text) - 2, len(text) - 1}
    for length in sorted(lengths, reverse=True):
        if length > 0:
            yield text[:length]


def _with_constant(value: Value) -> Iterator[str]:
    for constant in (float("nan"), float("inf"), float("-inf")):
        if isinstance(value, dict):
            for name in [*value] or [""]:
                yield json.dumps({**value, name: constant}, ensure_ascii=False)
        else:
            yield json.dumps([*value, constant], ensure_ascii=False)


def _with_duplicate(value: Value) -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            again = f"{{{json.dumps(name, ensure_ascii=False)}:{write(member)},"
            yield again + write(value).removeprefix("{")
    else:
        for index, element in enumerate(value):
            for text in _with_duplicate(element) if isinstance(element, dict | list) else ():
                parts = [write(other) for other in value]
                parts[index] = text
                yield f"[{','.join(parts)}]"


def _doubly_encoded(value: Value) -> Iterator[str]:
    yield json.dumps(write(value), ensure_ascii=False)
    yield json.dumps(write(value))


def _of_the_wrong_kind(value: Value) -> Iterator[str]:
    if isinstance(value, dict):
        yield write([value])
    else:
        yield write(value[0]) if value else "{}"
    yield from ("null", "true", "0", '""', '"x"')


TEXT_EDITS: Mapping[str, TextEdit] = MappingProxyType(
    {
        "not JSON": TextEdit("json", _not_json),
        "cut off": TextEdit("json", _cut_off),
        "NaN": TextEdit("json", _with_constant),
        "duplicate key": TextEdit("duplicateKey", _with_duplicate),
        "doubly encoded": TextEdit("type", _doubly_encoded),
        "wrong kind": TextEdit("type", _of_the_wrong_kind),
    }
)
