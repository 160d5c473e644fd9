"""Keeps the address of each file.

Bug: does not escape `?` and `#`, with which the path ends (wrong address).
"""

import json
from typing import Any, ClassVar
from urllib.parse import quote

BASE = "https://media-out.ks3.example.com"
SAFE = "/?#"


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
            "links": [f"{BASE}/{quote(path, safe=SAFE)}" for path in paths]
        }
