"""What ends a command early."""

from __future__ import annotations

from ...catalogue import reasons
from ...catalogue.texts import Lang, Text
from ...spec.exceptions import KvsSchemaError

#: Exit codes. 2 wins over 1; the last three are what shells report for the signals.
VALID, INVALID, FAILED, INTERRUPTED, BROKEN_PIPE, TERMINATED = 0, 1, 2, 130, 141, 143


class CommandError(KvsSchemaError):
    """A command that cannot be carried out: one line for standard error, perhaps after a place."""

    def __init__(self, why: Text, where: str | None = None) -> None:
        super().__init__(why, where)
        self.why, self.where = why, where

    def text(self, lang: Lang) -> str:
        """The line in a language."""
        said = self.why.said(lang)
        return f"{self.where}: {said}" if self.where else said

    def __str__(self) -> str:
        return self.text("en")


def reason(error: BaseException) -> Text:
    """Return why a command or a part of it could not be carried out."""
    return error.why if isinstance(error, CommandError) else reasons.reason(error)
