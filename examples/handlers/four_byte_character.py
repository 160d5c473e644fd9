"""Keeps the files of each task in a column `utf8` of MySQL.

Bug: such a column takes characters of up to three bytes (ValueError, as the server refuses them).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avtrans"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"]["items"]
        outputs = [items] if isinstance(items, dict) else items
        paths = [output["dstpath"] for output in outputs]
        self.rows[callback["TaskID"]] = {"files": list(map(self.text, paths))}

    def text(self, value: str) -> str:
        """What the server does."""
        if any(character > "\uffff" for character in value):
            raise ValueError(f"Incorrect string value: {value!a}")
        return value
