"""Keeps state, files, length and error of every task and flow. No bug that we know of."""

import json
from decimal import Decimal
from typing import Any, ClassVar

STATES = {0: "running", 2: "running", 3: "done", 4: "failed"}
RANKS = {"running": 0, "failed": 1, "done": 2}


class Handler:
    receives: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        names = ("TaskID", "Status", "Details")
        if not callback.keys() >= {*names}:  # as old users receive it
            names = ("taskid", "status", "details")
        task_id, status, details = (callback[name] for name in names)
        row = row_of(STATES[status], details)
        known = self.rows.get(task_id)
        if known is None or RANKS[row["state"]] > RANKS[known["state"]]:
            self.rows[task_id] = row
        elif row["state"] == known["state"] == "running":
            known["progress"] = row["progress"]


def row_of(state: str, details: Any) -> dict[str, Any]:
    """What one callback says."""
    tasks = details if isinstance(details, list) else [details]
    if state == "running":
        return {"state": state, "progress": progress_of(tasks)}
    if state == "failed":
        failed = (task for task in tasks if task.get("Status", 4) == 4)
        return {"state": state, "error": next(map(error_of, failed), None)}
    outputs = [output for task in tasks for output in outputs_of(task)]
    return {
        "state": state,
        "files": [output.get("dstpath") for output in outputs],
        "seconds": sum(map(seconds_of, outputs), Decimal(0)),
    }


def progress_of(tasks: list[dict[str, Any]]) -> int | None:
    """The progress of a single task; a flow tells none."""
    return tasks[0].get("progress") if len(tasks) == 1 and "Order" not in tasks[0] else None


def outputs_of(task: dict[str, Any]) -> list[dict[str, Any]]:
    """The outputs of a task; one may come without an array around it."""
    outputs = task.get("OutInfo") or task.get("items") or []
    return [outputs] if isinstance(outputs, dict) else outputs


def error_of(task: dict[str, Any]) -> int | None:
    """The error code of a task that failed; 0 is none."""
    return task.get("Errnum" if "Order" in task else "errnum") or None


def seconds_of(output: dict[str, Any]) -> Decimal:
    """The length of a transcoded output."""
    media_info = json.loads(output.get("outMediainfo") or "{}") or {}
    return Decimal(str(media_info.get("format", {}).get("duration") or 0))
