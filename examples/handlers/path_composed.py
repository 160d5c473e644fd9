"""Keeps the names of the files that each task wrote.

Bug: composes Unicode (NFC), so that the name is no longer that of the file (wrong names).
"""

import json
import unicodedata
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
        self.rows[callback["TaskID"]] = {
            "files": [unicodedata.normalize("NFC", path) for path in paths]
        }
