"""Keeps the frame rates of the source.

Bug: 0/0 is an ordinary frame rate, that of an audio stream (ZeroDivisionError).
"""

import json
from fractions import Fraction
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"], "types": ["avinfo"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        items = callback["Details"].get("items") or []
        rates: list[Fraction] = []
        for item in [items] if isinstance(items, dict) else items:
            if item.get("metainfo"):
                streams = json.loads(item["metainfo"])["streams"]
                found = [stream.get("avg_frame_rate") for stream in streams]
                rates += [Fraction(str(rate)) for rate in found if rate is not None]
        self.rows[callback["TaskID"]] = {"frame_rates": rates}
