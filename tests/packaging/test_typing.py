"""What a type checker tells the users of the package."""

from __future__ import annotations

import subprocess
import sys

import pytest

#: What is written, and a part of what the type checker says of it.
SNIPPETS = [
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
]


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The output of one run of the type checker over all snippets, a text for each snippet."""
    folder = tmp_path_factory.mktemp("typing")
    for number, (code, _) in enumerate(SNIPPETS):
        (folder / f"snippet{number}.py").write_text(code + "\n", encoding="utf-8")
    files = [f"snippet{number}.py" for number in range(len(SNIPPETS))]
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(folder), *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    lines = done.stdout.replace("builtins.", "").splitlines()
    return ["\n".join(line for line in lines if line.startswith(f"{file}:")) for file in files]


@pytest.mark.parametrize("number", range(len(SNIPPETS)), ids=[code for code, _ in SNIPPETS])
def test_names_and_types_are_known(number: int, messages: list[str]) -> None:
    assert SNIPPETS[number][1] in messages[number]
