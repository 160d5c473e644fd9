"""Keeps how high each picture is for its width.

Bug: divides by the width, which is 0 in damaged files (ZeroDivisionError).
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
        outputs = [items] if isinstance(items, dict) else items
        texts = [output.get("metainfo") for output in outputs]
        infos = [json.loads(text) for text in texts if text]
        streams = [stream for info in infos for stream in info["streams"]]
        sizes = [
            (int(s["width"]), int(s["height"]))
            for s in streams
            if s.get("width") is not None and s.get("height") is not None
        ]
        self.rows[callback["TaskID"]] = {
            "heights_by_width": [height / width for width, height in sizes]
        }
