"""`--format junit`: one test case a body, for CI servers that show the results of tests."""

from __future__ import annotations

import tempfile
from xml.sax.saxutils import escape, quoteattr

from ....results.messages import escaped
from ...terminal.screen import Screen
from ..checks import CheckedBody
from ..reports import Tally, Writer, place
from .text import plain

#: Bytes of test cases that are kept in memory until their number is known.
_IN_MEMORY = 4 * 1024 * 1024


class JunitWriter(Writer):
    """Writes test cases into a temporary file: the number of them comes before them."""

    def __init__(self, screen: Screen) -> None:
        super().__init__(screen)
        self._cases = tempfile.SpooledTemporaryFile(_IN_MEMORY, "w+", encoding="utf-8")  # noqa: SIM115

    def body(self, body: CheckedBody, line: int | None) -> None:
        """Write the test case of a body; findings that are no violations are its output."""
        said: dict[bool, list[str]] = {True: [], False: []}
        for note in body.notes:
            where = place(body.source, line, note.line, note.column)
            text = f"{where}: {note.label}: {plain(note, self.screen.lang)}"
            said[note.kind == "error"].append(text)
        known = ", ".join(filter(None, (body.variant, body.outcome)))
        content = ""
        if not body.valid:
            message = self.screen.say("validate.invalid") + (f" ({known})" if known else "")
            content = _element("failure", said[True], message=message)
        if said[False]:
            content += _element("system-out", said[False])
        self._case(body.source, place(body.source, line), content)

    def input_error(self, source: str, reason: str) -> None:
        """Write that an input could not be read."""
        self._case(source, source, _element("error", [reason], message=reason))

    def end(self, tally: Tally, *, interrupted: bool) -> None:
        """Write the suite with its counts, then the test cases."""
        counts = _attributes(
            tests=str(tally.bodies + tally.unread),
            failures=str(tally.invalid),
            errors=str(tally.unread),
            time=f"{tally.seconds:.3f}",
        )
        line = self.screen.line
        line('<?xml version="1.0" encoding="UTF-8"?>')
        line(f'<testsuites name="kvs-schema"{counts}>')
        line(f'<testsuite name="kvs-schema"{counts}>')
        with self._cases as cases:
            cases.seek(0)
            for case in cases:
                line(case.removesuffix("\n"))
        line("</testsuite>")
        line("</testsuites>")

    def _case(self, source: str, name: str, content: str) -> None:
        attributes = _attributes(classname=source, name=name)
        self._cases.write(f"<testcase{attributes}>{content}</testcase>\n")


def _element(name: str, texts: list[str], **attributes: str) -> str:
    text = "\n".join(escape(escaped(text)) for text in texts)
    return f"<{name}{_attributes(**attributes)}>{text}</{name}>"


def _attributes(**given: str) -> str:
    return "".join(f" {name}={quoteattr(escaped(value))}" for name, value in given.items())
