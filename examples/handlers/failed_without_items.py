"""Files the outputs of each task.

Bug: a task that failed may come without `items` (KeyError).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"dialects": ["task"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        if callback["Status"] not in (3, 4):
            return
        details = callback["Details"]
        items = details.get("items") or [] if callback["Status"] == 3 else details["items"]
        if isinstance(items, dict):
            items = [items]
        if callback["Status"] == 3:
            row = {"state": "done", "files": [item["dstpath"] for item in items]}
        else:
            row = {"state": "failed"}
        self.rows[callback["TaskID"]] = row
