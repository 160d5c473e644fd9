"""Keeps what went wrong, in the words of the service.

Bug: the default of `get` does not help against a null (AttributeError).
"""

import json
import logging
from typing import Any, ClassVar

logger = logging.getLogger(__name__)


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.failed"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        details = callback["Details"]
        bucket = details.get("bucket", "").strip()
        message = details.get("errmsg", "").strip()
        logger.info("%s: %s", bucket or "no bucket", message)
        self.rows[callback["TaskID"]] = {"message": message}
