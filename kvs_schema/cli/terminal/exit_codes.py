"""What ends a command early."""

from __future__ import annotations

import errno
import gzip
import zlib

from ...catalogue import store
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
    """What the system says of an error, without the file name that callers put before it."""
    if isinstance(error, CommandError):
        return error.why
    if isinstance(error, EOFError | zlib.error | gzip.BadGzipFile):
        return Text("errors.packed")
    said = str(error) or type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        said = error.strerror
        key = f"system.{errno.errorcode.get(error.errno or 0, '').lower()}"
        if key in store.texts():
            return Text(key)
    return Text("errors.system", {"said": said})
