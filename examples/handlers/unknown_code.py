"""Tells an operator why a task failed.

Bug: looks the code up in the table of the KVS documentation; the service sends others too
(KeyError).
"""

import json
from typing import Any, ClassVar

from kvs_schema import error_codes


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.failed"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        errnum = callback["Details"]["errnum"]
        reason = error_codes.callback[errnum].title if errnum else None
        self.rows[callback["TaskID"]] = {"error": errnum or None, "reason": reason}
