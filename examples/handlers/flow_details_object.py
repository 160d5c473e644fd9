"""Counts the sub-tasks of a flow.

Bug: the details of a flow of one sub-task may come without an array around them (TypeError).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"dialects": ["flow"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        orders = [subtask["Order"] for subtask in callback["Details"]]
        self.rows[callback["TaskID"]] = {"orders": orders}
