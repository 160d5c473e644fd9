"""How much of a body is looked at before it is refused."""

from __future__ import annotations

import sys
from dataclasses import dataclass

#: The parser and the engine both stop near this depth.
DEEPEST = 250

#: No report can list more.
MOST_FINDINGS = sys.maxsize - 1


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what a body may cost; over one of them a single finding says so.

    `body` counts bytes of JSON text (for a value, characters and members), `embedded` characters
    of an embedded document, `depth` arrays and objects inside each other once opened, `findings`
    the entries of each list of a report. Raises `ValueError` for a bound below 1 or a depth above
    250.
    """

    body: int = 16 * 1024 * 1024
    embedded: int = 8 * 1024 * 1024
    depth: int = 100
    findings: int = 100

    def __post_init__(self) -> None:
        for name in ("body", "embedded", "depth", "findings"):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise ValueError(f"Limits.{name} must be a whole number from 1, not {value!r}")
        if self.depth > DEEPEST:
            raise ValueError(f"Limits.depth cannot exceed {DEEPEST}, not {self.depth}")
        if self.findings > MOST_FINDINGS:  # one more is looked for, to know whether there are more
            object.__setattr__(self, "findings", MOST_FINDINGS)


def check_limits(limits: object) -> None:
    """Raise `TypeError` if this is no `Limits`."""
    if not isinstance(limits, Limits):
        raise TypeError(f"limits: a Limits, not {type(limits).__name__}")
