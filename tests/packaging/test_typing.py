"""What a type checker tells the users of the package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import kvs_schema
from kvs_schema.export import python_types

#: What is written, and a part of what the type checker says of it.
SNIPPETS = [
    ("from kvs_schema import validate_callback as v; reveal_type(v(b'').outputs)", "Output"),
    *(
        (f"from kvs_schema.strategies import *; reveal_type({call})", kind)
        for call, kind in (
            ("callbacks(strict=True)", "Strategy[dict[str, Any]]"),
            ("callbacks('task.failed', wire='bytes')", "Strategy[bytes]"),
            ("embedded('metainfo', wire='text')", "Strategy[str]"),
            ("from_schema('metainfo', wire='bytes')", "Strategy[bytes]"),
            ("create_wave_task_responses(strict=True)", "Strategy[dict[str, Any]]"),
            ("create_wave_task_responses(wire='text')", "Strategy[str]"),
            ("error_codes('callbacks')", "arg-type"),
            ("deliveries(tasks=2)", "Strategy[list[dict[str, Any]]]"),
            ("deliveries(max_size=3, wire='bytes')", "Strategy[list[bytes]]"),
        )
    ),
    ("from kvs_schema.strategies import callbacks; callbacks(wire='line')", "call-overload"),
    ("from kvs_schema.strategies import deliveries; deliveries(task=2)", "call-overload"),
    ("from kvs_schema import validate_calback", "validate_calback"),
    ("import kvs_schema; kvs_schema.check_calback(b'')", "check_calback"),
    ("import kvs_schema; kvs_schema.validate_callback(5)", "arg-type"),
    (
        "import kvs_schema; reveal_type(kvs_schema.schema('callback', form='shape'))",
        "dict[str, Any]",
    ),
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


def test_public_types_are_complete(node: str, node_modules: Path) -> None:
    """By pyright: nothing in public signatures is left to what a type checker infers.

    Rooms inside the package are no part of its interface.
    """
    programs = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}
    command = [node, str(node_modules / "pyright/index.js"), "--outputjson", "--ignoreexternal"]
    done = subprocess.run(
        [*command, "--verifytypes", "kvs_schema"],
        cwd=node_modules.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout)["typeCompleteness"]["symbols"]
    known = {symbol["name"]: symbol["isTypeKnown"] for symbol in found}
    assert {f"kvs_schema.{name}" for name in kvs_schema.__all__} - {"kvs_schema.__version__"} <= (
        known.keys()
    )
    public = ("api", "reports", "results", "catalogue", "spec", "export", "testing")
    unknown = [name for name, complete in known.items() if not complete]
    assert [
        name
        for name in unknown
        if name.count(".") == 1 or name.startswith(tuple(f"kvs_schema.{room}." for room in public))
    ] == []


def test_the_types_of_opened_documents_are_the_exported_ones() -> None:
    """`Callback.document` has them. Write them again with python_types(opened=True)."""
    path = Path(kvs_schema.__file__).parent / "results" / "documents.pyi"
    assert path.read_text(encoding="utf-8") == python_types(opened=True)
