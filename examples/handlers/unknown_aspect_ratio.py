"""Keeps the height at which a player shows the source at its full width.

Bug: an aspect ratio with a zero, such as 0:1, says that it is not known (ZeroDivisionError).
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
        heights: list[int] = []
        for item in [items] if isinstance(items, dict) else items:
            if item.get("metainfo"):
                streams = json.loads(item["metainfo"])["streams"]
                video = [stream for stream in streams if stream.get("codec_type") == "video"]
                heights += [self.height(stream) for stream in video]
        self.rows[callback["TaskID"]] = {"heights": heights}

    def height(self, stream: dict[str, Any]) -> int:
        across, down = map(int, (stream.get("display_aspect_ratio") or "16:9").split(":"))
        return int(stream.get("width") or 0) * down // across
