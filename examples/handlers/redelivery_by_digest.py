"""Bills each output of a task once.

Bug: knows a callback that comes again by its digest; it may come again
in other words (billed twice).
"""

import hashlib
import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avtrans"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}
        self.seen: set[bytes] = set()

    def deliver(self, body: bytes) -> None:
        digest = hashlib.sha256(body).digest()
        if digest in self.seen:
            return
        self.seen.add(digest)
        callback = json.loads(body)
        items = callback["Details"]["items"]
        row = self.rows.setdefault(callback["TaskID"], {"billed": 0})
        row["billed"] += 1 if isinstance(items, dict) else len(items)
