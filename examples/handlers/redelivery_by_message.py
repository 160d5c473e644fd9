"""Counts how many alarms the failure of a task raises.

Bug: raises one for each message; a callback that comes again may have another (two alarms).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.failed"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.seen: set[tuple[str, str | None]] = set()

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        task_id, message = callback["TaskID"], callback["Details"].get("errmsg")
        if (task_id, message) not in self.seen:
            self.seen.add((task_id, message))
            row = self.rows.setdefault(task_id, {"alarms": 0})
            row["alarms"] += 1
