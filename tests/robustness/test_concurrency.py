"""The same answers from threads, processes and tasks."""

from __future__ import annotations

import asyncio
import concurrent.futures
import json
import multiprocessing
import os
import pickle
import subprocess
import sys
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


#: Daemon threads that compute findings without pause, until the interpreter ends.
_ENDING = """
import atexit, sys, threading, time, kvs_schema
body = sys.stdin.buffer.read()
assert kvs_schema.check_callback(body).violations

def work():
    while True:
        kvs_schema.check_callback(body).violations

atexit.register(lambda: print(len(kvs_schema.check_callback(body).violations)))
if FORK:
    import os
    def children():
        while True:
            pid = os.fork()
            if pid == 0:
                kvs_schema.check_callback(body).violations
                os._exit(0)
            assert os.waitpid(pid, 0)[1] == 0
    threading.Thread(target=children, daemon=True).start()
for _ in range(4):
    threading.Thread(target=work, daemon=True).start()
time.sleep(0.3)
"""


@pytest.mark.parametrize("attempt", range(4))
def test_daemon_threads_do_not_abort_the_end_of_the_interpreter(attempt: int) -> None:
    """Bare `jsonschema_rs.iter_errors` in a daemon thread does, up to CPython 3.13."""
    script = _ENDING.replace("FORK", "False")
    done = ended(script)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"100\n", b"")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform cannot fork")
def test_findings_in_a_process_forked_while_others_compute_some() -> None:
    """A lock that is held when a process forks is held in the child for ever."""
    done = ended(_ENDING.replace("FORK", "True"))
    assert (done.returncode, done.stdout) == (0, b"100\n")


def ended(script: str) -> subprocess.CompletedProcess[bytes]:
    streams = {"streams": [{"codec_type": "audio", "width": "x"}] * 50, "format": {}}
    items = [{"dstpath": "p", "metainfo": json.dumps(streams)}] * 5
    details = {"errnum": 0, "items": items}
    body = {"TaskID": "t", "Status": 3, "Type": "avinfo", "Details": details}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        input=json.dumps(body).encode(),
        capture_output=True,
        timeout=60,
        check=False,
    )
