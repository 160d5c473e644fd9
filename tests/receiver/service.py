"""Loads the receiver, or a copy with a bug, and runs it on an empty database."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from fastapi.testclient import TestClient

from kvs_schema import Outcome, Report, TaskStatus, check_callback

RECEIVER = Path(__file__).parents[2] / "examples" / "receiver"
RANKS = {TaskStatus.PROCESSING: 0, TaskStatus.FAILED: 1, TaskStatus.SUCCEEDED: 2}

_numbers = count()


class Package(NamedTuple):
    """The modules of the receiver."""

    tables: Any
    inbox: Any
    app: Any


def load(folder: Path = RECEIVER) -> Package:
    """Import the receiver in a folder under a name of its own."""
    name = f"receiver_{next(_numbers)}"
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec
    sys.modules[name] = importlib.util.module_from_spec(spec)
    return Package(*(importlib.import_module(f"{name}.{part}") for part in Package._fields))


class Service:
    """The receiver on a database, with a record of what its hook was called with."""

    def __init__(self, package: Package, url: str) -> None:
        self.package, self.tables = package, package.tables
        self.engine = package.tables.connect(url)
        if self.engine.name == "sqlite":
            sa.event.listen(self.engine, "connect", _without_waiting_for_the_disk)
            self.engine.dispose()  # the connections made so far
        self.ends: list[tuple[str, int]] = []
        self.inbox = package.inbox.Inbox(self.engine, self._ended)
        self.client = TestClient(package.app.create_app(self.inbox))
        self.empty()

    def _ended(self, _: object, task: Any) -> None:
        assert len(task.outputs) >= 0
        self.ends.append((task.task_id, task.status))

    def empty(self) -> None:
        """Delete everything."""
        with self.engine.begin() as connection:
            for table in reversed(self.tables.Base.metadata.sorted_tables):
                connection.execute(sa.delete(table))
        self.ends.clear()

    def rows(self, table: Any) -> list[Any]:
        """All rows of a table, in the order of its key."""
        columns = table.__table__
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(columns).order_by(*columns.primary_key)))

    def states(self) -> list[str]:
        """The states of the bodies in the inbox, in the order of arrival."""
        return [row.state.value for row in self.rows(self.tables.Body)]

    def register(self, task_ids: Iterable[str]) -> None:
        for task_id in filter(can_be_created, task_ids):
            self.inbox.register(task_id)

    def close(self) -> None:
        self.engine.dispose()


def can_be_created(task_id: str) -> bool:
    """Whether a task id fits into an indexed column of every database."""
    return len(task_id) <= 255 and not set(task_id) & {"\0", *map(chr, range(0xD800, 0xE000))}


def _without_waiting_for_the_disk(connection: Any, _: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")


def check_tasks(service: Service, bodies: list[bytes], registered: Iterable[str]) -> None:
    """Compare rows and hook calls with what the bodies, in order of arrival, must lead to."""
    best: dict[str, TaskStatus] = {}
    ends: dict[str, list[int]] = {}
    for report in map(check_callback, bodies):
        callback = report.partial
        if callback is None or callback.task_id not in registered:
            continue
        task_id, status = callback.task_id, callback.status
        known = best.get(task_id)
        if known is None or RANKS[status] > RANKS[known]:
            best[task_id] = status
            if RANKS[status]:
                ends.setdefault(task_id, []).append(status)
    assert {row.task_id: row.status for row in service.rows(service.tables.Task)} == best
    seen: dict[str, list[int]] = {}
    for task_id, ended in service.ends:
        seen.setdefault(task_id, []).append(ended)
    assert seen == ends


def check_kept(service: Service, body: bytes, report: Report) -> None:
    """Deliver a body over HTTP to an empty service that knows its task, and see what is kept."""
    service.empty()
    partial = report.partial
    service.register([partial.task_id] if partial else [])
    answer = service.client.post("/kvs/callback", content=body)
    assert answer.status_code == (400 if report.outcome is Outcome.FOREIGN else 204)
    rows = service.rows(service.tables.Body)
    tasks = service.rows(service.tables.Task)
    if report.outcome is Outcome.FOREIGN:
        assert (rows, tasks) == ([], [])
        return
    (row,) = rows
    assert (row.content, row.digest) == (body, report.digest)
    if partial is None:
        assert (row.state.value, tasks) == ("unclear", [])
    elif not can_be_created(partial.task_id):
        assert (row.state.value, row.task_id, tasks) == ("waiting", None, [])
    else:
        assert row.state.value == ("done" if report.valid else "partial")
        (task,) = tasks
        assert (task.status, task.complete) == (partial.status, partial.complete)
        check_outputs(service, report)


def check_outputs(service: Service, report: Report) -> None:
    """Compare stored outputs with those of a callback."""
    assert report.partial
    stored = service.rows(service.tables.Output)
    assert len(stored) == len(report.partial.outputs)
    for row, output in zip(stored, report.partial.outputs, strict=True):
        assert row.path == (output.path and output.path.replace("\0", "\ufffd"))
        info = output.media_info or output.metainfo
        size = info.format.size if info else None
        assert row.size == (size if size is not None and -(2**63) <= size < 2**63 else None)
        duration = info.format.duration if info else None
        assert row.duration == (None if duration is None else float(duration))
