"""Says why something failed, as a text of the catalogue.

Goes in: an exception, of this package or of the system. Comes out: a text whose language is chosen
where it is shown.
"""

from __future__ import annotations

import errno
import gzip
import zlib

from ..spec.exceptions import KvsSchemaError
from . import store
from .texts import Lang, Text


class ReasonedError(KvsSchemaError):
    """An exception whose reason is a text of the catalogue, perhaps after the place it is about."""

    def __init__(self, why: Text, where: str | None = None) -> None:
        super().__init__(why, where)
        self.why: Text = why
        self.where: str | None = where

    def text(self, lang: Lang = "en") -> str:
        """Return the place and the reason in a language."""
        said = self.why.said(lang)
        return f"{self.where}: {said}" if self.where else said

    def __str__(self) -> str:
        return self.text()


def reason(error: BaseException) -> Text:
    """Return why something failed, without the file name that callers put before it."""
    if isinstance(error, ReasonedError):
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
