"""Settings and fixtures of all tests."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

from .tools import required

# The time of an example depends on the machine more than on the code; CI draws the same each time.
settings.register_profile("suite", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("suite")


HERE = Path(__file__).parent


def pytest_collection_finish() -> None:
    """Look for garbage less often: all tests and what they import is a lot to look through."""
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture
def no_constants_of_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw none of the constants in imported modules, so that what a seed finds stays the same."""
    from hypothesis.internal.conjecture.providers import HypothesisProvider

    from kvs_schema.strategies.sample import SeededProvider

    instead = SeededProvider._maybe_draw_constant
    monkeypatch.setattr(HypothesisProvider, "_maybe_draw_constant", instead)


@pytest.fixture(scope="session")
def node() -> str:
    """The Node executable; skips where it may be missing."""
    return required("node", "node", install="install Node and npm")


@pytest.fixture(scope="session")
def go() -> str:
    """The Go executable; skips where it may be missing."""
    return required("go", "go", install="install Go")


@pytest.fixture(scope="session")
def node_modules(node: str) -> Path:
    """The packages of `package.json`, installed beside the tests when they are first needed."""
    modules = HERE / "node_modules"
    npm = required("node", "npm", install="install npm")
    with (HERE / "package.json").open() as file:  # one worker installs, the others wait
        fcntl.flock(file, fcntl.LOCK_EX)
        wanted = json.load(file)["dependencies"]
        if any(_installed(modules / name) != version for name, version in wanted.items()):
            command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
            subprocess.run(command, cwd=HERE, check=True)
    return modules


def _installed(package: Path) -> str | None:
    """The version of an npm package, if it is there."""
    try:
        return str(json.loads((package / "package.json").read_text(encoding="utf-8"))["version"])
    except OSError:
        return None


@pytest.fixture(scope="session")
def chromium() -> str:
    """The distribution's Chromium; without it the tests fail, unless told to go on without."""
    return required("browser", "chromium", "chromium-browser", install="apt-get install chromium")


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with all exports in English."""
    from kvs_schema.export import write

    folder = tmp_path_factory.mktemp("exported")
    write(folder)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _fresh_for_each_mutant() -> None:
    """Mutation testing forks a process that has validated before; its caches must be cleared."""
    if "MUTANT_UNDER_TEST" not in os.environ:
        return
    from kvs_schema.validation import callbacks, fast_path, validator

    fast_path.answer = fast_path.first_answer
    for cached in (validator.validator, callbacks.pipeline):
        cached.cache_clear()
