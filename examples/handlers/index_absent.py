"""Keeps the index of each audio stream of the source, to offer its languages.

Bug: the service leaves `index` out where it is 0, so that stream 0 has none (KeyError).
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
        audio: list[int] = []
        for item in [items] if isinstance(items, dict) else items:
            if item.get("metainfo"):
                audio += self.audio(json.loads(item["metainfo"]))
        self.rows[callback["TaskID"]] = {"audio": audio}

    def audio(self, metainfo: dict[str, Any]) -> list[int]:
        streams = [stream for stream in metainfo["streams"] if stream.get("codec_type") == "audio"]
        return [int(stream["index"] or 0) for stream in streams]
