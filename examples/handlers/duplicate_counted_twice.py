"""Bills every file that transcoding wrote.

Bug: a callback may come again, and is billed again (wrong number).
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
        row = self.rows.setdefault(callback["TaskID"], {"billed": 0})
        row["billed"] += 1 if isinstance(items, dict) else len(items)
