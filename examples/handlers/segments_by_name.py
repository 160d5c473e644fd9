"""Keeps the play list of each output.

Bug: sorts the segments by name; `test-10.ts` comes before `test-9.ts` (wrong order).
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
        lists: list[list[str]] = []
        for item in [items] if isinstance(items, dict) else items:
            segments = json.loads(item.get("segmentsinfo") or "[]")
            lists.append(sorted(segment["filename"] for segment in segments))
        self.rows[callback["TaskID"]] = {"play_lists": lists}
