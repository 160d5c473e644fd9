"""The same answers from threads, processes and tasks."""

from __future__ import annotations

import asyncio
import concurrent.futures
import json
import multiprocessing
import pickle
from typing import Any

import pytest

from kvs_schema import Report, check_callback, encode_callback, validate_callback
from kvs_schema.catalogue import store


def bodies() -> list[bytes]:
    found = []
    for example in store.specification()["examples"].values():
        if "CreateWaveTask" not in example["schema"]:
            sent = json.dumps(encode_callback(example["body"])).encode()
            found += [sent, sent[:-1], sent.replace(b'"Status": 3', b'"Status": "3"')]
    return found


def answer(body: bytes) -> tuple[bool, str | None, int, int, int]:
    report = check_callback(body)
    try:
        validate_callback(body)
    except ValueError:
        assert not report.valid
    counts = len(report.violations), len(report.deviations), len(report.unlisted)
    return report.valid, report.variant, *counts


def report_of(body: bytes) -> Report:
    return check_callback(body)


def test_threads_give_the_same_answers() -> None:
    work = bodies() * 8
    expected = [answer(body) for body in work]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert list(pool.map(answer, work)) == expected


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_processes_give_the_same_reports(method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this platform cannot {method}")
    work = bodies()
    expected = [report_of(body) for body in work]
    context = multiprocessing.get_context(method)
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
        assert list(pool.map(report_of, work, chunksize=20)) == expected


def test_tasks_give_the_same_answers() -> None:
    work = bodies()

    async def everything() -> list[Any]:
        in_threads = [asyncio.to_thread(answer, body) for body in work]
        return list(await asyncio.gather(*in_threads))

    assert asyncio.run(everything()) == [answer(body) for body in work]


def test_first_use_from_many_threads_at_once() -> None:
    """A fresh interpreter, whose validators are built by whichever thread comes first."""
    import subprocess
    import sys

    script = (
        "import sys, pickle, concurrent.futures, kvs_schema\n"
        "work = pickle.load(sys.stdin.buffer)\n"
        "with concurrent.futures.ThreadPoolExecutor(16) as pool:\n"
        "    print([r.valid for r in pool.map(kvs_schema.check_callback, work)])\n"
    )
    work = bodies()
    result = subprocess.run(
        [sys.executable, "-c", script], input=pickle.dumps(work), capture_output=True, check=True
    )
    assert eval(result.stdout) == [answer(body)[0] for body in work]
