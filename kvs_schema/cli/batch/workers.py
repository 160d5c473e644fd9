"""Shares jobs out to processes and returns their results in order.

Jobs and a function go in, results come out. Apart from `jobs.py`, which cuts inputs in one process.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from ...catalogue.texts import Text
from ..terminal.exit_codes import CommandError
from .checks import JobResult
from .jobs import Job

#: Bytes that are validated here before processes are started.
ENOUGH = 8 * 1024 * 1024


def in_order(
    jobs: Iterable[Job], check: Callable[[Job], JobResult], processes: int
) -> Generator[JobResult, None, None]:
    """Yield the result of each job, in the order of the jobs; only a few are kept at a time.

    Short work is done here. Raises `CommandError` when a process dies.
    """
    jobs = iter(jobs)
    done = 0
    for job in jobs:
        yield from _checked(check, job)
        done += job.size
        if processes > 1 and done >= ENOUGH:
            break
    else:
        return
    try:
        yield from _shared(jobs, check, processes)
    except BrokenProcessPool:
        raise CommandError(Text("errors.worker_died")) from None


def _checked(check: Callable[[Job], JobResult], job: Job | None) -> Iterator[JobResult]:
    """Yield all results of a job."""
    while job is not None:
        result = check(job)
        yield result
        job = result.rest


def _shared(
    jobs: Iterable[Job], check: Callable[[Job], JobResult], processes: int
) -> Generator[JobResult, None, None]:
    window: deque[Future[JobResult]] = deque()
    executor, starting = _started(processes)

    def shrunk(length: int) -> Iterator[JobResult]:
        """Yield results from the front of the window until it is so short."""
        while len(window) > length:
            result = window.popleft().result()
            if result.rest is not None:
                window.appendleft(executor.submit(check, result.rest))
            yield result

    try:
        for job in jobs:
            starting = [future for future in starting if not future.done()]
            if starting or job.hurried:
                yield from shrunk(0)
                yield from _checked(check, job)
            else:
                window.append(executor.submit(check, job))
                yield from shrunk(2 * processes)
        yield from shrunk(0)
    finally:
        executor.shutdown(wait=False, cancel_futures=True)


def _started(processes: int) -> tuple[ProcessPoolExecutor, list[Future[None]]]:
    """Start processes; return them, and futures that are done once they run.

    They leave Ctrl-C to their parent, and inherit that from the moment they start.
    """
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(processes, mp_context=context, initializer=_prepare)
    with _interrupts_ignored():
        return executor, [executor.submit(_prepared) for _ in range(processes)]


@contextlib.contextmanager
def _interrupts_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


def _prepare() -> None:
    """Leave Ctrl-C to the parent of this new process, and end when the parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(2)


def _prepared() -> None:
    """Do nothing, as the first task of each process, so that all of them are started at once."""
