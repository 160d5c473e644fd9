"""Keeps the files of each task in a table.

Bug: the column takes 255 characters; paths are longer (sqlite3.IntegrityError).
"""

import json
import sqlite3
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avtrans"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.table = sqlite3.connect(":memory:")
        self.table.execute("CREATE TABLE files (path TEXT CHECK (length(path) <= 255))")

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"]["items"]
        outputs = [items] if isinstance(items, dict) else items
        paths = [output["dstpath"] for output in outputs]
        self.table.executemany("INSERT INTO files VALUES (?)", [(path,) for path in paths])
        self.rows[callback["TaskID"]] = {"files": paths}
