"""The tests of the receiver find bugs that are planted into a copy of it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from .checks import CHECKS
from .service import RECEIVER, Service, load


class Plant(NamedTuple):
    """A change of one file of the receiver, and the check that finds it."""

    file: str
    old: str
    new: str
    check: str


PLANTS = {
    "ends of equal rank": Plant(
        "inbox.py", "TaskStatus.SUCCEEDED: 2}", "TaskStatus.SUCCEEDED: 1}", "deliveries"
    ),
    "progress reopens a task": Plant(
        "inbox.py",
        "where=tuple_(Task.rank, Task.body_id) <= tuple_(new.rank, new.body_id),",
        "",
        "deliveries",
    ),
    "a hook that runs twice": Plant("inbox.py", ", Task.announced < rank)", ")", "deliveries"),
    "no hook for a success after a failure": Plant(
        "inbox.py", "Task.announced < rank)", "Task.announced == 0)", "deliveries"
    ),
    "partial bodies not quarantined": Plant(
        "inbox.py",
        "return State.DONE if report.outcome is Outcome.VALID else State.PARTIAL",
        "return State.DONE",
        "spoilt",
    ),
    "unclear bodies not kept": Plant(
        "inbox.py", "return State.UNCLEAR", "return State.FOREIGN", "spoilt"
    ),
    "quarantine without the bytes": Plant(
        "inbox.py", "Body(content=content", "Body(content=b'{}'", "spoilt"
    ),
    "no guard against NUL": Plant(
        "tables.py", '_UNSTORABLE.sub("\\ufffd", value)', "value", "edges"
    ),
    "no guard against large integers": Plant(
        "tables.py",
        "value if value is not None and -(2**63) <= value < 2**63 else None",
        "value",
        "edges",
    ),
    "no guard against long task ids": Plant(
        "tables.py", "0 < len(task_id) <= _ID_LENGTH", "task_id", "edges"
    ),
    "waiting bodies forgotten": Plant(
        "inbox.py",
        "self._process_all(Body.state == State.WAITING, ",
        "self._process_all(Body.id < 0, ",
        "machine",
    ),
    "any task accepted": Plant(
        "inbox.py", " or session.get(CreatedTask, body.task_id) is None", "", "machine"
    ),
}


@pytest.mark.parametrize("name", PLANTS)
def test_planted_bug_is_found(name: str, database: str, tmp_path: Path) -> None:
    plant = PLANTS[name]
    copy = shutil.copytree(RECEIVER, tmp_path / "copy")
    text = (copy / plant.file).read_text("utf-8")
    assert text.count(plant.old) == 1
    (copy / plant.file).write_text(text.replace(plant.old, plant.new), "utf-8")
    service = Service(load(copy), database)
    try:
        with pytest.raises(AssertionError):
            CHECKS[plant.check](service, 200)
    finally:
        service.close()
