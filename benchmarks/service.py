"""Measure what matters to a service: start-up, memory, threads."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import kvs_schema
from kvs_schema import validate_callback
from kvs_schema.build import artefacts
from kvs_schema.catalogue import store

from . import corpus
from .measure import printed, process, resident
from .table import Row, at_least, at_most

_VERDICT = (
    "import sys; from kvs_schema import validate_callback; validate_callback(sys.argv[1].encode())"
)
_HEAVY = ("yaml", "hypothesis", "jsonschema", "rich", "mkdocs")


@contextmanager
def installed() -> Iterator[tuple[dict[str, str], Path]]:
    """Return environment and folder with the package as a wheel installs it, compiled."""
    package = Path(kvs_schema.__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / package.name
        shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
        if not (copy / "_compiled").is_dir():
            (copy / "_compiled").mkdir()
            artefacts.write_compiled(store.sources_directory(), copy / "_compiled")
        environment = {**os.environ, "PYTHONPATH": folder}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        yield environment, Path(folder)


def start_rows(rounds: int) -> Iterator[Row]:
    """Measure a fresh interpreter up to its first verdict, against the engine's bare import."""
    body = corpus.worked_avinfo().decode()
    with installed() as place:
        alone, ours, bare, parsers = [], [], [], []
        for _ in range(rounds + 1):  # the first writes the bytecode
            bare.append(process(["-c", "pass"], *place))
            alone.append(process(["-c", "import jsonschema_rs"], *place))
            parsers.append(process(["-c", "import jsonschema_rs, orjson"], *place))
            ours.append(process(["-c", _VERDICT, body], *place))
        loaded = printed(
            "import sys; from kvs_schema import validate_callback;"
            f"validate_callback({body.encode()!r});"
            f"print(sum(name in sys.modules for name in {_HEAVY!r}))",
            *place,
        )
    detail = (
        f"{min(ours) * 1e3:.0f} ms to {min(alone) * 1e3:.0f} ms;"
        f" with orjson {min(parsers) * 1e3:.0f} ms, bare Python {min(bare) * 1e3:.0f} ms"
    )
    yield at_most(
        "cold start with one verdict to import jsonschema_rs", min(ours) / min(alone), 1.5, detail
    )
    yield at_most("heavy modules imported at start", loaded, 0, ", ".join(_HEAVY))


def memory_row(verdicts: int) -> Row:
    """Compare memory after many verdicts on different bodies with that after a tenth of them."""
    texts = [body.text for body in corpus.shared() if len(body.text) < 20_000]
    after: list[int] = []
    for index in range(verdicts):
        text = texts[index % len(texts)].replace(corpus.TASK_ID.encode(), b"%040d" % index)
        with suppress(ValueError):
            validate_callback(text)
        if index == verdicts // 10 or index == verdicts - 1:
            after.append(resident())
    first, last = after
    detail = f"{last / 2**20:.1f} MiB after {verdicts:,}, {first / 2**20:.1f} MiB after a tenth"
    ratio = last / first if first else 1.0
    return at_most(f"memory over {verdicts:,} verdicts, of all kinds", ratio, 1.02, detail)


def thread_row(seconds: float) -> Row:
    """Compare the rate of eight threads with that of one thread."""
    body, count = corpus.worked_avinfo(), 2000

    def many() -> None:
        for _ in range(count):
            validate_callback(body)

    rates: dict[str, float] = {"one": 0.0, "eight": 0.0}
    end = time.perf_counter() + seconds
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: validate_callback(body), range(8)))
        while time.perf_counter() < end:
            start = time.perf_counter()
            for _ in range(8):
                many()
            middle = time.perf_counter()
            list(pool.map(lambda _: many(), range(8)))
            rates["one"] = max(rates["one"], 8 * count / (middle - start))
            rates["eight"] = max(rates["eight"], 8 * count / (time.perf_counter() - middle))
    free = "" if getattr(sys, "_is_gil_enabled", lambda: True)() else ", free-threaded"
    detail = f"{rates['eight']:,.0f} to {rates['one']:,.0f} verdicts a second{free}"
    return at_least(
        "eight threads to one after the other", rates["eight"] / rates["one"], 0.9, detail
    )


def command_rows(bodies: int, seconds: float, times: int) -> Iterator[Row]:
    """Compare `kvs-schema validate` on a file of many bodies with the rate of the library.

    On a machine that is shared both drift; so the library is measured before and after each of
    some runs, and the middle one counts.
    """
    lines = [
        body.text
        for body in corpus.shared()
        if body.valid and (body.worked or not body.name.startswith("example"))
        if len(body.text) < 20_000
    ]
    cores = min(2, os.cpu_count() or 1)
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.jsonl"
        with path.open("wb") as file:
            for index in range(bodies):
                file.write(lines[index % len(lines)] + b"\n")
        command = ["-m", "kvs_schema", "validate"]
        little = Path(folder) / "little.jsonl"
        little.write_bytes(lines[0] + b"\n")
        before = _rate(lines, seconds)
        for _ in range(times):
            total = bodies / process([*command, str(path)])
            after = _rate(lines, seconds)
            rate, before = (before + after) / 2, after
            runs.append((total / rate / cores, total, rate))
        start_up = process([*command, str(little)])
    runs.sort()
    ratio, total, rate = runs[len(runs) // 2]
    detail = (
        f"{total:,.0f} bodies a second, library {rate:,.0f} on one core;"
        f" of {times} runs {runs[0][0]:.2f} to {runs[-1][0]:.2f}; {start_up:.2f} s start"
    )
    yield at_least(
        f"kvs-schema validate, {bodies:,} bodies, to {cores} times the library",
        ratio,
        0.8,
        detail,
    )


def _rate(texts: list[bytes], seconds: float) -> float:
    """Return verdicts per second of the library on one core."""
    validated, start = 0, time.perf_counter()
    while (taken := time.perf_counter() - start) < seconds:
        for text in texts:
            validate_callback(text)
        validated += len(texts)
    return validated / taken
