"""Finds what is to be validated: files, directories and standard input.

Paths go in; inputs with their form, and what cannot be read, come out in order. Nothing is read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ...catalogue.reasons import reason
from ...catalogue.texts import Text

STDIN = "-"
PACKED = ".gz"


class Form(Enum):
    """How bodies are stored in a file: one in all, or one per line."""

    BODY = "json"
    LINES = "jsonl"


SUFFIXES = {".json": Form.BODY, ".jsonl": Form.LINES, ".ndjson": Form.LINES}


@dataclass(frozen=True, slots=True)
class Input:
    """One file or stream. `form` is None where only its beginning can tell.

    `seekable` says that other processes can open and read it in pieces; `size` is in bytes when
    it was found, and counts as that from then on.
    """

    path: str
    form: Form | None
    size: int = 0
    seekable: bool = False

    @property
    def packed(self) -> bool:
        """Whether it must be unpacked."""
        return self.path.lower().endswith(PACKED)

    @property
    def name(self) -> str:
        """What reports call it."""
        return "<stdin>" if self.path == STDIN else self.path


@dataclass(frozen=True, slots=True)
class InputError:
    """Something that could not be read, and why."""

    source: str
    reason: Text


Found = Input | InputError


def find(paths: Iterable[str], form: Form | None = None) -> Iterator[Found]:
    """Yield every input, in the order given; directories are searched, sorted by name.

    In directories only known suffixes count (`SUFFIXES`, each also with `.gz`); hidden entries
    and links to directories are left out. `form` overrules the suffix of every file.
    """
    for path in paths:
        if path == STDIN:
            yield Input(path, form)
            continue
        try:
            status = Path(path).stat()
        except (OSError, ValueError) as error:
            yield InputError(path, reason(error))
            continue
        if stat.S_ISDIR(status.st_mode):
            yield from _directory(path, form)
        else:
            yield _input(path, status, form or _form(path))


def _directory(path: str, form: Form | None) -> Iterator[Found]:
    empty = True
    for found in _below(path, form):
        empty = False
        yield found
    if empty:
        about = {"suffixes": ", ".join(SUFFIXES), "packed": PACKED}
        yield InputError(path, Text("errors.no_bodies", about))


def _below(path: str, form: Form | None) -> Iterator[Found]:
    waiting = [path]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            yield InputError(folder, reason(error))
            continue
        below = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                below.append(entry.path)
            elif known := _form(entry.name):
                try:
                    yield _input(entry.path, entry.stat(), form or known)
                except OSError as error:
                    yield InputError(entry.path, reason(error))
        waiting += reversed(below)


def _form(path: str) -> Form | None:
    return SUFFIXES.get(Path(path.lower().removesuffix(PACKED)).suffix)


def _input(path: str, status: os.stat_result, form: Form | None) -> Input:
    return Input(path, form, status.st_size, stat.S_ISREG(status.st_mode))
