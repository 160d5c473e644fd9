"""What a type checker tells the users of the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("from kvs_schema import validate_callback as v; reveal_type(v(b'').outputs)", "Output"),
        *(
            (f"from kvs_schema.strategies import *; reveal_type({call})", kind)
            for call, kind in (
                ("callbacks(strict=True)", "Strategy[dict[str, Any]]"),
                ("callbacks('task.failed', wire='bytes')", "Strategy[bytes]"),
                ("embedded('metainfo', wire='text')", "Strategy[str]"),
                ("deliveries(tasks=2)", "Strategy[list[dict[str, Any]]]"),
                ("deliveries(max_size=3, wire='bytes')", "Strategy[list[bytes]]"),
            )
        ),
        ("from kvs_schema.strategies import callbacks; callbacks(wire='line')", "call-overload"),
        ("from kvs_schema.strategies import deliveries; deliveries(task=2)", "call-overload"),
        ("from kvs_schema import validate_calback", "validate_calback"),
        ("import kvs_schema; kvs_schema.check_calback(b'')", "check_calback"),
        ("import kvs_schema; kvs_schema.validate_callback(5)", "arg-type"),
    ],
)
def test_names_and_types_are_known(code: str, problem: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), "-c", code]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert problem in result.stdout.replace("builtins.", "")
