"""Keeps the code of the first sub-task that failed.

Bug: `Errnum` of a sub-task is optional, also where it failed (KeyError).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["flow.failed"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        details = callback["Details"]
        subtasks = [details] if isinstance(details, dict) else details
        codes = [subtask["Errnum"] for subtask in subtasks if subtask["Status"] == 4]
        self.rows[callback["TaskID"]] = {"error": codes[0] or None if codes else None}
