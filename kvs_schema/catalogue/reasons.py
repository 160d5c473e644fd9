"""What went wrong, as a text of the catalogue."""

from __future__ import annotations

import errno
import gzip
import zlib

from . import store
from .texts import Text


def reason(error: BaseException) -> Text:
    """Return what the system says of an error, without the file name that callers put before it."""
    if isinstance(error, EOFError | zlib.error | gzip.BadGzipFile):
        return Text("errors.packed")
    said = str(error) or type(error).__name__
    if isinstance(error, OSError) and error.strerror:
        said = error.strerror
        key = f"system.{errno.errorcode.get(error.errno or 0, '').lower()}"
        if key in store.texts():
            return Text(key)
    return Text("errors.system", {"said": said})
