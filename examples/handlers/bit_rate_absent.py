"""Keeps size and bit rate of the source's video streams, to choose a template by.

Bug: a prober leaves `bit_rate` out for many containers (KeyError).
"""

import json
from typing import Any, ClassVar


def whole(value: int | str | None) -> int | None:
    return None if value is None else int(value)


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avinfo"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        row: dict[str, Any] = {"video": []}
        items = callback["Details"].get("items") or []
        for item in [items] if isinstance(items, dict) else items:
            if item.get("metainfo"):
                row["video"] += self.video(json.loads(item["metainfo"]))
        self.rows[callback["TaskID"]] = row

    def video(self, metainfo: dict[str, Any]) -> list[tuple[int | None, ...]]:
        return [
            (whole(stream.get("width")), whole(stream.get("height")), int(stream["bit_rate"]))
            for stream in metainfo["streams"]
            if stream.get("codec_type") == "video"
        ]
