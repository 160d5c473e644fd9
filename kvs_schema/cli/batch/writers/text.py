"""`--format text`: lines that compilers write, for people and editors."""

from __future__ import annotations

from ....catalogue import store
from ....catalogue.texts import Lang
from ....results.messages import phrase
from ....spec.vocabulary import said
from ...terminal.exit_codes import VALID
from ...terminal.screen import Span, Style
from ..checks import CheckedBody, Note
from ..excerpt import Excerpt
from ..reports import Tally, Writer, place, summary


class TextWriter(Writer):
    """Writes each finding as `file:line:column: error[keyword]: message`, then the verdict."""

    def body(self, body: CheckedBody, line: int | None) -> None:
        """Write the findings of a body, and its verdict unless it is a valid line."""
        shown = None
        for note in body.notes:
            style: Style = "bad" if note.kind == "error" else "warn"
            where = place(body.source, line, note.line, note.column)
            self.screen.line(
                (where, "title"), ": ", (note.label, style), ": ", *pointed(note, self.screen.lang)
            )
            if note.excerpt is not None and note.excerpt != shown:
                self._excerpt(note.excerpt, style)
            shown = note.excerpt
            if note.see:
                named = note.rule is None or note.rule in note.see
                source = note.see if named else f"{note.rule}  {note.see}"
                self.screen.line("    ", (f"= {source}", "dim"))
        if line is None or not body.valid:
            self._verdict(body, line)

    def _excerpt(self, excerpt: Excerpt, style: Style) -> None:
        if excerpt.inside is not None:
            row, column = excerpt.inside
            where = self.screen.say("validate.inside", row=row, column=column)
            self.screen.line("    ", (f"| {where}", "dim"))
        self.screen.line("    ", ("| ", "dim"), excerpt.text)
        self.screen.line("    ", ("| ", "dim"), (excerpt.marks, style))

    def _verdict(self, body: CheckedBody, line: int | None) -> None:
        word = self.screen.say("validate.valid" if body.valid else "validate.invalid")
        known = [body.variant, None if body.valid else body.outcome]
        more = ", ".join(filter(None, known))
        self.screen.line(
            (place(body.source, line), "title"),
            ": ",
            (word, "good" if body.valid else "bad"),
            f" ({more})" if more else "",
        )

    def end(self, tally: Tally, *, interrupted: bool) -> None:
        """Write how many bodies have each deviation, where deviations are reported; the summary."""
        for identifier, count in tally.errata.most_common():
            title = _title_of(identifier, self.screen.lang)
            self.screen.line(f"{count:>9,}  ", (identifier, "name"), f"  {title}")
        style: Style = "warn" if interrupted else "good" if tally.code == VALID else "bad"
        self.screen.line((summary(self.screen, tally, interrupted=interrupted), style))


def pointed(note: Note, lang: Lang) -> tuple[Span, ...]:
    """Return pointer and text of a note."""
    if note.pointer is None:
        return (note.text,)
    return (note.pointer or phrase("root", lang), "name"), ": ", note.text


def plain(note: Note, lang: Lang) -> str:
    """Return the same without styles."""
    return "".join(span if isinstance(span, str) else span[0] for span in pointed(note, lang))


def _title_of(identifier: str, lang: Lang) -> str | None:
    return said(store.specification()["errata"][identifier], "title", lang)
