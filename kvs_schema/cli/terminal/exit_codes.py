"""The exit codes, and the exception that ends a command early."""

from __future__ import annotations

from ...catalogue.reasons import ReasonedError

#: Exit codes. 2 wins over 1; the last three are what shells report for the signals.
VALID, INVALID, FAILED, INTERRUPTED, BROKEN_PIPE, TERMINATED = 0, 1, 2, 130, 141, 143


class CommandError(ReasonedError):
    """A command that cannot be carried out: one line for standard error, perhaps after a place."""
