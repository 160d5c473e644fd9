"""Keeps the largest picture of the source.

Bug: takes every stream for video; audio streams have no `width` (KeyError).
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
        widths = [0]
        for item in [items] if isinstance(items, dict) else items:
            if item.get("metainfo"):
                streams = json.loads(item["metainfo"])["streams"]
                widths += [int(stream["width"] or 0) for stream in streams]
        self.rows[callback["TaskID"]] = {"width": max(widths)}
