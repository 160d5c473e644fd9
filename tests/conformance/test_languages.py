"""The adapters in other languages, run by the toolchains that are there, and what they measure."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from . import measure
from .test_vectors import EXAMPLES, kvs_schema


@pytest.fixture(scope="module")
def go_adapter(go: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    patch = pytest.MonkeyPatch()
    patch.setenv("CGO_ENABLED", "0")
    try:
        return measure.built_go(go, tmp_path_factory.mktemp("go"))
    finally:
        patch.undo()


def test_ajv_and_the_reader_pass_all(
    node: str, node_modules: Path, exported: Path, tmp_path: Path
) -> None:
    for file in (EXAMPLES / "node").iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path)
    (tmp_path / "node_modules").symlink_to(node_modules)
    command = [node, str(tmp_path / "adapter.js"), str(exported)]
    done = kvs_schema("conformance", "--timeout", "60", "--", *command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout


def test_go_fails_where_it_is_expected_to(go_adapter: list[str]) -> None:
    expected = str(EXAMPLES / "go" / "expected-failures.txt")
    done = kvs_schema(
        "conformance",
        "--only",
        "raw/*",
        "--timeout",
        "60",
        "--expected-failures",
        expected,
        "--",
        *go_adapter,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed as expected" in done.stdout


def test_the_tables_are_what_is_measured(node: str, go_adapter: list[str]) -> None:
    """Write them again with: python -m tests.conformance.measure"""
    for name, text in measure.written(measure.plain_node(node), go_adapter).items():
        assert (EXAMPLES / name).read_text(encoding="utf-8") == text, name


def test_the_reader_stands_alone() -> None:
    """A browser loads it too: it imports nothing, and nothing of Node is in it."""
    text = (EXAMPLES / "node" / "reader.js").read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.startswith(("//", " *")))
    for word in ("import", "require", "process", "Buffer"):
        assert word not in code
    assert len(text) < 7000
