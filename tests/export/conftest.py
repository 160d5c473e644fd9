"""The exports as files, once for all tests, and the tools of other people that read them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kvs_schema import decode_callback
from kvs_schema.catalogue import store
from kvs_schema.catalogue.names import variant_names
from kvs_schema.export import vectors

from ..tools import required

#: Runs the program of an npm package with arguments in a folder, and returns what it printed.
Tool = Callable[..., str]
PROGRAMS = {
    "openapi-typescript": "openapi-typescript/bin/cli.js",
    "quicktype": "quicktype/dist/index.js",
    "redocly": "@redocly/cli/bin/cli.js",
    "tsc": "typescript/bin/tsc",
}


@pytest.fixture(scope="session")
def run(node: str, node_modules: Path) -> Tool:
    """Runs a tool of `PROGRAMS`, which must succeed."""

    def run(name: str, *arguments: str, folder: Path) -> str:
        environment = os.environ | {
            "REDOCLY_TELEMETRY": "off",
            "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
        }
        command = [node, str(node_modules / PROGRAMS[name]), *arguments]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def bodies() -> list[dict[str, Any]]:
    """Every example of a callback as sent."""
    names = set(variant_names())
    return [each["body"] for each in vectors() if each["schema"] in names and "deviations" in each]


@pytest.fixture(scope="session")
def documents(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every example of a callback, opened."""
    assert len(bodies) == sum(
        entry["schema"] in variant_names() for entry in store.specification()["examples"].values()
    )
    return [decode_callback(body) for body in bodies]


@pytest.fixture(scope="session")
def java() -> Path:
    """The folder of javac and java; skips where they or Jackson may be missing."""
    found = required("java", "javac", install="install a JDK and libjackson2-databind-java")
    return Path(found).parent
