"""Keeps the files of each task in a column `text` of PostgreSQL.

Bug: such a column takes no NUL (ValueError, as drivers raise it).
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
        """What the driver does."""
        if "\0" in value:
            raise ValueError("A string literal cannot contain NUL (0x00) characters.")
        return value
