"""Keeps how many of the snapshots that were taken are listed, in percent.

Bug: divides by their number, which may be 0 (ZeroDivisionError).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avsnapshot"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        taken = callback["Details"].get("snapshotNum")
        if taken is not None:
            items = callback["Details"]["items"]
            listed = 1 if isinstance(items, dict) else len(items)
            self.rows[callback["TaskID"]] = {"percent": 100 * listed // taken}
