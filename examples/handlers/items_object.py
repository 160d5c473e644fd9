"""Files the outputs of each task.

Bug: `items` may be one object without an array around it (TypeError).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        files = [item["dstpath"] for item in callback["Details"].get("items") or []]
        self.rows[callback["TaskID"]] = {"state": "done", "files": files}
