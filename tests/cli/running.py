"""Run the command as users do, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ..documents import callback_examples, sent

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "kvs_schema")


def environment(**more: str) -> dict[str, str]:
    """Return the environment without variables that change the output, and with `more`."""
    dropped = ("LC_", "LANG", "KVS_SCHEMA_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONUNBUF")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return {**kept, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), **more}


def run(
    *arguments: object,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
    command: tuple[str, ...] = COMMAND,
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end; return the process with its output decoded."""
    done = subprocess.run(
        [*command, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env=dict(env or environment()),
        timeout=120,
        check=False,
    )
    out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


@cache
def bodies() -> dict[str, bytes]:
    """Return every example that is a callback, as received."""
    return {
        name: json.dumps(sent(name), ensure_ascii=False).encode() for name in callback_examples()
    }


def lines(*texts: bytes) -> bytes:
    """Join texts as lines."""
    return b"".join(text + b"\n" for text in texts)


GOOD = bodies()["avinfo"]
#: An avinfo callback whose embedded document has a string instead of an integer.
BAD = GOOD.replace(rb"\"width\":500", rb"\"width\":\"wide\"")
