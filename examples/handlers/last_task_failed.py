"""Keeps the error of each failed flow.

Bug: takes the last sub-task for the one that failed; those after it may succeed (wrong error).
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
        tasks = details if isinstance(details, list) else [details]
        error = tasks[-1].get("Errnum") if tasks else None
        self.rows[callback["TaskID"]] = {"error": error or None}
