"""Counts the streams of the source.

Bug: where there is no embedded document, its string may be empty (JSONDecodeError).
"""

import json
from typing import Any, ClassVar

EMBEDDED = ("metainfo", "outMediainfo", "segmentsinfo", "thumnailsinfo")


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"].get("items") or []
        streams = 0
        for item in [items] if isinstance(items, dict) else items:
            for name in EMBEDDED:
                if item.get(name) is not None:
                    item[name] = json.loads(item[name])
            if item.get("metainfo") is not None:
                streams += len(item["metainfo"]["streams"])
        self.rows[callback["TaskID"]] = {"streams": streams}
