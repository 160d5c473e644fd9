"""Keeps whether each picture of the source file is upright.

Bug: does not turn what the player turns, by 90 degrees or 270 (wrong row).
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
        videos = [
            each for each in streams if int(each.get("width") or 0) and int(each.get("height") or 0)
        ]
        self.rows[callback["TaskID"]] = {
            "upright": [int(stream["height"]) > int(stream["width"]) for stream in videos]
        }
