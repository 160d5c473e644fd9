"""The tests that the guide tells users to copy run as they stand, and fail where a handler does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import kvs_schema

EXAMPLES = Path(__file__).parents[2] / "examples" / "frameworks"

#: What each example needs beside `kvs-schema[testing]`.
NEEDS = {
    "test_fastapi": ("fastapi", "httpx2"),
    "test_flask": ("flask",),
    "test_django": ("django",),
}


def run(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run one file in a folder of its own, as a user would."""
    root = str(Path(kvs_schema.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": root}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path.name, *options]
    return subprocess.run(
        command, cwd=path.parent, env=environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(params=sorted(NEEDS))
def example(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of an example, where no configuration of ours is found."""
    name = request.param
    copy = tmp_path / f"{name}.py"
    copy.write_text((EXAMPLES / copy.name).read_text("utf-8"), "utf-8")
    return copy


def test_every_example_is_tested() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.py")} == NEEDS.keys()


def test_example_says_what_to_install(example: Path) -> None:
    first = next(line for line in example.read_text("utf-8").splitlines() if "pip install" in line)
    assert all(module in first for module in NEEDS[example.stem])


def test_example_passes(example: Path) -> None:
    done = run(example)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


def test_example_fails_with_a_handler_that_does(example: Path) -> None:
    """A handler that takes every body for a callback fails."""
    text = example.read_text("utf-8")
    careless = text.replace("if callback is not None and ", "if ")
    assert careless != text
    only = "settings(deadline=None, phases=[Phase.generate])"
    unshrunk = careless.replace("settings(deadline=None)", only)
    unshrunk = unshrunk.replace("import given, settings", "import Phase, given, settings")
    example.write_text(unshrunk, "utf-8")
    done = run(example, "-k", "hostile")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "1 failed" in done.stdout, done.stdout
    assert "'NoneType' object has no attribute 'status'" in done.stdout
