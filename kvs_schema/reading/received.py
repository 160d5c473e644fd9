"""Takes bodies in whatever form a caller has them: bytes, text, parsed values, lines of a file.

A body goes in, as `bytes`, `str` or a value, and a value with its faults comes out. Of a file with
one body per line, any process can read the lines that start in a range of bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .faults import Fault, TextError
from .json_text import Reader, position, read_exactly
from .limits import Limits
from .python_values import snapshot

#: What a body may arrive as, and what it may have been parsed to.
BINARY = (bytes, bytearray, memoryview)
VALUES = (dict, list, str, int, float, type(None), *BINARY)

#: Bytes of a file of lines that are read at once, so that they stay near the processor.
PIECE = 128 * 1024


def read_any(obj: object, limits: Limits, read: Reader = read_exactly) -> tuple[Any, list[Fault]]:
    """Return the value of a body of any kind, and the faults in it; the body is never changed.

    Bytes and text are parsed, values copied. Raises `TextError` where nothing can be validated.
    """
    given = encoded(obj)
    if given is not None:
        return read(given, limits)
    if not is_value(obj):
        raise TextError(Fault((), "type", "no_document", None, type(obj).__name__))
    return snapshot(obj, limits)


def is_value(obj: object) -> bool:
    """Return whether a body may be such an object, whatever class it claims to have."""
    return issubclass(type(obj), (*VALUES, Mapping))


def is_text(obj: object) -> bool:
    """Return whether a body is JSON text, as bytes or as characters."""
    return issubclass(type(obj), (str, *BINARY))


def encoded(obj: Any) -> bytes | None:
    """Return the bytes of bytes or text without calling methods of subclasses; else None."""
    kind = type(obj)
    if kind is bytes:
        given: bytes = obj
        return given
    if issubclass(kind, str):
        try:
            return str.encode(obj)
        except UnicodeEncodeError as error:
            at = position(str.__str__(obj), error.start)
            raise TextError(Fault((), "json", "lone_surrogate", at=at)) from None
    if kind is memoryview:
        try:
            return memoryview.tobytes(obj)
        except ValueError:  # released
            raise TextError(Fault((), "type", "no_document", None, kind.__name__)) from None
    for binary in (bytes, bytearray):
        if issubclass(kind, binary):
            return bytes(binary.__getitem__(obj, slice(None)))
    return None


def split_lines(file: Any, longest: int, start: int = 0, length: int = 0) -> Iterator[bytes]:
    """Yield the lines that start in a range of bytes, or all with a length of 0.

    A line longer than `longest` is cut a byte after that.
    """
    left = length or 1 << 62
    begun, skipping = b"", start > 0
    if skipping:  # the byte before tells whether a line starts here
        file.seek(start - 1)
        left += 1
    while left and (data := file.read(min(left, PIECE))):
        left -= len(data)
        if skipping:
            _, newline, data = data.partition(b"\n")
            if not newline:
                continue
        lines = data.split(b"\n")
        lines[0] = begun + lines[0]
        begun = lines.pop()
        yield from lines
        skipping = len(begun) > longest
        if skipping:
            yield begun[: longest + 1]
            begun = b""
    if begun:
        while (room := longest + 1 - len(begun)) > 0 and (data := file.read(min(room, PIECE))):
            rest, newline, _ = data.partition(b"\n")
            begun += rest
            if newline:
                break
        yield begun
