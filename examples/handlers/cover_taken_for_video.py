"""Keeps whether the source file is a video.

Bug: the cover picture of a song is a video stream too (wrong row).
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
        self.rows[callback["TaskID"]] = {
            "is_video": [
                any(stream.get("codec_type") == "video" for stream in info["streams"])
                for info in infos
            ]
        }
