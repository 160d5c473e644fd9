"""Measure the extras: strategies, and the build of the site."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kvs_schema

from .table import Row, at_least

ROOT = Path(kvs_schema.__file__).parents[1]

#: Draws values of a schema for a while and prints how many a second; ours, unless it is given.
_DRAW = """
import json, sys, time, warnings
from hypothesis import HealthCheck, Phase, given, settings
warnings.simplefilter("ignore")
seconds, name, schema = float(sys.argv[1]), sys.argv[2], sys.stdin.read()
if schema:
    from hypothesis_jsonschema import from_schema
    strategy = from_schema(json.loads(schema))
else:
    from kvs_schema.strategies import from_schema
    strategy = from_schema(name)
count, start = 0, None
class Enough(Exception): pass
@settings(max_examples=10**6, deadline=None, database=None, phases=[Phase.generate],
          suppress_health_check=list(HealthCheck))
@given(strategy)
def draw(value):
    global count, start
    if start is None:
        start = time.perf_counter()
    else:
        count += 1
    if time.perf_counter() - start > seconds:
        raise Enough
try:
    draw()
except Enough:
    pass
print(count / (time.perf_counter() - start))
"""


def strategy_rows(seconds: float, other: str) -> Iterator[Row]:
    """Yield values per second, ours and those of `hypothesis-jsonschema`, which `other` can run.

    Of documents too, since of whole callbacks it may draw none for minutes.
    """
    yield _strategy_row("task.finished", "callbacks", seconds, other, goal=50)
    yield _strategy_row("metainfo", "metainfo documents", seconds, other)


def _strategy_row(
    name: str, values: str, seconds: float, other: str, *, goal: float | None = None
) -> Row:
    title = f"strategies, {values} a second"
    ours = _drawn(sys.executable, seconds, name, "")
    if not ours:
        detail = "the extra testing is not installed, or does not work yet"
        return Row(title, "-", detail=detail)
    schema = kvs_schema.schema(name, opened=True)
    schema.pop("allOf", None)  # what tells the variant from others, which would cost theirs more
    theirs = _drawn(other, seconds, name, json.dumps(_inlined(schema)))
    if theirs is None:
        detail = (
            "hypothesis-jsonschema does not work with this Hypothesis; see --hypothesis-jsonschema"
        )
        return Row(title, f"{ours:.0f}", detail=detail)
    title += ", to hypothesis-jsonschema"
    limit = _limit(seconds)
    ratio = ours / theirs if theirs else ours * limit
    detail = f"{ours:.0f} to {theirs:.2f} a second"
    if not theirs:
        detail = f"{ours:.0f} a second; not one of theirs in {limit:.0f} s"
    return (
        Row(title, f"{ratio:.1f}", detail=detail)
        if goal is None
        else at_least(title, ratio, goal, detail)
    )


def _limit(seconds: float) -> float:
    """Return how long an interpreter may take, including what it builds before it draws."""
    return 26 * seconds


def _drawn(python: str, seconds: float, name: str, schema: str) -> float | None:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [python, "-c", _DRAW, str(seconds), name],
                input=schema,  # too long for an argument
                capture_output=True,
                text=True,
                env=environment,
                cwd=folder,
                timeout=_limit(seconds),
            )
        except subprocess.TimeoutExpired:
            return 0.0
    try:
        return float(done.stdout)
    except ValueError:
        return None


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema in the draft, and with the references, that hypothesis-jsonschema knows."""

    def walk(value: Any) -> Any:
        if isinstance(value, list):
            return [walk(member) for member in value]
        if not isinstance(value, dict):
            return value
        found = {
            key: walk(member) for key, member in value.items() if key not in ("$schema", "$defs")
        }
        reference = found.pop("$ref", None)
        if isinstance(reference, str):
            target = walk(schema["$defs"][reference.removeprefix("#/$defs/")])
            found = {"allOf": [target, found]} if found else target
        return found

    inlined: dict[str, Any] = walk(schema)
    return inlined


def site_row() -> Row:
    """Measure how long the English site takes to build."""
    name = "site build, English"
    if not (ROOT / "mkdocs.yml").is_file():
        return Row(name, "-", detail="no mkdocs.yml here")
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", folder],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        )
        taken = time.perf_counter() - start
        pages = len(list(Path(folder).rglob("*.html")))
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["mkdocs failed"]
        return Row(name, "-", detail=last[0][:100])
    return Row(name, f"{taken:.1f} s", detail=f"{pages} pages")
