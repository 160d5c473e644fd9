"""Keeps the state of each task.

Bug: a failure may arrive after a success, and takes the result away (wrong state).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished", "task.failed"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        state = "done" if callback["Status"] == 3 else "failed"
        self.rows[callback["TaskID"]] = {"state": state}
