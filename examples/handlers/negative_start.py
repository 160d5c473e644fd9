"""Keeps the start times of the source's streams, to line up subtitles.

Bug: streams may start before zero, such as at -0.023220 (AttributeError).
"""

import json
import re
from decimal import Decimal
from typing import Any, ClassVar

SECONDS = re.compile(r"([0-9]+(?:\.[0-9]+)?)$")


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avinfo"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"].get("items") or []
        started: list[Decimal] = []
        for item in [items] if isinstance(items, dict) else items:
            if item.get("metainfo"):
                streams = json.loads(item["metainfo"])["streams"]
                found = [stream.get("start_time") for stream in streams]
                started += [self.seconds(str(text)) for text in found if text is not None]
        self.rows[callback["TaskID"]] = {"started": started}

    def seconds(self, text: str) -> Decimal:
        return Decimal(SECONDS.match(text).group(1))  # type: ignore[union-attr]
