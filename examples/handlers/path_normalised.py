"""Keeps where each file lies below the folder that mirrors the bucket.

Bug: normalises the path; to the storage `a//b` and `a/../b` are names of their own (wrong place).
"""

import json
import os.path
from typing import Any, ClassVar

ROOT = "/srv/media"


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
            "stored": [os.path.normpath(f"{ROOT}/{path}") for path in paths if path]
        }
