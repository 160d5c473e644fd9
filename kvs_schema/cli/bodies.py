"""The bodies of one input, for commands that turn bodies into something else."""

from __future__ import annotations

from collections.abc import Iterator

from ..limits import Limits
from .failure import CommandError, reason
from .inputs import find
from .jobs import UNREADABLE, Files, Lines, Unread, Whole, jobs, read_body


def read_bodies(path: str) -> Iterator[tuple[bytes, bool]]:
    """Each body as received, and whether it is alone in its input; raises `CommandError`."""
    limit = Limits().body
    for job in jobs(find([path]), limit):
        try:
            if isinstance(job, Unread):
                raise CommandError(
                    f"{job.trouble.source}: {job.trouble.reason or 'no bodies here'}"
                )
            if isinstance(job, Whole):
                yield job.data, True
            elif isinstance(job, Files):
                for found in job.inputs:
                    yield read_body(found, limit), True
            elif isinstance(job, Lines):
                yield from ((line, False) for line in job.lines(limit) if line.strip())
        except UNREADABLE as error:
            raise CommandError(f"{path}: {reason(error)}") from None
