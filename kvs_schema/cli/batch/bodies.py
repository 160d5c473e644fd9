"""The bodies of one input, for commands that turn bodies into something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ...reading.limits import Limits
from ...results.findings import Report
from ..terminal.exit_codes import CommandError, reason
from ..terminal.screen import Screen
from .inputs import find
from .jobs import UNREADABLE, Files, Lines, Unread, WholeFile, jobs, read_body
from .reports import place


@dataclass(frozen=True, slots=True)
class Received:
    """A body as received; `line` is that of its input, from 1, and None where it is alone there."""

    source: str
    line: int | None
    data: bytes


def read_bodies(path: str) -> Iterator[Received]:
    """Each body of an input; raises `CommandError`."""
    limit = Limits().body
    line = 0
    for job in jobs(find([path]), limit):
        source = path
        try:
            if isinstance(job, Unread):
                raise CommandError(job.trouble.reason, job.trouble.source)
            if isinstance(job, WholeFile):
                yield Received(job.source, None, job.data)
            elif isinstance(job, Files):
                for found in job.inputs:
                    source = found.name
                    yield Received(source, None, read_body(found, limit))
            elif isinstance(job, Lines):
                source, line = job.source, 0 if job.first else line
                for data in job.lines(limit):
                    line += 1
                    if data.strip():
                        yield Received(source, line, data)
        except UNREADABLE as error:
            raise CommandError(reason(error), source) from None


def complain(screen: Screen, body: Received, report: Report) -> None:
    """Say on standard error what is wrong with a body, and where."""
    for found in report.violations:
        where = place(body.source, body.line, found.line, found.column)
        screen.trouble(f"{where}: {found.text(screen.lang)}")
