"""Generate texts that are expensive to parse: as bodies, in them, and as embedded documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from kvs_schema import variants
from kvs_schema.catalogue import store
from kvs_schema.spec.pointers import pointer

from ..corpus import compact, examples
from .places import Attack, Path, Place, filled


def repeated(piece: str, between: str = "", start: str = "", end: str = "") -> Callable[[int], str]:
    """Return a function that makes texts of a length by repeating a piece."""

    def make(size: int) -> str:
        count = max(1, size // len(piece + between))
        return start + between.join([piece] * count) + end

    return make


def _nested(size: int) -> str:
    """Return a text in a text in a text, as deep as doubled backslashes allow."""
    found = "x"
    while len(found) < size:
        found = json.dumps({"metainfo": found})
    return json.dumps(found)


#: What is hard to read, as members and elements: most of it JSON, the rest nearly.
HARD: dict[str, Callable[[int], str]] = {
    "text": repeated("x", start='"', end='"'),
    "texts": repeated('"x"', ",", "[", "]"),
    "long integers": repeated("12345678901234567890", ",", "[", "]"),
    "integers of 19 digits": repeated("1234567890123456789", ",", "[", "]"),
    "integers of 300 digits": repeated("9" * 300, ",", "[", "]"),
    "one long integer": repeated("9"),
    "one long fraction": repeated("9", start="0."),
    "small numbers": repeated("1e-400", ",", "[", "]"),
    "numbers too large": repeated("1e400", ",", "[", "]"),
    "minus zeros": repeated("-0.0", ",", "[", "]"),
    "duplicate names": repeated('"a":1', ",", "{", "}"),
    "duplicate names, escaped": repeated('"\\u003a":1', ",", "{", "}"),
    "duplicate names in turn": repeated('"a":1,"b":2', ",", "{", "}"),
    "objects with duplicate names": repeated('{"a":1,"a":1}', ",", "[", "]"),
    "duplicate names after line feeds": repeated("\n", start="[", end='{"a":1,"a":1}]'),
    "line feeds between duplicate names": repeated('"a":\n1', ",", "{", "}"),
    "one duplicate at the end": repeated('"\\u003a"', ",", "[", ',{"a":1,"a":1}]'),
    "deep arrays": lambda size: "[" * (size // 2) + "]" * (size // 2),
    "arrays as deep as allowed": repeated("[" * 80 + "]" * 80, ",", "[", "]"),
    "objects as deep as allowed": repeated('{"a":' * 80 + "1" + "}" * 80, ",", "[", "]"),
    "arrays too deep, at the end": repeated("[]", ",", "[", "," + "[" * 120 + "]" * 120 + "]"),
    "empty arrays": repeated("[]", ",", "[", "]"),
    "empty objects": repeated("{}", ",", "[", "]"),
    "escaped letters": repeated("\\u0041", start='"', end='"'),
    "escaped colons": repeated("\\u003a", start='"', end='"'),
    "escaped backslashes": repeated("\\\\", start='"', end='"'),
    "escaped backslashes, as digits": repeated("\\u005c", start='"', end='"'),
    "surrogate pairs": repeated("\\ud83d\\ude00", start='"', end='"'),
    "lone surrogate at the end": repeated("\\ud83d\\ude00", start='"', end='\\ud83d"'),
    "backslashes": repeated("\\"),
    "backslashes before escapes": repeated("\\\\\\u005", end='"'),
    "quotes": repeated('\\"', start='"', end='"'),
    "colons": repeated(":", start='"', end='"'),
    "bare colons": repeated(":"),
    "brackets in text": repeated("{[", start='"', end='"'),
    "control characters": repeated("\\u0000\\u001b\\u202e", start='"', end='"'),
    "raw control character at the end": repeated("x", start='"', end='\x01"'),
    "bidirectional characters": repeated("\u202e", start='"', end='"'),
    "wide characters": repeated("\U0001f600", start='"', end='"'),
    "blanks": repeated(" ", end="1"),
    "line feeds": repeated("\n", end="1"),
    "blanks inside": repeated("1", " , ", "[ ", " ]"),
    "line feeds before an error": repeated("\n", end="?"),
    "error at the end": repeated("[1]", ",", "[", ",]"),
    "one long name": lambda size: '{"' + "x" * size + '":1}',
    "one long name, twice": lambda size: "{" + ('"' + "x" * (size // 2) + '":1,') * 2 + '"a":1}',
    "long names": repeated('"' + "x" * 500 + '":1', ",", "{", "}"),
    "text in text": _nested,
}


def text_attacks(size: int) -> Iterator[Attack]:
    """Yield each hard text as a body, and under an unknown key of a callback and of its parts."""
    first = {example["schema"]: example["body"] for example in examples().values()}
    variant = next(variant.name for variant in variants() if variant.name in first)
    body = compact(first[variant]).decode()
    for name, make in HARD.items():
        text = make(size)
        yield Attack("texts", f"{name}, alone", text.encode())
        yield Attack(
            "texts", f"{name}, after a callback", (body[:-1] + ',"z":' + text + "}").encode()
        )
        yield Attack("texts", f"{name}, before one", ('{"z":' + text + "," + body[1:]).encode())
    ends = {"cut off": b"", "no UTF-8": b'\xff"}', "two": b'x"}{}', "NUL": b'x"}\x00'}
    for name, end in ends.items():
        yield Attack("texts", name, f'{body[:-1]},"z":"'.encode() + b"x" * size + end)


def embedded_places() -> Iterator[Place]:
    """Return a location for each kind of embedded document."""
    seen: set[str] = set()
    program = store.program()
    for name, example in examples().items():
        layout = program["layouts"][example["schema"]]
        for path, content in _embedded(program["layouts"], layout, example["body"], ()):
            kind = program["tolerant"][content]["type"]
            if kind not in seen:
                seen.add(kind)
                yield Place(name, path, content, program["tolerant"][content])


def _embedded(layouts: Any, layout: Any, value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, list) and value:
        yield from _embedded(layouts, layout, value[-1], (*path, -1))
    elif isinstance(value, dict):
        for name, child in layout.get("properties", {}).items():
            if name in value and "content" in child:
                yield (*path, name), child["content"]
            elif name in value:
                yield from _embedded(layouts, child, value[name], (*path, name))


def embedded_attacks(size: int) -> Iterator[Attack]:
    """Yield each hard text as one large embedded document, and many small ones."""
    for place in embedded_places():
        for name, make in HARD.items():
            where = f"{name} in {pointer(place.path)}"
            container = '{"a":%s}' if place.schema["type"] == "object" else "[%s]"
            length = size * size // len(json.dumps(make(size)))
            yield Attack("embedded", f"one {where}", filled(place, container % make(length), 0))
            yield Attack("embedded", f"many {where}", filled(place, container % make(40), size))
