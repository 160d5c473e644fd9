"""What an audit costs a body, as processor time in one run, and the memory that it takes.

    python -m benchmarks.audit [--bodies 100000] [--memory]

Bodies are drawn by the strategies, valid with deviations, then repeated with other task ids. "Warm"
means that the shapes have been seen before, as in all but the first minutes of a large archive.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from joblib.externals.loky import get_reusable_executor

from kvs_schema import check_callback
from kvs_schema.audit import audit
from kvs_schema.audit.counting import BodyCounter, CountOptions
from kvs_schema.audit.reading import ReadOptions, Split, plan, read_split, tasks_of
from kvs_schema.audit.running import AuditOptions, TaskResult, by_loky
from kvs_schema.audit.value import Audit
from kvs_schema.strategies.sample import sample

#: Bodies that are drawn, and those of which all findings are computed.
DRAWN, IN_FULL = 1000, 2000
#: Seconds between two looks at the memory.
PAUSE = 0.2
_TASK = re.compile(rb'("[Tt]ask[Ii][Dd]":")[^"]*')


def bodies(count: int, seed: int = 1) -> Iterator[bytes]:
    """Yield bodies with task ids of their own."""
    rng = random.Random(seed)
    drawn = [line.encode() for line in sample(count=DRAWN, seed=seed, wild=True)]
    for _ in range(count):
        task = b"%032x202611%02d" % (rng.getrandbits(128), rng.randrange(1, 31))
        yield _TASK.sub(rb"\g<1>" + task, rng.choice(drawn), count=1)


def verdicts(each: Iterable[bytes]) -> Counter[tuple[str | None, str | None]]:
    """Count bodies by outcome and variant, which needs no findings."""
    found: Counter[tuple[str | None, str | None]] = Counter()
    for body in each:
        report = check_callback(body)
        callback = report.partial
        found[report.outcome and report.outcome.value, report.variant] += 1
        if callback is not None:
            found["type", callback.type] += 1
    return found


def do_verdicts(options: AuditOptions, task: tuple[Split, ...]) -> TaskResult:
    """Count the verdicts of a task, as `validate -q` does."""
    for split in task:
        for body, _ in read_split(split, options.read):
            check_callback(body).valid  # noqa: B018
    return TaskResult(task, Audit(), [], ())


def micros(work: Callable[[], object], count: int) -> float:
    """Return the processor time of this process for each of so many bodies, in microseconds."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) / count * 1e6


def children(work: Callable[[], object]) -> float:
    """Return the processor time of this process and of those that it starts and waits for."""
    own, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.process_time()
    work()
    get_reusable_executor().shutdown(wait=True)
    end = resource.getrusage(resource.RUSAGE_CHILDREN)
    of_children = end.ru_utime + end.ru_stime - own.ru_utime - own.ru_stime
    return of_children + time.process_time() - begun


def count_all(counter: BodyCounter, each: Iterable[bytes]) -> Audit:
    """Count bodies and return the audit."""
    for body in each:
        counter.count(body)
    return counter.result()[0]


def memory_of(arguments: list[str]) -> float:
    """Return the largest resident memory of a command and its processes together, in MB."""
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    largest = 0

    def look() -> None:
        nonlocal largest
        while process.poll() is None:
            largest = max(largest, sum(map(_resident, _family(process.pid))))
            time.sleep(PAUSE)

    watcher = threading.Thread(target=look)
    watcher.start()
    assert process.wait() == 0
    watcher.join()
    return largest / 1024


def _family(root: int) -> list[int]:
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _resident(pid: int) -> int:
    """Return the memory that a process does not share, and its part of what it shares, in kB."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss: +([0-9]+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


def row(name: str, found: str) -> None:
    """Print a row of the table."""
    print(f"| {name} | {found} |", flush=True)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=100_000)
    parser.add_argument("--memory", action="store_true")
    arguments = parser.parse_args()
    given = list(bodies(arguments.bodies))
    count, few = len(given), given[:IN_FULL]
    print("| what | measured |\n| --- | ---: |")
    row("bodies; bytes of one", f"{count:,}; {sum(map(len, given)) / count:,.0f}")
    verdicts(few)
    verdict = micros(lambda: verdicts(given), count)
    counter = BodyCounter(CountOptions())
    cold = micros(lambda: count_all(counter, few), len(few))
    count_all(counter, given)
    warm = micros(lambda: count_all(counter, given), count)
    in_full = BodyCounter(CountOptions(remember=False))
    full = micros(lambda: count_all(in_full, few), len(few))
    row("verdict and counts", f"{verdict:.0f} µs")
    row("audit, first bodies", f"{cold:.0f} µs")
    row("audit, warm", f"{warm:.0f} µs = {warm / verdict:.1f} verdicts = {warm / full:.2f} of full")
    row("audit with all findings of each body", f"{full:.0f} µs")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_bytes(b"\n".join(given))
        found: list[Audit] = []
        cost = children(lambda: found.append(audit(path, jobs=2)))
        row("audit, loky, 2 processes, from the start", f"{cost / count * 1e6:.0f} µs")
        options = AuditOptions(ReadOptions())
        tasks = tasks_of(plan([str(path)], options.read).splits, options.read.split)
        loky = children(lambda: list(by_loky(partial(do_verdicts, options), tasks, 2)))
        command = [sys.executable, "-m", "kvs_schema", "validate", "-q", "--jobs", "2", str(path)]
        quiet = children(lambda: subprocess.run(command, check=False))
        row("verdicts by loky; `validate -q`", f"{loky:.2f} s; {quiet:.2f} s = {loky / quiet:.2f}")
        hours = 1e9 * warm / 1e6 / 3600
        row("a billion bodies, warm", f"{hours:.0f} core-hours")
        if arguments.memory:
            for times in (1, 10):
                with path.open("wb") as file:
                    for _ in range(times):
                        file.write(b"\n".join(given) + b"\n")
                run = [sys.executable, "-m", "kvs_schema", "audit", str(path), "--jobs", "2", "-q"]
                row(f"memory, {times * count:,} bodies", f"{memory_of(run):.0f} MB")


if __name__ == "__main__":
    main()
