"""Draw the values of a strategy from a seed."""

from __future__ import annotations

import os
from typing import TypeVar

import hypothesis
from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

#: Whether `make full` runs: tests that look for rare values then draw more of them.
LONG = "KVS_SCHEMA_SEEDS" in os.environ


def drawn(values: SearchStrategy[T], count: int, seed: int = 0) -> list[T]:
    """Draw `count` values, the same ones for the same seed."""
    found: list[T] = []

    @hypothesis.seed(seed)
    @settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate])
    @given(values)
    def keep(value: T) -> None:
        found.append(value)

    keep()
    return found
