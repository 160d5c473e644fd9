"""Values of a strategy by seed."""

from __future__ import annotations

from typing import TypeVar

import hypothesis
from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")


def drawn(values: SearchStrategy[T], count: int, seed: int = 0) -> list[T]:
    """So many values, the same for the same seed."""
    found: list[T] = []

    @hypothesis.seed(seed)
    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate])
    @given(values)
    def keep(value: T) -> None:
        found.append(value)

    keep()
    return found
