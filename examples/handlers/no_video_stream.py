"""Keeps the width of the source's picture.

Bug: not every source has a video stream (StopIteration).
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
                next(stream for stream in streams if stream.get("codec_type") == "video")
                widths += [int(stream.get("width") or 0) for stream in streams]
        self.rows[callback["TaskID"]] = {"width": max(widths)}
