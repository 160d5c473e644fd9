"""Keeps the address at which the frontend shows each task.

Bug: does not escape the identifier (wrong address).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.failed"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        task_id = json.loads(body)["TaskID"]
        self.rows[task_id] = {"address": f"/tasks/{task_id}"}
