"""Keeps a line for the log of each failed task.

Bug: formats a text that contains the message, which may contain braces (KeyError, IndexError,
ValueError).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.failed"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        message = callback["Details"].get("errmsg") or ""
        line = f"{{task}} failed: {message}"
        self.rows[callback["TaskID"]] = {"line": line.format(task=callback["TaskID"])}
