"""Keeps the types of the sub-tasks in their order.

Bug: takes the order for an index; there may be gaps (IndexError).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["flow.finished"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        details = callback["Details"]
        tasks = details if isinstance(details, list) else [details]
        types = [""] * len(tasks)
        for task in tasks:
            types[task["Order"]] = task["Type"]
        self.rows[callback["TaskID"]] = {"types": types}
