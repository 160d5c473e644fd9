"""What every test shares."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# How long an example takes says more of the machine than of the code; CI draws the same each time.
settings.register_profile("suite", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("suite")


@pytest.fixture(scope="session", autouse=True)
def _fresh_for_each_mutant() -> None:
    """Mutation testing forks a process that has judged already; what it made must be made anew."""
    if "MUTANT_UNDER_TEST" not in os.environ:
        return
    from kvs_schema import judge, quick, validate

    for cached in (judge.judge, quick.quick_way, validate._callbacks):
        cached.cache_clear()
