"""Node and its packages, installed beside these tests when they are first needed."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def node() -> str:
    """The Node executable, with the packages of `package.json` installed."""
    if "node" in os.environ.get("KVS_SCHEMA_WITHOUT", "").split():
        pytest.skip("Node is not installed, and KVS_SCHEMA_WITHOUT says to go on without")
    executable, npm = shutil.which("node"), shutil.which("npm")
    assert executable, "install Node and npm, or set KVS_SCHEMA_WITHOUT=node"
    assert npm, "install npm, or set KVS_SCHEMA_WITHOUT=node"
    with (HERE / "package.json").open() as lock:  # one worker installs, the others wait
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (HERE / "node_modules" / "typescript").is_dir():
            command = [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
            subprocess.run(command, cwd=HERE, check=True)
    return executable
