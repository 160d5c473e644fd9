"""Keeps the length of each transcoded output in milliseconds.

Bug: calculates with floats; 1.001 times 1000 is less than 1001 (wrong number).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avtrans"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"]["items"]
        lengths: list[int] = []
        for item in [items] if isinstance(items, dict) else items:
            media_info = json.loads(item.get("outMediainfo") or "{}")
            duration = media_info.get("format", {}).get("duration")
            if duration is not None:
                lengths.append(int(float(duration) * 1000))
        self.rows[callback["TaskID"]] = {"milliseconds": lengths}
