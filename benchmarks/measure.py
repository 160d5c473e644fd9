"""Measure times and memory, so that noise of the machine affects all contenders equally."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

Function = Callable[[], Any]


def best(functions: Mapping[str, Function], seconds: float) -> dict[str, float]:
    """Return processor seconds per call of each, the best of many rounds in which they take turns.

    The functions share the time that is given; each is called three times at least.
    """
    block = max(seconds / 1000, 1e-3)  # long enough for caches to warm up
    counts = {name: _count(function, block) for name, function in functions.items()}
    found = dict.fromkeys(functions, float("inf"))
    end = time.perf_counter() + seconds
    rounds = 0
    gc.collect()
    gc.disable()
    try:
        while rounds < 3 or time.perf_counter() < end:
            rounds += 1
            for name, function in functions.items():
                found[name] = min(found[name], _once(function, counts[name]))
    finally:
        gc.enable()
    return found


def _count(function: Function, seconds: float) -> int:
    """Return how many calls take about a given time."""
    function()
    taken = max(_once(function, 1), 1e-7)
    return max(1, min(1000, int(seconds / taken)))


def _once(function: Function, count: int) -> float:
    """Return seconds of this thread on a core, so that waiting for one does not count."""
    repeats = range(count)
    start = time.thread_time()
    for _ in repeats:
        function()
    return (time.thread_time() - start) / count


def seconds(function: Function) -> float:
    """Return the processor seconds of one call."""
    gc.collect()
    gc.disable()
    try:
        return _once(function, 1)
    finally:
        gc.enable()


def peak(function: Function) -> int:
    """Return the peak of Python's own memory during a call, in bytes."""
    gc.collect()
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def resident() -> int:
    """Return the resident memory of the process in bytes, Rust's included; 0 except on Linux."""
    try:
        fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return int(fields[1]) * 4096


def process(
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> float:
    """Return the seconds that a fresh interpreter needs for some arguments, in a folder."""
    start = time.perf_counter()
    command = [sys.executable, *arguments]
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=folder)
    return time.perf_counter() - start


def printed(
    code: str, environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> int:
    """Return the whole number that a fresh interpreter prints when it runs some code."""
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=environment, cwd=folder
    )
    return int(done.stdout)
