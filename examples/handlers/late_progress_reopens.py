"""Keeps the state of each task.

Bug: progress may arrive after the end, and opens the task again (wrong state).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"dialects": ["task"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        row = self.rows.setdefault(callback["TaskID"], {"state": "running"})
        if callback["Status"] == 3:
            row["state"] = "done"
        elif callback["Status"] == 4:
            if row["state"] != "done":
                row["state"] = "failed"
        else:
            row["state"] = "running"
