"""Marks sources of more than a GiB, which go to slower machines.

Bug: the table calls `size` an int, but it comes as a string of digits (TypeError).
"""

import json
from typing import Any, ClassVar

GIB = 1 << 30


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avinfo"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"].get("items") or []
        big = False
        for item in [items] if isinstance(items, dict) else items:
            if item.get("metainfo"):
                big = big or json.loads(item["metainfo"])["format"]["size"] > GIB
        self.rows[callback["TaskID"]] = {"big": big}
