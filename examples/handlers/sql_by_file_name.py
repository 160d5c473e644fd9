"""Keeps the files of each task in a table.

Bug: writes the name into the statement; a quote in it ends the text (sqlite3.OperationalError).
"""

import json
import sqlite3
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avtrans"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.table = sqlite3.connect(":memory:")
        self.table.execute("CREATE TABLE files (path TEXT)")

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"]["items"]
        outputs = [items] if isinstance(items, dict) else items
        paths = [output["dstpath"] for output in outputs]
        self.table.execute("DELETE FROM files")
        for path in paths:
            self.table.execute(f"INSERT INTO files VALUES ('{path}')")
        self.rows[callback["TaskID"]] = {
            "files": [
                path for (path,) in self.table.execute("SELECT path FROM files ORDER BY rowid")
            ]
        }
