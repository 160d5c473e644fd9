"""What can be wrong with a body before any schema is applied to it.

A reader gives a `Fault` for each part that it could not read, or raises `TextError` where nothing
can be read; findings are made of both.
"""

from __future__ import annotations

from typing import Any, NamedTuple

#: Reasons of faults for which a value lacks something that was given or meant.
_LOSSES = frozenset(
    (
        "depth",
        "duplicate_key",
        "key_no_string",
        "lone_surrogate",
        "no_json_value",
        "number_out_of_range",
        "out_of_range",
        "repeated",
        "surrogate_escape",
    )
)


class TextPosition(NamedTuple):
    """A place in a text: its offset in characters from 0, its line and column from 1."""

    offset: int
    line: int
    column: int


#: Where every text begins.
START = TextPosition(0, 1, 1)


class Fault(NamedTuple):
    """Something wrong with a text or a value, found before any schema is applied.

    `at` is where in its own text it is, if it is a fault of text.
    """

    path: tuple[str | int, ...]
    keyword: str
    reason: str
    expected: Any = None
    actual: Any = None
    at: TextPosition | None = None

    @property
    def loses(self) -> bool:
        """Return whether the value that was read lacks something that was given."""
        return self.reason in _LOSSES


class TextError(Exception):
    """A text that cannot be read at all."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def too_deep_for(depth: int) -> TextError:
    """Return the error for arrays and objects nested deeper than the limit."""
    return TextError(Fault((), "limit", "depth", depth))
