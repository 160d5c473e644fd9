"""Fixtures of the command line's tests."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set English and no colour, whatever the environment says."""
    for name in ("NO_COLOR", "FORCE_COLOR", "LANG", "LC_MESSAGES", "KVS_SCHEMA_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
