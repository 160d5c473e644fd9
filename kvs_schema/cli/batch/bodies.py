"""Reads the bodies of inputs for commands that turn each body into something else.

Paths go in, bodies with their places come out; an input that cannot be read ends the command.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from ...catalogue.reasons import reason
from ...catalogue.texts import Text
from ...reading.limits import Limits
from ...results.findings import Violation
from ..terminal.exit_codes import CommandError
from ..terminal.screen import Screen
from .inputs import Input, InputError, find
from .jobs import UNREADABLE, Files, Lines, Received, jobs
from .reports import place


def read_bodies(*paths: str) -> Iterator[Received]:
    """Read each body of the inputs; raises `CommandError`, also where there is none."""
    bodies = chain.from_iterable(map(_read, paths))
    first = next(bodies, None)
    if first is None:
        names = dict.fromkeys(Input(path, None).name for path in paths)
        raise CommandError(Text("errors.empty"), ", ".join(names))
    yield first
    yield from bodies


def _read(path: str) -> Iterator[Received]:
    limit = Limits().body
    line = 0
    for job in jobs(find([path]), limit):
        if isinstance(job, Files):
            for found in job.read(limit):
                if isinstance(found, InputError):
                    raise CommandError(found.reason, found.source)
                yield found
        elif isinstance(job, Lines):
            line = 0 if job.first else line
            try:
                for data in job.lines(limit):
                    line += 1
                    if data.strip():
                        yield Received(job.source, line, data)
            except UNREADABLE as error:
                raise CommandError(reason(error), job.source) from None


def complain(screen: Screen, body: Received, violations: Iterable[Violation]) -> None:
    """Say on standard error what is wrong with a body, and where."""
    for found in violations:
        where = place(body.source, body.line, found.line, found.column)
        screen.error(f"{where}: {found.text(screen.lang)}")
