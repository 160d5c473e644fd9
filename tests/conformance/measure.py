"""Write what parsers do with the bodies that they read differently.

The table in both languages, for the page about conformance, and the expected failures of the
adapter in Go: `python -m tests.conformance.measure`. Needs Node and Go; nothing is typed by hand.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kvs_schema.catalogue import store
from kvs_schema.export.conformance import conformance
from kvs_schema.testing.conformance import Program, Result

HERE = Path(__file__).parents[2] / "examples" / "conformance"
WORDS = {
    "en": {"body": "Body", "must": "Must be", "error": "error", "bold": "{} of {} are wrong"},
    "zh": {"body": "内容", "must": "应得", "error": "报错", "bold": "{1} 条中有 {0} 条不对"},
}
OUTCOMES = {
    "en": {"valid": "valid", "partial": "partial", "unclear": "unclear", "foreign": "foreign"},
    "zh": {"valid": "有效", "partial": "部分可用", "unclear": "不明", "foreign": "无关"},
}


def plain_node(node: str) -> list[str]:
    """Return the command of the adapter that only calls JSON.parse."""
    return [node, str(HERE / "node" / "adapter.js"), "--plain"]


def built_go(go: str, folder: Path) -> list[str]:
    """Build the adapter in Go into a folder and return its command."""
    program = folder / "adapter"
    command = [go, "build", "-o", str(program), "."]
    subprocess.run(command, cwd=HERE / "go", check=True)
    return [str(program)]


def raw_vectors() -> list[dict[str, Any]]:
    """Return the vectors of bodies that parsers read differently."""
    found: list[dict[str, Any]] = conformance(lambda name: name.startswith("raw/"))["vectors"]
    return found


def measured(command: Sequence[str]) -> dict[str, Result]:
    """Return the result of a program for each of these vectors."""
    found: list[Result] = []
    asyncio.run(Program(command, timeout=30).run(raw_vectors(), (), found.append))
    return {result.id: result for result in found}


def written(node: Sequence[str], go: Sequence[str]) -> dict[str, str]:
    """Return the files by name: both tables, and the expected failures of the adapter in Go."""
    results = {"JSON.parse": measured(node), "encoding/json": measured(go)}
    files = {f"parsers.{lang}.md": table(lang, results) for lang in WORDS}
    failed = [name for name, result in results["encoding/json"].items() if result.kind == "failed"]
    head = "# What encoding/json reads otherwise; written by python -m tests.conformance.measure"
    files["go/expected-failures.txt"] = "\n".join([head, *failed]) + "\n"
    return files


def table(lang: str, results: dict[str, dict[str, Result]]) -> str:
    """Return the table of what each parser does; what is wrong is bold."""
    words, outcomes = WORDS[lang], OUTCOMES[lang]
    head = [words["body"], words["must"], *(f"`{name}`" for name in results)]
    rows = [head, ["---"] * len(head)]
    title = "title_zh" if lang == "zh" else "title"
    for vector in raw_vectors():
        expected = vector["expected"]
        must = outcomes[expected["outcome"]]
        must += f" {expected['status']}" if expected["status"] else ""
        entry = store.parsers()["vectors"][vector["id"].removeprefix("raw/")]
        cells = [_cell(found[vector["id"]], expected, words["error"]) for found in results.values()]
        rows.append([entry[title], must, *cells])
    counts = [
        words["bold"].format(sum(each.kind == "failed" for each in found.values()), len(found))
        for found in results.values()
    ]
    rows.append(["", "", *counts])
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cell(result: Result, expected: dict[str, Any], error: str) -> str:
    answer = result.answer or {}
    said = str(answer["status"]) if answer.get("tolerant") else error
    if answer.get("task_id", expected["task_id"]) != expected["task_id"]:
        said = f"`{answer['task_id']}` {said}"
    return f"**{said}**" if result.kind == "failed" else said


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        node, go = shutil.which("node"), shutil.which("go")
        if node is None or go is None:
            raise SystemExit("install Node and Go")
        for name, text in written(plain_node(node), built_go(go, Path(scratch))).items():
            (HERE / name).write_text(text, encoding="utf-8")
