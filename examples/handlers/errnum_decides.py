"""Keeps the state of each task.

Bug: takes `errnum` for the verdict; a task may succeed with a code other than 0 (wrong state).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished", "task.failed"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        failed = callback["Status"] == 4 or callback["Details"]["errnum"] != 0
        self.rows[callback["TaskID"]] = {"state": "failed" if failed else "done"}
