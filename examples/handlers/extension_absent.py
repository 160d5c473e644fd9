"""Counts the files of each task by extension.

Bug: takes what follows the point of each path; some have none (IndexError).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avsnapshot"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"]["items"]
        outputs = [items] if isinstance(items, dict) else items
        paths = [output["dstpath"] for output in outputs]
        self.rows[callback["TaskID"]] = {
            "extensions": [path.rsplit(".", 1)[1] for path in paths if path]
        }
