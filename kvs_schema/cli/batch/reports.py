"""Writes results: as text for people, or as JSON for programs."""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import Protocol

from ...catalogue.errata import errata
from ...catalogue.texts import Lang
from ...results.messages import the_whole
from ..terminal.exit_codes import FAILED, INVALID, VALID
from ..terminal.screen import Screen, Span, Style
from .checks import CheckedBody, JobResult, Note
from .excerpt import Excerpt
from .inputs import Trouble

#: Names in no table that are listed for one body.
MOST_UNLISTED = 10
#: From so many bodies on, how long it took is worth saying.
MANY = 10_000


class Tally:
    """What a whole run came to, and the exit code that says it."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.bodies = self.invalid = self.violations = self.unread = 0
        self.errata: Counter[str] = Counter()

    def add(self, outcome: JobResult) -> None:
        """Count what came of one more job."""
        self.bodies += outcome.bodies
        self.invalid += outcome.invalid
        self.violations += outcome.violations
        self.errata += outcome.errata
        self.unread += sum(isinstance(entry, Trouble) for entry in outcome.entries)

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.begun

    @property
    def code(self) -> int:
        """The exit code; what could not be read wins over what is invalid."""
        return FAILED if self.unread else INVALID if self.invalid else VALID


class Writer(Protocol):
    """Writes what is to be said of one body, and of a whole run."""

    def entry(self, entry: CheckedBody, line: int | None) -> None:
        """What is to be said of one body; `line` is that of its file, from 1."""

    def end(self, tally: Tally, *, interrupted: bool) -> None:
        """The last word."""


class Reports:
    """Writes outcomes in order, with the line numbers that only the order gives."""

    def __init__(self, screen: Screen, writer: Writer | None) -> None:
        self.screen, self.writer = screen, writer
        self.tally = Tally()
        self._lines = 0

    def add(self, outcome: JobResult) -> None:
        """Write the entries of the next job."""
        self.tally.add(outcome)
        if outcome.first:
            self._lines = 0
        for entry in outcome.entries:
            if isinstance(entry, Trouble):
                self.screen.trouble(f"{entry.source}: {entry.reason.said(self.screen.lang)}")
            elif self.writer is not None:
                line = None if entry.line is None else self._lines + entry.line + 1
                self.writer.entry(entry, line)
        self._lines += outcome.lines
        if outcome.entries:
            self.screen.flush()

    def end(self, *, interrupted: bool = False) -> None:
        """Write the summary."""
        if self.writer is not None:
            self.writer.end(self.tally, interrupted=interrupted)
        self.screen.flush()


class JsonWriter:
    """Write one object per body, one per line; `report.schema.json` is their schema."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen

    def entry(self, entry: CheckedBody, line: int | None) -> None:
        """The row that the validating process made, with its line number put in."""
        beginning = json.dumps({"source": entry.source, "line": line}, ensure_ascii=False)
        self.screen.raw_json(f"{beginning[:-1]}, {(entry.row or '{}')[1:]}")

    def end(self, tally: Tally, *, interrupted: bool) -> None:
        """Nothing on standard output; on standard error, how far an interrupted run came."""
        if interrupted:
            self.screen.trouble(_interrupted(self.screen, tally))


