"""What ends a command early."""

from __future__ import annotations

from ..exceptions import KvsSchemaError

#: Exit codes. 2 wins over 1; the last two are what shells report for the signals.
VALID, INVALID, FAILED, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141


class CommandError(KvsSchemaError):
    """A command that cannot be carried out; its text is one line for standard error."""


def reason(error: BaseException) -> str:
    """What the system says of an error, without the file name that callers put before it."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
