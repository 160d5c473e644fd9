"""Hands the results of jobs to a writer, in order, and counts what a whole run came to.

`JobResult`s go in; lines of a report with line numbers of the input, and the exit code, come out.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable

from ...catalogue.texts import Text
from ...results.status import Outcome
from ..terminal.exit_codes import FAILED, INVALID, VALID
from ..terminal.screen import Screen
from .checks import CheckedBody, JobResult
from .inputs import Input, InputError

#: From so many bodies on, how long it took is worth saying.
MANY = 10_000


class Tally:
    """Counts bodies, findings and outcomes of a run, and gives its exit code."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.bodies = self.invalid = self.violations = self.unread = 0
        self.outcomes: Counter[str] = Counter()
        self.errata: Counter[str] = Counter()

    def add(self, result: JobResult) -> None:
        """Count the result of one more job."""
        self.bodies += result.bodies
        self.invalid += result.invalid
        self.violations += result.violations
        self.outcomes += result.outcomes
        self.errata += result.errata
        self.unread += sum(isinstance(entry, InputError) for entry in result.entries)

    @property
    def seconds(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.begun

    @property
    def code(self) -> int:
        """The exit code; what could not be read wins over what is invalid."""
        return FAILED if self.unread else INVALID if self.invalid else VALID


class Writer:
    """Writes one format of report; this one writes nothing."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen

    def body(self, body: CheckedBody, line: int | None) -> None:
        """Write the report of one body; `line` is that of its file, from 1."""

    def input_error(self, source: str, reason: str) -> None:
        """Write that an input could not be read; standard error says it too."""

    def end(self, tally: Tally, *, interrupted: bool) -> None:
        """Write what is known at the end only."""


class Reports:
    """Writes results in order, with the line numbers that only the order gives."""

    def __init__(self, screen: Screen, writer: Writer) -> None:
        self.screen, self.writer = screen, writer
        self.tally = Tally()
        self._lines = 0

    def add(self, result: JobResult) -> None:
        """Write the entries of the next job."""
        self.tally.add(result)
        if result.first:
            self._lines = 0
        for entry in result.entries:
            if isinstance(entry, InputError):
                reason = entry.reason.said(self.screen.lang)
                self.screen.error(f"{entry.source}: {reason}")
                self.writer.input_error(entry.source, reason)
            else:
                line = None if entry.line is None else self._lines + entry.line + 1
                self.writer.body(entry, line)
        self._lines += result.lines
        if result.entries:
            self.screen.flush()

    def nothing(self, paths: Iterable[str]) -> None:
        """Write that there are no bodies, unless there are or something could not be read."""
        sources = dict.fromkeys(Input(path, None).name for path in paths)
        if not self.tally.bodies and not self.tally.unread:
            self.add(JobResult(0, entries=[InputError(s, Text("errors.empty")) for s in sources]))

    def end(self, *, interrupted: bool = False) -> None:
        """Write the end of the report."""
        self.writer.end(self.tally, interrupted=interrupted)
        self.screen.flush()


def row_of(line: int | None, row: int | None) -> int | None:
    """Return the line in the file of line `row` of the body that is at `line`."""
    return row if line is None else line + (row or 1) - 1


def place(source: str, line: int | None, row: int | None = None, column: int | None = None) -> str:
    """Return `source:line:column` as far as they are known."""
    row = row_of(line, row)
    places = [source, row, column if row is not None else None]
    return ":".join(str(place) for place in places if place is not None)


def summary(screen: Screen, tally: Tally, *, interrupted: bool) -> str:
    """Return the last line: how many bodies are valid, and the outcomes of the others."""
    say, valid = screen.say, tally.bodies - tally.invalid
    found = say("validate.interrupted") if interrupted else ""
    found += say("validate.bodies", count=tally.bodies, valid=valid, invalid=tally.invalid)
    counts = [
        say("validate.outcome", count=tally.outcomes[outcome.value], outcome=outcome.value)
        for outcome in Outcome
        if tally.outcomes[outcome.value]
    ]
    if tally.violations:
        counts.append(say("validate.violations", count=tally.violations))
    if counts:
        found += say("validate.counts", counts=say("validate.comma").join(counts))
    if tally.unread:
        found += say("validate.unread", count=tally.unread)
    if tally.bodies >= MANY and tally.seconds > 0:
        rate = tally.bodies / tally.seconds
        found += say("validate.speed", seconds=tally.seconds, rate=rate)
    return found
