"""Keeps the names of the files that each task wrote.

Bug: decodes them as if they came from an address; `%2F` in a name is no slash (wrong names).
"""

import json
from typing import Any, ClassVar
from urllib.parse import unquote


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avtrans"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"]["items"]
        outputs = [items] if isinstance(items, dict) else items
        paths = [output["dstpath"] for output in outputs]
        self.rows[callback["TaskID"]] = {"files": list(map(unquote, paths))}
