"""Keeps the progress of each task.

Bug: asserts that progress rises; it falls when the upload begins (AssertionError).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"dialects": ["task"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.progress: dict[str, int] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        task_id, details = callback["TaskID"], callback["Details"]
        if callback["Status"] in (0, 2) and details.get("progress") is not None:
            assert details["progress"] >= self.progress.get(task_id, 0)
            self.progress[task_id] = details["progress"]
