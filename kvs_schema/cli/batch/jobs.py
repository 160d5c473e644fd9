"""Cuts inputs into jobs that any process can do, each of a bounded size.

A large file of lines is cut into ranges of bytes: a line belongs to the range in which it starts,
so nobody has to read the file to cut it (`received.split_lines`).
"""

from __future__ import annotations

import errno
import gzip
import json
import os
import select
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, cast

from ...catalogue.reasons import reason
from ...reading.received import split_lines
from .inputs import STDIN, Form, Found, Input, InputError

#: Bytes of a job that is read from files.
SIZE = 4 * 1024 * 1024
#: Bytes of a stream that are read at once, and make a job.
BLOCK = 2 * 1024 * 1024
#: Files of a job at most.
FILES = 256
#: Bytes of the beginning of an unknown input that are read at once to tell its form.
PEEK = 1024 * 1024
#: Seconds that a stream may pause before what it gave so far is validated.
PAUSE = 0.02

#: What reading can raise, packed files included.
UNREADABLE = (OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work for any process: its size in bytes, and whether somebody may be waiting for it."""

    size: int
    hurried: bool = False


@dataclass(frozen=True, slots=True)
class Received:
    """A body as received; `line` is that of its input, from 1, and None where it is alone there."""

    source: str
    line: int | None
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Files(Job):
    """Inputs of one body each, to be read or already read, and those that could not be read."""

    inputs: tuple[Found | Received, ...]

    def read(self, limit: int) -> Iterator[Received | InputError]:
        """Read each input; a body longer than the limit is cut a byte after it."""
        for found in self.inputs:
            yield _body(found, limit) if isinstance(found, Input) else found


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines(Job):
    """Bodies one per line; `first` where no job before it has lines of the same source.

    `done` counts the lines that were validated before, when there was too much to say of them.
    """

    source: str
    first: bool
    done: int = 0

    def lines(self, limit: int) -> Iterator[bytes]:
        """Return the lines that are not done; one longer than the limit may be cut after it."""
        return islice(self.all_lines(limit), self.done, None)

    def all_lines(self, limit: int) -> Iterator[bytes]:
        """Return all lines, those that are done included."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Range(Lines):
    """The lines of a file that start in a range of its bytes."""

    start: int

    def all_lines(self, limit: int) -> Iterator[bytes]:
        """Read the lines as they are asked for; the last one may reach beyond the range."""
        with Path(self.source).open("rb") as file:
            yield from split_lines(file, limit, self.start, self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block(Lines):
    """Lines of a stream, already read."""

    data: bytes

    def all_lines(self, limit: int) -> Iterator[bytes]:
        """Return the lines as they came."""
        lines = self.data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        return iter(lines)


def jobs(inputs: Iterable[Found], limit: int) -> Iterator[Job]:
    """Cut all inputs into jobs, in order; small files share one."""
    batch: list[Found] = []
    size = 0
    for found in inputs:
        apart = isinstance(found, Input) and not (found.seekable and found.form is Form.BODY)
        if batch and (apart or size >= SIZE or len(batch) >= FILES):
            yield Files(inputs=tuple(batch), size=size)
            batch, size = [], 0
        if isinstance(found, InputError):
            batch.append(found)
        elif apart:
            yield from _of_input(found, limit)
        else:
            batch.append(found)
            size += min(found.size, limit)
    if batch:
        yield Files(inputs=tuple(batch), size=size)


def _body(found: Input, limit: int) -> Received | InputError:
    try:
        with _opened(found) as file:
            return Received(found.name, None, file.read(limit + 1))
    except UNREADABLE as error:
        return InputError(found.name, reason(error))


def _of_input(found: Input, limit: int) -> Iterator[Job]:
    try:
        if found.seekable and not found.packed:
            with _opened(found) as file:
                form = found.form or _form_of(_head(file.read, limit))
            if form is Form.LINES:
                for start in range(0, found.size, SIZE):
                    size = min(SIZE, found.size - start)
                    yield Range(source=found.path, first=not start, start=start, size=size)
            else:
                yield Files(inputs=(found,), size=min(found.size, limit))
            return
        file = standard_input() if found.path == STDIN else _opened(found)
        with file:
            yield from _of_stream(found, _Stream(file, found.packed), limit)
    except UNREADABLE as error:
        yield Files(inputs=(InputError(found.name, reason(error)),), size=0)


def _of_stream(found: Input, stream: _Stream, limit: int) -> Iterator[Job]:
    head = b"" if found.form else _head(stream.read, limit)
    form = found.form or _form_of(head)
    if form is Form.LINES:
        yield from _blocks(found.name, stream, head, limit)
        return
    data = head
    while len(data) <= limit and (more := stream.read(BLOCK)):
        data += more
    body = Received(found.name, None, data[: limit + 1])
    yield Files(inputs=(body,), size=len(body.data), hurried=True)


def _blocks(name: str, stream: _Stream, head: bytes, limit: int) -> Iterator[Block]:
    """Yield blocks of whole lines; of a line longer than the limit only its beginning is kept."""
    pieces: list[bytes] = []
    size, first, skipping = 0, True, False
    for data in chain([head], iter(partial(stream.read, BLOCK), b"")):
        if skipping:
            start = data.find(b"\n") + 1
            if not start:
                continue
            data, skipping = data[start:], False
        cut = data.rfind(b"\n") + 1
        if cut:
            yield _block(name, [*pieces, data[:cut]], first)
            first, pieces, size = False, [data[cut:]], len(data) - cut
        else:
            pieces.append(data)
            size += len(data)
        if size > limit:
            yield _block(name, [b"".join(pieces)[: limit + 1]], first)
            first, pieces, size, skipping = False, [], 0, True
    if size:
        yield _block(name, pieces, first)


def _block(name: str, pieces: list[bytes], first: bool) -> Block:
    data = b"".join(pieces)
    hurried = len(data) < BLOCK // 8
    return Block(source=name, first=first, data=data, size=len(data), hurried=hurried)


def _head(read: Callable[[int], bytes], limit: int) -> bytes:
    """Read until the first line, blank ones aside, is complete or longer than a body may be."""
    head = b""
    while len(head) <= limit and b"\n" not in head.lstrip() and (more := read(PEEK)):
        head += more
    return head


def _form_of(head: bytes) -> Form:
    """Return whether there is one body per line: whether the first line with text is JSON."""
    line, newline, _ = head.lstrip().partition(b"\n")
    if not newline:
        return Form.BODY
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return Form.BODY
    return Form.LINES


def _opened(found: Input) -> BinaryIO:
    if found.packed:
        return cast(BinaryIO, gzip.open(found.path, "rb"))
    return Path(found.path).open("rb")


def standard_input() -> BinaryIO:
    """Return standard input; raises `OSError` where it is closed."""
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return os.fdopen(os.dup(sys.stdin.fileno()), "rb")


class _Stream:
    """Reads what a stream has to give, up to a size, and does not wait long for more."""

    def __init__(self, file: BinaryIO, packed: bool) -> None:
        self.file = file
        self.waits = packed or sys.platform == "win32"
        self.ended = False  # a terminal says it once and then goes on

    def read(self, size: int) -> bytes:
        if self.waits:
            return self.file.read(size)
        pieces: list[bytes] = []
        room = size
        while room and not self.ended and (not pieces or self._has_more()):
            pieces.append(os.read(self.file.fileno(), room))
            room -= len(pieces[-1])
            self.ended = not pieces[-1]
        return b"".join(pieces)

    def _has_more(self) -> bool:
        return bool(select.select([self.file], [], [], PAUSE)[0])
