"""Passes what went wrong on in a header of HTTP.

Bug: texts may be Chinese, and headers are Latin-1 (UnicodeEncodeError).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.failed"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        message = callback["Details"].get("errmsg") or ""
        header = b"X-Reason: " + message.encode("latin-1")
        self.rows[callback["TaskID"]] = {"message": header[10:].decode("latin-1").strip()}
