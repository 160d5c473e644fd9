"""Standard output and standard error of one run.

Every span of text is escaped here, so nothing of a payload or a file name reaches a terminal raw.
Rich is used where it is installed and standard output is a terminal (or FORCE_COLOR is set), and
without colour where NO_COLOR is set.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, TextIO, TypeAlias

from ...catalogue.texts import Lang, Text, speaker
from ...results.messages import escaped
from .exit_codes import CommandError

Style: TypeAlias = Literal["good", "bad", "warn", "name", "dim", "title"]
Span: TypeAlias = str | tuple[str, Style]
#: Told the bytes done since the last call and how many bodies are invalid so far.
Advance: TypeAlias = Callable[[int, int], None]

_STYLES: Mapping[Style, str] = {
    "good": "green",
    "bad": "bold red",
    "warn": "yellow",
    "name": "cyan",
    "dim": "dim",
    "title": "bold",
}
#: Seconds of work before a progress bar is worth showing.
_PATIENCE = 0.5
#: Characters of a task id that are shown at each end.
_ENDS = 4


class Screen:
    """Writes lines, tables, JSON and errors in one language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.say = speaker(lang)
        self.out = _writable(sys.stdout)
        self.err = _writable(sys.stderr)
        self._console = _console(self.out)

    def line(self, *spans: Span) -> None:
        """Write one line on standard output."""
        if self._console is None:
            self.out.write("".join(map(_plain, spans)).rstrip() + "\n")
        else:
            self._console.print(_rich(spans), soft_wrap=True)

    def headers(self, *names: str) -> list[str]:
        """Return the headers of the columns of a table."""
        return [self.say(f"columns.{name}") for name in names]

    def table(self, headers: Sequence[str], rows: Iterable[Sequence[Span]]) -> None:
        """Write rows under headers, columns aligned."""
        if self._console is None:
            for cells in _aligned([list(headers), *([_plain(c) for c in row] for row in rows)]):
                self.out.write(cells + "\n")
            return
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style=_STYLES["title"])
        for header in headers:
            table.add_column(header, overflow="fold")
        for row in rows:
            table.add_row(*(_rich([cell]) for cell in row))
        self._console.print(table)

    def json(self, value: Any, *, indent: int | None = None) -> None:
        """Write a value as JSON text on standard output."""
        self.raw_json(json.dumps(value, ensure_ascii=False, indent=indent))

    def raw_json(self, text: str) -> None:
        """Write a JSON text on standard output; what does not print in it becomes an escape."""
        line = printable(text) + "\n"
        if self._console is None:
            self.out.write(line)
        else:
            self._console.out(line, end="", highlight=False)

    def error(self, text: str) -> None:
        """Write one line on standard error, after all that was written before it."""
        self.out.flush()
        self.err.write(f"kvs-schema: {escaped(text)}\n")
        self.err.flush()

    def flush(self) -> None:
        """Hand everything written so far to the system; raises `BrokenPipeError`."""
        self.out.flush()

    @contextmanager
    def progress(self, total: Callable[[], int | None]) -> Iterator[Advance]:
        """Show a bar on a terminal once the work takes a while; `total` then returns its bytes."""
        stream = self.out if self.out.isatty() else self.err
        console = _console(stream) if stream.isatty() else None
        if console is None:
            yield lambda size, invalid: None
            return
        bar = _Bar(console, total, self.say("validate.invalid"))
        try:
            yield bar.advance
        finally:
            bar.stop()


class ClosedOutput(io.TextIOBase):
    """Standard output where there is none: raises `CommandError` for what would be lost."""

    def write(self, text: str) -> int:
        """Refuse the text."""
        raise CommandError(Text("errors.closed"))


class _Bar:
    def __init__(self, console: Any, total: Callable[[], int | None], word: str) -> None:
        self.console, self.total, self.word = console, total, word
        self.begun = time.monotonic()
        self.done = 0
        self.bar: Any = None
        self.task: Any = None

    def advance(self, size: int, invalid: int) -> None:
        self.done += size
        if self.bar is None:
            if time.monotonic() - self.begun < _PATIENCE:
                return
            self._start()
        self.bar.update(self.task, completed=self.done, note=f"{invalid:,} {self.word}")

    def _start(self) -> None:
        from rich import progress

        self.bar = progress.Progress(
            progress.BarColumn(),
            progress.DownloadColumn(),
            progress.TransferSpeedColumn(),
            progress.TimeRemainingColumn(),
            progress.TextColumn("{task.fields[note]}", markup=False),
            console=self.console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self.task = self.bar.add_task("", total=self.total(), note="")
        self.bar.start()

    def stop(self) -> None:
        if self.bar is not None:
            self.bar.stop()


def printable(text: str) -> str:
    """Return the same JSON text with every character that does not print as an escape."""
    if text.isprintable():
        return text
    return "".join(c if c == "\n" or c.isprintable() else json.dumps(c)[1:-1] for c in text)


def short_task_id(task_id: str | None) -> str | None:
    """Return a task id fit for a line: both ends of a long one."""
    if task_id is None or len(task_id) <= 3 * _ENDS:
        return task_id
    return f"{task_id[:_ENDS]}...{task_id[-_ENDS:]}"


def width(text: str) -> int:
    """Return the columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def _plain(span: Span) -> str:
    return escaped(span if isinstance(span, str) else span[0])


def _rich(spans: Iterable[Span]) -> Any:
    from rich.text import Text

    pieces = [(_plain(s), "" if isinstance(s, str) else _STYLES[s[1]]) for s in spans]
    return Text.assemble(*pieces)


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell + " " * (widths[i] - width(cell)) for i, cell in enumerate(row)]
        yield "  ".join(cells).rstrip()


def _writable(stream: TextIO | None) -> TextIO:
    """Return a stream that takes every character; nothing is written if the stream is closed."""
    if stream is None:
        return io.StringIO()
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


def _console(stream: TextIO) -> Any:
    """Return Rich's console for a terminal; None for other streams, or without Rich."""
    forced = bool(os.environ.get("FORCE_COLOR"))
    if not (stream.isatty() or forced) or os.environ.get("TERM") == "dumb":
        return None
    try:
        from rich.console import Console
    except ImportError:
        return None
    plain = bool(os.environ.get("NO_COLOR"))
    return Console(
        file=stream,
        force_terminal=True if forced else None,
        color_system=None if plain else "auto",
        highlight=False,
        markup=False,
        emoji=False,
    )
