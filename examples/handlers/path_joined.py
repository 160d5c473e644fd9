"""Keeps where each file lies below the folder that mirrors the bucket.

Bug: joins folder and path with `/` of pathlib, which drops the folder before a leading slash (wrong
place).
"""

import json
from pathlib import PurePosixPath
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
            "stored": [str(PurePosixPath(ROOT) / path) for path in paths if path]
        }
