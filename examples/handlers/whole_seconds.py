"""Keeps the length of each transcoded output in milliseconds, for the player.

Bug: takes every duration for a number with a point; "11" occurs (ValueError).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avtrans"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"].get("items") or []
        lengths: list[int] = []
        for item in [items] if isinstance(items, dict) else items:
            media_info = json.loads(item.get("outMediainfo") or "{}")
            duration = media_info.get("format", {}).get("duration")
            if duration is not None:
                lengths.append(self.milliseconds(str(duration)))
        self.rows[callback["TaskID"]] = {"milliseconds": lengths}

    def milliseconds(self, duration: str) -> int:
        seconds, fraction = duration.split(".")
        return int(seconds) * 1000 + int(fraction[:3].ljust(3, "0"))