class TextWriter:
    """A finding a paragraph, the way compilers write: place, what is wrong, the text, the rule."""

    def __init__(self, screen: Screen, *, deviations: bool) -> None:
        self.screen, self.deviations = screen, deviations

    def entry(self, entry: CheckedBody, line: int | None) -> None:
        """Its findings; that a body is valid is said only where it is a whole file."""
        shown = None
        for note in entry.notes:
            self._note(entry, line, note)
            if note.excerpt is not None and note.excerpt != shown:
                self._excerpt(note.excerpt, "bad" if note.level == "violation" else "warn")
            shown = note.excerpt
            self.screen.line("    ", (f"= {note.source}", "dim"))
        for pointer in entry.unlisted[:MOST_UNLISTED]:
            self._unlisted(entry, line, pointer)
        if len(entry.unlisted) > MOST_UNLISTED:
            more = len(entry.unlisted) - MOST_UNLISTED
            text = self.screen.say("validate.more_names", count=more)
            self.screen.line("    ", (f"= {text}", "dim"))
        if entry.truncated:
            self.screen.line("    ", (f"= {self.screen.say('validate.truncated')}", "dim"))
        if entry.valid and line is None:
            word = self.screen.say("validate.valid")
            variant = f" ({entry.variant})" if entry.variant else ""
            self.screen.line((entry.source, "title"), ": ", (word, "good"), variant)

    def _note(self, entry: CheckedBody, line: int | None, note: Note) -> None:
        pointer = note.pointer or the_whole(self.screen.lang)
        spans: list[Span] = [(self._place(entry, line, note), "title"), ": "]
        if note.level != "violation":
            spans += [(self.screen.say(f"validate.{note.level}"), "warn"), ": "]
        self.screen.line(*spans, (pointer, "name"), ": ", note.text)

    def _excerpt(self, excerpt: Excerpt, style: Style) -> None:
        if excerpt.inside is not None:
            row, column = excerpt.inside
            where = self.screen.say("validate.inside", row=row, column=column)
            self.screen.line("    ", (f"| {where}", "dim"))
        self.screen.line("    ", ("| ", "dim"), excerpt.text)
        self.screen.line("    ", ("| ", "dim"), (excerpt.marks, style))

    def _unlisted(self, entry: CheckedBody, line: int | None, pointer: str) -> None:
        say = self.screen.say
        place = entry.source if line is None else f"{entry.source}:{line}"
        text = say("validate.in_no_table")
        spans: list[Span] = [(place, "title"), ": ", (say("validate.unlisted"), "warn"), ": "]
        self.screen.line(*spans, (pointer, "name"), ": ", text)

    def _place(self, entry: CheckedBody, line: int | None, note: Note) -> str:
        """`file:line:column`, as editors and terminals take it."""
        return place(entry.source, line, note.line, note.column)

    def end(self, tally: Tally, *, interrupted: bool) -> None:
        """How many deviations of each kind there were, if that was asked, and the summary."""
        for identifier, count in tally.errata.most_common() if self.deviations else ():
            title = title_of(identifier, self.screen.lang)
            self.screen.line(f"{count:>9,}  ", (identifier, "name"), f"  {title}")
        if interrupted:
            self.screen.line((_interrupted(self.screen, tally), "warn"))
            return
        style: Style = "good" if tally.code == VALID else "bad"
        self.screen.line((_summary(self.screen, tally), style))


def place(source: str, line: int | None, row: int | None, column: int | None) -> str:
    """`source:line:column` as far as they are known; `row` counts in the body that is at `line`."""
    row = row if line is None else line + (row or 1) - 1
    places = [source, row, column if row is not None else None]
    return ":".join(str(place) for place in places if place is not None)


def title_of(identifier: str, lang: Lang) -> str:
    """Title of an erratum."""
    erratum = errata[identifier]
    return erratum.title_zh if lang == "zh" else erratum.title


def _interrupted(screen: Screen, tally: Tally) -> str:
    return screen.say("validate.interrupted") + _summary(screen, tally)


def _summary(screen: Screen, tally: Tally) -> str:
    say, valid = screen.say, tally.bodies - tally.invalid
    found = say("validate.bodies", count=tally.bodies, valid=valid, invalid=tally.invalid)
    if tally.violations:
        found += say("validate.violations", count=tally.violations)
    if tally.unread:
        found += say("validate.unread", count=tally.unread)
    if tally.bodies >= MANY and tally.seconds > 0:
        rate = tally.bodies / tally.seconds
        found += say("validate.speed", seconds=tally.seconds, rate=rate)
    return found
