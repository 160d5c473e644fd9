"""What is found from a seed does not depend on which other tests are imported."""

from __future__ import annotations

import pytest
from hypothesis.internal.conjecture.providers import HypothesisProvider

from kvs_schema.strategies.sample import SeededProvider


@pytest.fixture(autouse=True)
def no_constants_of_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw none of the constants in imported modules, which Hypothesis takes otherwise."""
    instead = SeededProvider._maybe_draw_constant
    monkeypatch.setattr(HypothesisProvider, "_maybe_draw_constant", instead)
