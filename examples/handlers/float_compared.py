"""Keeps the length of what was transcoded, and counts the callbacks that contradict it.

Bug: compares a column NUMERIC(10, 3) with a float, to which hardly any length is equal (wrong
number).
"""

import json
from decimal import Decimal
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avtrans"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.seconds: dict[str, Decimal] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        task_id = callback["TaskID"]
        seconds = self.length(callback["Details"].get("items") or [])
        if task_id not in self.seconds:
            self.seconds[task_id] = Decimal(f"{seconds:.3f}")
            self.rows[task_id] = {"contradictions": 0}
        elif self.seconds[task_id] != seconds:
            self.rows[task_id]["contradictions"] += 1

    def length(self, items: Any) -> float:
        total = 0.0
        for item in [items] if isinstance(items, dict) else items:
            media_info = json.loads(item.get("outMediainfo") or "{}")
            total += float(media_info.get("format", {}).get("duration") or 0)
        return total
