"""Counts the streams of the source.

Bug: `metainfo` is JSON inside a string, and is read as if it were an object (TypeError).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avinfo"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"].get("items") or []
        streams = 0
        for item in [items] if isinstance(items, dict) else items:
            if item.get("metainfo"):
                streams += len(item["metainfo"]["streams"])
        self.rows[callback["TaskID"]] = {"streams": streams}
