"""The built site, once for all tests of a run, and a browser to look at it with."""

from __future__ import annotations

import fcntl
import functools
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import kvs_schema

from ..tools import is_left_out

ROOT = Path(kvs_schema.__file__).parent.parent


def run(*command: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; Material's advertisement is switched off."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def plugin() -> None:
    """MkDocs finds plugins by the metadata of installed packages."""
    names = {point.name for point in entry_points(group="mkdocs.plugins")}
    assert "kvs-schema" in names, "install the package: pip install --editable '.[docs]'"


@pytest.fixture(scope="session")
def site(
    plugin: None, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Path:
    """Both languages, built as they are published; one build for all workers of a run."""
    if not is_left_out("node"):
        request.getfixturevalue("node_modules")  # Ajv, for the page that validates bodies
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    built = shared / "site"
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not built.is_dir():
            result = run(sys.executable, "-m", "docs.build", str(built))
            assert result.returncode == 0, result.stdout + result.stderr
            assert "WARNING" not in result.stderr, result.stderr
    return built


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """Where the built site is served."""
    handler = functools.partial(_Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def axe(node_modules: Path) -> str:
    """The source of axe-core, which looks for barriers on a page."""
    return (node_modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
