"""JSON text to values, strictly: what JSON forbids is an error, and nothing is lost.

`orjson` reads. It keeps the last of duplicate keys and rounds integers above 64 bits, so both are
looked for. A text without duplicates has as many colons as the compact text of its value; escapes
that could hide a colon, a bracket or a digit, and long runs of digits, send a text the exact way.
"""

from __future__ import annotations

import json
import math
import re
from array import array
from decimal import Decimal
from itertools import accumulate
from typing import Any, NamedTuple

from .exact import has_duplicates, looks_exact, orjson
from .limits import DEEPEST, Limits

#: The tokens of JSON, blanks left out; a string that does not end goes to the end of the text.
TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[{}\[\],:]|[^\s"{}\[\],:]+', re.DOTALL)

_NO_BRACKETS = re.compile(rb'[^"\[\]{}]+|"[^"\\]*(?:\\.[^"\\]*)*"')
#: What each bracket does to the depth, as signed bytes.
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")

#: What parsers say of a text that is too deep for them.
_TOO_DEEP = re.compile("recursion|depth limit")

#: From here on (the largest double), whole numbers are refused, as `orjson` does.
_TOO_LARGE = 2**1024 - 2**970


#: What a body may arrive as, and what it may have been parsed to.
BINARY = (bytes, bytearray, memoryview)
VALUES = (dict, list, str, int, float, type(None), *BINARY)


#: Reasons of faults for which a value lacks something that was given.
_LOSSES = frozenset(
    (
        "duplicate_key",
        "key_no_string",
        "lone_surrogate",
        "no_json_value",
        "out_of_range",
        "repeated",
    )
)

#: A value of more characters and members is measured before the rest of it is copied.
MANY = 100_000


class Fault(NamedTuple):
    """Something wrong with a text or a value, before any schema is asked."""

    path: tuple[str | int, ...]
    keyword: str
    reason: str
    expected: Any = None
    actual: Any = None
    line: int | None = None
    column: int | None = None

    @property
    def loses(self) -> bool:
        """Whether the value that was read lacks something that was given."""
        return self.reason in _LOSSES


class TextError(Exception):
    """A text that cannot be read at all."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def too_deep_for(depth: int) -> TextError:
    """What is raised where arrays and objects stand inside each other more often than that."""
    return TextError(Fault((), "limit", "depth", depth))


def read(text: bytes | str, limit: int, depth: int = DEEPEST, *, body: bool = True) -> Any:
    """Parse one text; raises `TextError` where it is not JSON or is larger than the limit.

    `depth` is what a text is said to exceed that is too deep for the parser.
    """
    size = len(text)
    if size > limit:
        raise TextError(Fault((), "limit", "body" if body else "embedded", limit, size))
    try:
        return orjson.loads(text) if orjson else _exact(text)
    except (ValueError, RecursionError) as error:
        if _TOO_DEEP.search(str(error)):
            raise too_deep_for(depth) from None
        raise TextError(_syntax_fault(text, error)) from None


def read_any(obj: object, limits: Limits) -> tuple[Any, list[Fault]]:
    """The value of a body of any kind, and the faults in it; the body itself is never changed.

    Bytes and text are parsed, values copied. Raises `TextError` where there is nothing to judge.
    """
    given = encoded(obj)
    if given is not None:
        return read_exactly(given, limits)
    if not is_value(obj):
        raise TextError(Fault((), "type", "no_document", None, type(obj).__name__))
    return snapshot(obj, limits)


def is_value(obj: object) -> bool:
    """Whether a document may be given as such an object, whatever it says of its own class."""
    return issubclass(type(obj), VALUES)


def encoded(obj: Any) -> bytes | None:
    """The bytes of bytes or text, read past the methods of subclasses; None for other objects."""
    kind = type(obj)
    if kind is bytes:
        given: bytes = obj
        return given
    if issubclass(kind, str):
        try:
            return str.encode(obj)
        except UnicodeEncodeError:
            raise TextError(Fault((), "json", "lone_surrogate")) from None
    if kind is memoryview:
        try:
            return memoryview.tobytes(obj)
        except ValueError:  # released
            raise TextError(Fault((), "type", "no_document", None, kind.__name__)) from None
    for binary in (bytes, bytearray):
        if issubclass(kind, binary):
            return bytes(binary.__getitem__(obj, slice(None)))
    return None


def read_exactly(
    text: bytes | str, limits: Limits, *, body: bool = True
) -> tuple[Any, list[Fault]]:
    """Parse one text, integers of any size kept, and find the duplicate keys in it.

    Of these, one more than a report may list at most.
    """
    depth = limits.depth
    value = read(text, limits.body if body else limits.embedded, depth, body=body)
    encoded = text.encode() if isinstance(text, str) else text
    if _deep(encoded, depth) if _is_crowded(encoded) else too_deep(value, depth):
        raise too_deep_for(depth)
    if looks_exact(encoded):
        repeats = has_duplicates(encoded, value)
    else:
        repeated: list[bool] = []
        value = _exact(encoded, repeated)
        repeats = bool(repeated)
    return value, duplicates(encoded.decode(), limits.findings + 1) if repeats else []


def _exact(text: bytes | str, repeated: list[bool] | None = None) -> Any:
    """The standard library's reading, less what JSON does not know.

    For each object with a name that stands in it twice, `repeated` grows.
    """
    if isinstance(text, bytes):
        text = text.decode()
    else:
        text.encode()  # raises for a lone surrogate
    value = _decoder([] if repeated is None else repeated).decode(text)
    if r"\ud" in text or r"\uD" in text:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _decoder(repeated: list[bool]) -> json.JSONDecoder:
    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            repeated.append(True)
        return found

    return json.JSONDecoder(
        object_pairs_hook=members,
        parse_constant=_refuse,
        parse_float=_finite,
        parse_int=_integer,
    )


def _refuse(constant: str) -> Any:
    raise ValueError


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError
    return number


def _integer(digits: str) -> int:
    if len(digits) > 310 or abs(number := int(digits)) >= _TOO_LARGE:
        raise ValueError
    return number


def _syntax_fault(text: bytes | str, error: Exception) -> Fault:
    encoded = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    if not encoded.strip():
        return Fault((), "json", "empty", line=1, column=1)
    if encoded.startswith(b"\xef\xbb\xbf"):
        return Fault((), "json", "byte_order_mark", line=1, column=1)
    try:
        decoded = encoded.decode()
    except UnicodeDecodeError as undecodable:
        before = encoded[: undecodable.start].decode()
        line, column = position(before, len(before))
        return Fault((), "json", "utf8", line=line, column=column)
    line, column = position(decoded, getattr(error, "pos", 0))
    return Fault((), "json", "syntax", line=line, column=column)


def holds_json(value: Any) -> bool:
    """Whether a value is a string in which an object or an array stands as JSON."""
    if type(value) is not str or value.lstrip()[:1] not in ("{", "["):
        return False
    try:
        read(value, len(value))
    except TextError:
        return False
    return True


def position(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def duplicates(text: str, most: int) -> list[Fault]:
    """The keys of a well-formed text that stand in their object already, with their positions.

    Looks for no more than `most`.
    """
    found: list[Fault] = []
    stack: list[_Container] = []
    line, begin, seen = 1, 0, 0  # where the line of the last one begins, and how far lines count
    for token in TOKEN.finditer(text):
        piece = token[0]
        if piece in ("{", "["):
            stack.append(_Container(set() if piece == "{" else None))
        elif piece in ("}", "]"):
            stack.pop()
        elif piece == "," and stack[-1].keys is None:
            stack[-1].at = int(stack[-1].at) + 1
        elif piece == "," or piece == ":":
            stack[-1].expects_key = piece == ","
        elif stack and stack[-1].keys is not None and stack[-1].expects_key:
            top = stack[-1]
            top.at = json.loads(piece) if "\\" in piece else piece[1:-1]
            if top.at in top.keys:  # type: ignore[operator]
                path = tuple(container.at for container in stack)
                line += text.count("\n", seen, token.start())
                begin = max(begin, text.rfind("\n", seen, token.start()) + 1)
                seen = token.start()
                column = seen - begin + 1
                found.append(Fault(path, "duplicateKey", "duplicate_key", line=line, column=column))
                if len(found) >= most:
                    break
            top.keys.add(top.at)  # type: ignore[union-attr]
    return found


class _Container:
    __slots__ = ("at", "expects_key", "keys")

    def __init__(self, keys: set[str] | None) -> None:
        self.keys = keys
        self.expects_key = True
        self.at: str | int = 0


def _is_crowded(text: bytes) -> bool:
    """Whether a text has so many brackets that its value costs more to walk than they do."""
    return 8 * (text.count(b"[") + text.count(b"{")) > max(len(text), 8192)


def _deep(text: bytes, limit: int) -> bool:
    """`too_deep` for a well-formed text."""
    steps = array("b", _NO_BRACKETS.sub(b"", text).translate(_STEPS))
    return max(accumulate(steps), default=0) > limit


def too_deep(value: Any, limit: int) -> bool:
    """Whether arrays and objects stand inside each other more than `limit` times."""
    level = [value] if type(value) in (dict, list) else []
    for _ in range(limit):
        if not level:
            return False
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent)
            if type(child) is dict or type(child) is list
        ]
    return bool(level)


def snapshot(value: Any, limits: Limits) -> tuple[Any, list[Fault]]:
    """A plain copy of a value as a JSON parser gives it; what JSON cannot hold is a fault."""
    copier = _Copier(value, limits)
    copy = copier.copy(value, ())
    return copy, copier.faults


def _size(value: Any, depth: int, known: dict[int, tuple[Any, int]]) -> int:
    """Characters and members of a value; what stands in it often is looked at once."""
    kind = type(value)
    if issubclass(kind, str):
        return 1 + str.__len__(value)
    if not issubclass(kind, dict | list):
        return 1
    if id(value) in known:
        return known[id(value)][1]
    if depth == 0:
        return 1  # whoever copies it will see that it is too deep
    if issubclass(kind, dict):
        pairs = [pair for pair in list(dict.items(value)) if issubclass(type(pair[0]), str)]
        size, members = 1 + sum(str.__len__(name) for name, _ in pairs), [m for _, m in pairs]
    else:
        size, members = 1, list.__getitem__(value, slice(None))
    size += sum(_size(member, depth - 1, known) for member in members)
    known[id(value)] = value, size  # the value too, so that no other gets its id
    return size


class _Copier:
    """Copies a value, reading subclasses by the methods of their base class only."""

    def __init__(self, value: Any, limits: Limits) -> None:
        self.value, self.limits = value, limits
        self.room = limits.body
        #: Below so much room left, the value is measured; once.
        self.measured_at = limits.body - MANY
        self.faults: list[Fault] = []

    def copy(self, value: Any, path: tuple[str | int, ...]) -> Any:
        self.room -= 1
        kind = type(value)  # not isinstance, which asks the value
        if issubclass(kind, str):
            return self.string(value, path)
        if value is None or kind is bool:
            return value
        if issubclass(kind, int):
            return self.integer(value, path)
        if issubclass(kind, float):
            return self.number(float.__float__(value), path)
        if issubclass(kind, Decimal):
            return self.decimal(value, path)
        if issubclass(kind, dict | list):
            if len(path) >= self.limits.depth:
                raise too_deep_for(self.limits.depth)
            if self.room < self.measured_at:
                self.measure()
            if issubclass(kind, dict):
                return self.mapping(value, path)
            items = list.__getitem__(value, slice(None))
            return [self.copy(item, (*path, index)) for index, item in enumerate(items)]
        self.refuse(path, "type", "no_json_value", kind.__name__)
        return None

    def measure(self) -> None:
        """Refuse at once what is large only because it shares its parts."""
        self.measured_at = 0
        if _size(self.value, self.limits.depth, {}) > self.limits.body:
            raise TextError(Fault((), "limit", "body", self.limits.body))

    def refuse(self, path: tuple[str | int, ...], keyword: str, reason: str, actual: str) -> None:
        if len(self.faults) < self.limits.findings + 1:
            self.faults.append(Fault(path, keyword, reason, None, actual))

    def string(self, value: str, path: tuple[str | int, ...]) -> str | None:
        self.room -= str.__len__(value)
        if self.room < 0:
            raise TextError(Fault((), "limit", "body", self.limits.body))
        try:
            return str.encode(value).decode() if type(value) is not str else _whole(value)
        except UnicodeEncodeError:
            self.refuse(path, "json", "lone_surrogate", "string")
            return None

    def integer(self, value: int, path: tuple[str | int, ...]) -> int | None:
        plain = int.__add__(value, 0)
        if abs(plain) >= _TOO_LARGE:
            self.refuse(path, "json", "out_of_range", "integer")
            return None
        return plain

    def number(self, plain: float, path: tuple[str | int, ...]) -> float | None:
        if not math.isfinite(plain):
            self.refuse(path, "json", "out_of_range", "number")
            return None
        return plain

    def decimal(self, value: Decimal, path: tuple[str | int, ...]) -> float | int | None:
        plain = math.nan if Decimal.is_snan(value) else Decimal.__float__(value)
        number = self.number(plain, path)
        return Decimal.__int__(value) if number is not None and number.is_integer() else number

    def mapping(self, value: dict[Any, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, member in list(dict.items(value)):
            if not issubclass(type(key), str):
                self.refuse(path, "type", "key_no_string", type(key).__name__)
                continue
            name = self.string(key, path)
            if name in found:  # keys of a subclass that compares them otherwise
                self.refuse((*path, name), "duplicateKey", "repeated", "string")
            if name is not None:
                found[name] = self.copy(member, (*path, name))
        return found


def _whole(value: str) -> str:
    if not value.isascii():
        value.encode()
    return value
