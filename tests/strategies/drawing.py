"""Draw the values of a strategy from a seed, and find what is in them."""

from __future__ import annotations

import os
from typing import Any, TypeVar

import hypothesis
import pytest
from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

#: Whether `make full` runs: tests that look for rare values then draw more of them.
LONG = "KVS_SCHEMA_SEEDS" in os.environ
LEVELS = pytest.mark.parametrize("strict", [False, True])


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


def outputs(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the outputs of a single task."""
    found = body["Details"].get("items") or []
    return found if isinstance(found, list) else [found]
