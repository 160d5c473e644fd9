"""JSON text to values, strictly: what JSON forbids is an error, and nothing is lost.

`orjson` reads. It keeps the last of duplicate keys and rounds integers above 64 bits, so both are
looked for. A text without duplicates has as many colons as the compact text of its value; escapes
that could hide a colon, a bracket or a digit, and long runs of digits, send a text the exact way.
Where only numbers beyond the range of a double or escapes of lone surrogates keep a parser from
reading, the rest is read as of a Python value with such parts.
"""

from __future__ import annotations

import json
import math
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate, islice
from typing import Any, TypeAlias

from .faults import START, Fault, TextError, TextPosition, too_deep_for
from .limits import DEEPEST, Limits
from .lossless import has_duplicates, looks_exact, orjson
from .python_values import TOO_LARGE, snapshot

#: So many losses are listed where their number has no limit of its own.
MANY = 1_000

#: Parses a text within limits; `read_exactly` is one.
Reader: TypeAlias = Callable[..., tuple[Any, list[Fault]]]

#: The members of an object as they are written.
Pairs: TypeAlias = list[tuple[str, Any]]

#: The tokens of JSON, blanks left out; a string that does not end goes to the end of the text.
#: Possessive, or the expression would remember each escape of a string.
TOKEN = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[{}\[\],:]|[^\s"{}\[\],:]++', re.DOTALL)

#: What every text has in which something is JSON and no parser can hold it.
_UNHOLDABLE = re.compile(r"\\u[dD]|[eE]\+?[0-9]{3}|[0-9]{200}")

_NO_BRACKETS = re.compile(rb'[^"\[\]{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+"')
#: What each bracket does to the depth, as signed bytes.
_STEPS = bytes.maketrans(b"[{]}", b"\x01\x01\xff\xff")

#: What parsers say of a text that is too deep for them.
_TOO_DEEP = re.compile("recursion|depth limit")


def read(text: bytes | str, limit: int, depth: int = DEEPEST, *, body: bool = True) -> Any:
    """Parse one text; raises `TextError` where it is not JSON or is larger than the limit.

    `depth` is what a text is said to exceed that is too deep for the parser.
    """
    size = len(text)
    if size > limit:
        raise TextError(Fault((), "limit", "body" if body else "embedded", limit, size, START))
    try:
        return orjson.loads(text) if orjson else _exact(text)
    except (ValueError, RecursionError) as error:
        if _TOO_DEEP.search(str(error)):
            raise too_deep_for(depth) from None
        raise TextError(_syntax_fault(text, error)) from None


def read_exactly(
    text: bytes | str, limits: Limits, *, body: bool = True, above: int = 0
) -> tuple[Any, list[Fault]]:
    """Parse one text, integers of any size kept, and find what `losses` says of it.

    Of these, one more than a report may list at most. `above` counts the arrays and objects around
    an embedded text, which count for the limit of depth.
    """
    value, lossy = _read(text, limits, body, above)
    return value, losses(_decoded(text), limits.findings + 1) if lossy else []


def read_undisputed(
    text: bytes | str, limits: Limits, *, body: bool = True, above: int = 0
) -> tuple[Any, list[Fault]]:
    """Parse one text like `read_exactly`, without duplicate keys whose values differ.

    Lists up to `MANY` of them.
    """
    value, lossy = _read(text, limits, body, above, hasty=True)
    if not lossy:
        return value, []
    whole = _decoded(text)
    return _rest(whole, limits, Fault((), "json", "syntax"), _undisputed), losses(whole, MANY)


def read_repeated(text: bytes) -> Any:
    """Parse a text that was read before; different values of a key become an array."""
    return json.JSONDecoder(object_pairs_hook=_repeated, parse_int=_any_integer).decode(
        text.decode()
    )


def _read(
    text: bytes | str, limits: Limits, body: bool, above: int, *, hasty: bool = False
) -> tuple[Any, bool]:
    """Parse one text within limits; return also whether its value lacks something of it.

    If `hasty`, a fault may be placed before where it is.
    """
    depth = limits.depth
    try:
        value = read(text, limits.body if body else limits.embedded, depth, body=body)
    except TextError as error:
        if error.fault.reason != "syntax":
            raise
        if hasty and not _UNHOLDABLE.search(_decoded(text)):
            raise
        value = _rest(_decoded(text), limits, error.fault)
        if too_deep(value, depth - above):
            raise too_deep_for(depth) from None
        return value, True
    encoded = text.encode() if isinstance(text, str) else text
    crowded = _is_crowded(encoded)
    if _deep(encoded, depth - above) if crowded else too_deep(value, depth - above):
        raise too_deep_for(depth)
    if looks_exact(encoded):
        repeats = has_duplicates(encoded, value)
    else:
        repeated: list[bool] = []
        value = _exact(encoded, lambda pairs: _counted(pairs, repeated))
        repeats = bool(repeated)
    return value, repeats


def _rest(
    text: str, limits: Limits, fault: Fault, members: Callable[[Pairs], dict[str, Any]] = dict
) -> Any:
    """Parse a text in which a parser found a fault, without the parts that no parser can hold.

    Raises `TextError` where there is more wrong with it, or nothing is left.
    """
    decoder = json.JSONDecoder(
        object_pairs_hook=members, parse_constant=_refuse, parse_int=_any_integer
    )
    try:
        value, _ = snapshot(decoder.decode(text), limits)
    except RecursionError:
        raise too_deep_for(limits.depth) from None
    except ValueError as error:
        at = position(text, getattr(error, "pos", 0))
        raise TextError(fault._replace(at=max(at, fault.at or at))) from None
    if value is None:
        raise TextError(losses(text, 1)[0])
    return value


def _decoded(text: bytes | str) -> str:
    return text if isinstance(text, str) else text.decode()


def _exact(text: bytes | str, members: Callable[[Pairs], dict[str, Any]] = dict) -> Any:
    """Parse with the standard library, and refuse what it accepts beyond JSON."""
    if isinstance(text, bytes):
        text = text.decode()
    else:
        text.encode()  # raises for a lone surrogate
    value = _decoder(members).decode(text)
    if r"\ud" in text or r"\uD" in text:
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _counted(pairs: Pairs, repeated: list[bool]) -> dict[str, Any]:
    """Make an object; `repeated` grows if it has a duplicate key."""
    found = dict(pairs)
    if len(found) < len(pairs):
        repeated.append(True)
    return found


def _undisputed(pairs: Pairs) -> dict[str, Any]:
    """Make an object of the keys whose values are equal wherever they are given."""
    found: dict[str, Any] = {}
    disputed = set()
    for key, value in pairs:
        if not _equal(found.setdefault(key, value), value):
            disputed.add(key)
    return {key: value for key, value in found.items() if key not in disputed}


def _repeated(pairs: Pairs) -> dict[str, Any]:
    """Make an object in which a key with different values has an array of them."""
    found: dict[str, list[Any]] = {}
    for key, value in pairs:
        values = found.setdefault(key, [value])
        if not _equal(values[0], value):
            values.append(value)
    return {key: values if len(values) > 1 else values[0] for key, values in found.items()}


def _equal(one: Any, other: Any) -> bool:
    """Return whether two values are the same JSON: unlike `==`, a number is no boolean."""
    return one is other or (
        one == other and json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    )


def _decoder(members: Callable[[Pairs], dict[str, Any]]) -> json.JSONDecoder:
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
    if abs(number := _any_integer(digits)) >= TOO_LARGE:
        raise ValueError
    return number


def _any_integer(digits: str) -> int:
    return int(digits) if len(digits) <= 310 else TOO_LARGE


def _syntax_fault(text: bytes | str, error: Exception) -> Fault:
    encoded = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    if not encoded.strip():
        return Fault((), "json", "empty", at=START)
    if encoded.startswith(b"\xef\xbb\xbf"):
        return Fault((), "json", "byte_order_mark", at=START)
    try:
        decoded = encoded.decode()
    except UnicodeDecodeError as undecodable:
        before = encoded[: undecodable.start].decode()
        return Fault((), "json", "utf8", at=position(before, len(before)))
    return Fault((), "json", "syntax", at=position(decoded, getattr(error, "pos", 0)))


def holds_json(value: Any) -> bool:
    """Return whether a value is a string that contains an object or an array as JSON."""
    if type(value) is not str or value.lstrip()[:1] not in ("{", "["):
        return False
    try:
        read(value, len(value))
    except TextError:
        return False
    return True


def position(text: str, offset: int) -> TextPosition:
    """Return an offset with its line and column."""
    return TextPosition(offset, *line_columns(text, [offset])[offset])


def line_columns(text: str, offsets: Iterable[int]) -> Mapping[int, tuple[int, int]]:
    """Return line and column of each offset, both from 1; the text is read once."""
    found: dict[int, tuple[int, int]] = {}
    line, begin, seen = 1, 0, 0
    for offset in sorted(offsets):
        line += text.count("\n", seen, offset)
        begin = max(begin, text.rfind("\n", seen, offset) + 1)
        seen = offset
        found[offset] = line, offset - begin + 1
    return found


def losses(text: str, most: int) -> list[Fault]:
    """Return what a value of a well-formed text lacks, with the positions.

    These are duplicate keys, numbers beyond the range of a double, and strings with the escape of a
    lone surrogate. Looks for no more than `most`.
    """
    found = list(islice(_lost(text), most))
    lines = line_columns(text, (offset for _, _, offset in found))
    return [
        Fault(
            path,
            "duplicateKey" if reason == "duplicate_key" else "json",
            reason,
            at=TextPosition(offset, *lines[offset]),
        )
        for path, reason, offset in found
    ]


def _lost(text: str) -> Iterator[tuple[tuple[str | int, ...], str, int]]:
    """Yield path, reason and offset of each loss; none below a key that is lost itself."""
    stack: list[_Container] = []
    for token in TOKEN.finditer(text):
        piece = token[0]
        reason = None
        if piece in ("{", "["):
            stack.append(_Container(set() if piece == "{" else None))
        elif piece in ("}", "]"):
            stack.pop()
        elif piece == "," and stack[-1].keys is None:
            stack[-1].at = int(stack[-1].at or 0) + 1
        elif piece == "," or piece == ":":
            stack[-1].expects_key = piece == ","
        elif stack and stack[-1].keys is not None and stack[-1].expects_key:
            reason = stack[-1].enter(piece)
        else:
            reason = _lost_scalar(piece)
        if reason is not None:
            steps = stack[:-1] if stack and stack[-1].at is None else stack
            path = tuple(container.at for container in steps if container.at is not None)
            if len(path) == len(steps):
                yield path, reason, token.start()


def _lost_scalar(piece: str) -> str | None:
    if piece[0] == '"':
        return None if _string(piece) is not None else "surrogate_escape"
    return "number_out_of_range" if len(piece) > 4 and _is_out_of_range(piece) else None


def _string(piece: str) -> str | None:
    """Return a string token as a string; None where that is not Unicode text."""
    if "\\" not in piece:
        return piece[1:-1]
    string = str(json.loads(piece))
    try:
        string.encode()
    except UnicodeEncodeError:
        return None
    return string


def _is_out_of_range(number: str) -> bool:
    if number.lstrip("-").isdigit():
        return abs(_any_integer(number)) >= TOO_LARGE
    return number != "false" and math.isinf(float(number))


class _Container:
    __slots__ = ("at", "expects_key", "keys")

    def __init__(self, keys: set[str] | None) -> None:
        self.keys = keys
        self.expects_key = True
        #: The key or index of the member; None for a key that is not Unicode text.
        self.at: str | int | None = 0

    def enter(self, piece: str) -> str | None:
        """Go to the member of a key token; return what is wrong with the key."""
        self.at = key = _string(piece)
        if key is None or self.keys is None:
            return "surrogate_escape"
        known = key in self.keys
        self.keys.add(key)
        return "duplicate_key" if known else None


def _is_crowded(text: bytes) -> bool:
    """Return whether counting the brackets of a text is cheaper than walking its value."""
    return 8 * (text.count(b"[") + text.count(b"{")) > max(len(text), 8192)


def _deep(text: bytes, limit: int) -> bool:
    """`too_deep` for a well-formed text."""
    steps = array("b", _NO_BRACKETS.sub(b"", text).translate(_STEPS))
    return max(accumulate(steps), default=0) > limit


def too_deep(value: Any, limit: int) -> bool:
    """Return whether arrays and objects are nested deeper than `limit`."""
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
