"""Counts the streams of the source without parsing what may be a long document.

Bug: JSON may have a space after the colon, and another writer puts one there (wrong number).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avinfo"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"].get("items") or []
        streams = 0
        for item in [items] if isinstance(items, dict) else items:
            streams += (item.get("metainfo") or "").count('"codec_type":"')
        self.rows[callback["TaskID"]] = {"streams": streams}
