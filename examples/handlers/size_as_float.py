"""Keeps the size of the source file.

Bug: reads it as JavaScript does; beyond 2 to the 53rd digits are lost (wrong number).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avinfo"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"]["items"]
        outputs = [items] if isinstance(items, dict) else items
        texts = [output.get("metainfo") for output in outputs]
        infos = [json.loads(text) for text in texts if text]
        self.rows[callback["TaskID"]] = {
            "sizes": [int(float(info["format"]["size"])) for info in infos]
        }
