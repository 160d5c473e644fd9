"""`--format github`: workflow commands, which GitHub Actions shows as annotations."""

from __future__ import annotations

from ...terminal.screen import Screen
from ..checks import CheckedBody
from ..reports import Tally, Writer, place, row_of, summary
from .text import plain

#: What stands for characters that end a message or a property.
_IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = {**_IN_MESSAGES, ord(":"): "%3A", ord(","): "%2C"}


class GithubWriter(Writer):
    """Writes one command for each finding, and the summary as a line of the log."""

    def body(self, body: CheckedBody, line: int | None) -> None:
        """Write the findings of a body."""
        for note in body.notes:
            message = f"{note.label}: {plain(note, self.screen.lang)}"
            where = place(body.source, line, note.line, note.column)
            _command(
                self.screen,
                "error" if note.kind == "error" else "notice",
                f"{where}: {message}",
                title=f"kvs-schema ({note.rule or note.keyword or note.kind})",
                file=body.source,
                line=row_of(line, note.line),
                col=note.column,
            )

    def input_error(self, source: str, reason: str) -> None:
        """Write that an input could not be read."""
        _command(self.screen, "error", f"{source}: {reason}", title="kvs-schema", file=source)

    def end(self, tally: Tally, *, interrupted: bool) -> None:
        """Write the summary."""
        self.screen.line(summary(self.screen, tally, interrupted=interrupted))


def _command(screen: Screen, name: str, message: str, **properties: str | int | None) -> None:
    given = ",".join(
        f"{key}={str(value).translate(_IN_PROPERTIES)}"
        for key, value in properties.items()
        if value is not None
    )
    screen.line(f"::{name} {given}::{message.translate(_IN_MESSAGES)}")
