"""Programs of others that some tests need; `KVS_SCHEMA_WITHOUT` names those to go on without."""

from __future__ import annotations

import os
import shutil

import pytest


def is_left_out(tool: str) -> bool:
    """Return whether the tests go on without a tool."""
    return tool in os.environ.get("KVS_SCHEMA_WITHOUT", "").split()


def required(tool: str, *commands: str, install: str) -> str:
    """Return the path of the first of some commands that is installed; one must be.

    Skips the test if it goes on without the tool.
    """
    if is_left_out(tool):
        pytest.skip(f"{tool} may be missing: KVS_SCHEMA_WITHOUT says to go on without")
    found = next(filter(None, map(shutil.which, commands)), None)
    assert found, f"{install}, or set KVS_SCHEMA_WITHOUT={tool}"
    return found
