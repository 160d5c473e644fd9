"""Run an audit: let an engine do the tasks of a plan, and add up the results.

A plan goes in, an `Audit` and the inputs that failed come out. Results of tasks are kept in a
folder until all are there, so that a run that was stopped continues. An audit that lacks a split is
not saved.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from ..catalogue.texts import Text
from ..reading.limits import Limits
from ..spec.exceptions import MissingExtraError
from .counting import COLUMNS, BodyCounter, CountOptions, Row
from .reading import (
    Dated,
    InputProblem,
    ReadingPlan,
    ReadOptions,
    Split,
    bodies_of,
    plan,
    read_split,
    tasks_of,
    why,
)
from .value import INPUT, NO_DAY, Audit, AuditError, merged, provenance, replacing, write_whole

Task: TypeAlias = tuple[Split, ...]


@dataclass(frozen=True, slots=True)
class AuditOptions:
    """How an archive is read and its bodies are counted."""

    read: ReadOptions = field(default_factory=ReadOptions)
    count: CountOptions = field(default_factory=CountOptions)


class TaskResult(NamedTuple):
    """The audit of a task without the splits that failed, its table, and the failures."""

    task: Task
    audit: Audit
    rows: list[Row]
    failures: tuple[InputProblem, ...]


#: Does tasks in some processes and yields the results in any order.
Engine: TypeAlias = Callable[
    [Callable[[Task], TaskResult], Sequence[Task], int | None], Iterator[TaskResult]
]


class Audited(NamedTuple):
    """The result of a run, which is complete if there are no failures."""

    audit: Audit
    failures: tuple[InputProblem, ...]


_counters = threading.local()


@contextmanager
def _counter(options: CountOptions) -> Iterator[BodyCounter]:
    """Lend the counter of this thread, which remembers the shapes of earlier audits."""
    counter = _counters.__dict__.pop("counter", None)  # an audit inside this one gets another
    if counter is None or counter.options != options:
        counter = BodyCounter(options)
    yield counter
    _counters.counter = counter  # not after an exception: it has counted a part


def do_task(options: AuditOptions, task: Task) -> TaskResult:
    """Audit each split of a task; the engine decides in which process."""
    audits: list[Audit] = []
    rows: list[Row] = []
    failures: list[InputProblem] = []
    with _counter(options.count) as counter:
        for split in task:
            earlier = len(failures)
            for body, day in _bodies_in(split, options.read, failures):
                counter.count(body, day, split.url)
            audit, found = counter.result()
            if len(failures) == earlier and audit.bodies:
                audits += [audit, Audit({(NO_DAY, INPUT, (split.url,)): audit.bodies})]
                rows += found
    return TaskResult(task, merged(audits), rows, tuple(failures))


def _bodies_in(split: Split, options: ReadOptions, failures: list[InputProblem]) -> Iterator[Dated]:
    """Yield the bodies of a split; if reading fails, add that to the failures and end."""
    try:
        yield from read_split(split, options)
    except MissingExtraError:
        raise
    except Exception as error:  # whatever a file system raises
        failures.append(InputProblem(split.url, why(error, split.url)))


def by_loky(
    work: Callable[[Task], TaskResult], tasks: Sequence[Task], jobs: int | None
) -> Iterator[TaskResult]:
    """Do tasks in processes of this machine; a process that dies ends the run."""
    try:
        from joblib import Parallel, delayed
        from joblib.externals.loky.process_executor import BrokenProcessPool
    except ImportError:
        raise MissingExtraError("audit", "audit") from None
    parallel = Parallel(n_jobs=jobs or -1, backend="loky", return_as="generator_unordered")
    folder = Path.cwd()
    try:
        yield from parallel(delayed(_do_in)(folder, work, task) for task in tasks)
    except BrokenProcessPool:
        raise AuditError(Text("errors.worker_died")) from None


def _do_in(folder: Path, work: Callable[[Task], TaskResult], task: Task) -> TaskResult:
    """Do a task in a process that an earlier run may have started in another folder."""
    os.chdir(folder)
    return work(task)


def by_dask(
    address: str, work: Callable[[Task], TaskResult], tasks: Sequence[Task], jobs: int | None
) -> Iterator[TaskResult]:
    """Do tasks on a Dask cluster, or on a local one; the tasks of a dead worker are done again."""
    try:
        import distributed
    except ImportError:
        raise MissingExtraError("dask", "dask") from None
    dask: Any = distributed
    local = {"n_workers": jobs, "threads_per_worker": 1, "dashboard_address": None}
    where = {"address": address} if address else {**local, "silence_logs": 50}
    with dask.Client(**where) as client:
        try:
            for future in dask.as_completed(client.map(work, tasks, pure=False)):
                yield future.result()
                future.release()
        except dask.KilledWorker:
            raise AuditError(Text("errors.worker_died")) from None


def engine_of(name: str) -> Engine:
    """Return the engine of a name: `loky`, `dask`, or `dask=` and the address of a scheduler."""
    kind, _, address = name.partition("=")
    if kind == "dask":
        return partial(by_dask, address)
    if name != "loky":
        raise AuditError(Text("audit.no_engine", {"name": name}))
    return by_loky


def audit(
    paths: str | Path | Iterable[str | Path],
    *,
    engine: str = "loky",
    jobs: int | None = None,
    column: str = "body",
    day_column: str = "day",
    endpoint: str | None = None,
    split: int = ReadOptions().split,
    limits: Limits | None = None,
    show_values: bool = True,
) -> Audit:
    """Audit all bodies in files, folders, globs and URLs, and return what was found.

    Takes lines of JSON, also compressed by gzip or zstd, `.json` files with one body each, and
    Parquet files with a column of bodies. `engine` is `loky` (processes of this machine), `dask`
    (a local cluster) or `dask=tcp://...`. Raises `AuditError` that names what could not be read,
    or an input if none has a body, and `MissingExtraError` without `kvs-schema[audit]`.
    """
    given = [paths] if isinstance(paths, str | Path) else paths
    count = CountOptions(limits or Limits(), show_values)
    read = ReadOptions(column, day_column, endpoint, split, count.limits.body)
    options = AuditOptions(read, count)
    found = run_plan(plan(map(str, given), read), options, engine_of(engine), jobs)
    for failure in found.failures:
        raise AuditError(failure.why, failure.source)
    return found.audit


def audit_batches(
    batches: Iterable[Any],
    *,
    column: str = "body",
    day_column: str = "day",
    limits: Limits | None = None,
    show_values: bool = True,
) -> Audit:
    """Audit the bodies in batches of Arrow, as Spark, databases and streams hand them out.

    `column` has the bodies, as text or bytes; a date in `day_column`, if there is one, is the day.
    Audits of different batches add up with `+`. Raises `AuditError` without the column.
    """
    options = ReadOptions(column, day_column)
    with _counter(CountOptions(limits or Limits(), show_values)) as counter:
        for batch in batches:
            for body, day in bodies_of(batch, options):
                counter.count(body, day)
        return counter.result()[0]


def run_plan(
    found: ReadingPlan,
    options: AuditOptions,
    engine: Engine,
    jobs: int | None,
    *,
    out: Path | None = None,
    findings: Path | None = None,
    advance: Callable[[int, int], None] = lambda size, invalid: None,
) -> Audited:
    """Do all tasks of a plan that were not finished before, and add everything up.

    If nothing failed, the audit is saved to `out` and the table of findings to `findings`. Until
    then a folder beside `out` has the results of finished tasks. `advance` is called after each
    task with its bytes and the number of invalid bodies so far.
    """
    with ExitStack() as stack:
        folder = None if out is None else out.with_name(f"{out.name}.parts")
        if folder is None and findings is not None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        finished_tasks = _FinishedTasks(folder, options)
        tasks = tasks_of(found.splits, options.read.split)
        waiting, audits = [], [Audit({}, {}, {}, *provenance())]
        failures = list(found.failures)
        for task in tasks:
            finished = finished_tasks.load(task)
            if finished is None:
                waiting.append(task)
            else:
                audits.append(finished)
                advance(_size(task), finished.invalid)
        for result in engine(partial(do_task, options), waiting, jobs) if waiting else ():
            failures += result.failures
            if not result.failures:
                finished_tasks.save(result)
            audits = [merged((*audits, result.audit))]
            advance(_size(result.task), audits[0].invalid)
        whole = merged(audits)
        if not failures and not whole.bodies:
            urls = dict.fromkeys(split.url for split in found.splits)
            failures = [InputProblem(url, Text("errors.empty")) for url in urls]
        if not failures:
            if findings is not None:
                finished_tasks.write_findings(tasks, findings)
            if out is not None:
                whole.save(out)
        if folder is not None and not (failures and whole.bodies):
            shutil.rmtree(folder, ignore_errors=True)
        return Audited(whole, tuple(failures))


def _size(task: Task) -> int:
    return sum(split.size for split in task)


class _FinishedTasks:
    """Keeps the results of finished tasks in a folder; without one keeps nothing."""

    def __init__(self, folder: Path | None, options: AuditOptions) -> None:
        self.folder, self.options = folder, options
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def _path(self, folder: Path, task: Task, suffix: str) -> Path:
        about = repr((task, self.options, sorted(map(sorted, provenance()))))
        return folder / f"{sha256(about.encode()).hexdigest()[:32]}{suffix}"

    def load(self, task: Task) -> Audit | None:
        """Return the audit of a task if it was kept completely."""
        if self.folder is None:
            return None
        try:
            return Audit.load(self._path(self.folder, task, ".json"))
        except (AuditError, OSError):
            return None

    def save(self, result: TaskResult) -> None:
        """Keep the result of a task; it is complete once the audit is written, which is last."""
        if self.folder is None:
            return
        if self.options.count.findings:
            import pyarrow

            with _writer(self._path(self.folder, result.task, ".parquet")) as writer:
                rows = [dict(zip(COLUMNS, row, strict=True)) for row in result.rows]
                writer.write_table(pyarrow.Table.from_pylist(rows, writer.schema))
        content = json.dumps(result.audit.as_dict()).encode()
        write_whole(self._path(self.folder, result.task, ".json"), content)

    def write_findings(self, tasks: Iterable[Task], path: Path) -> None:
        """Write the tables of all tasks into one, in the order of the plan."""
        from pyarrow import parquet

        assert self.folder is not None
        with replacing(path) as beside, _writer(beside) as writer:
            for task in tasks:
                with parquet.ParquetFile(self._path(self.folder, task, ".parquet")) as table:
                    writer.write_table(table.read())


def _writer(path: Path) -> Any:
    """Open a table of findings to write to."""
    import pyarrow
    from pyarrow import parquet

    schema = pyarrow.schema([(name, pyarrow.string()) for name in COLUMNS])
    return parquet.ParquetWriter(path, schema, compression="zstd")
