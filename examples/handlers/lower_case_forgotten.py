"""Keeps the state of each task and flow.

Bug: old users receive the first level in lower case (KeyError).
"""

import json
from typing import Any, ClassVar

STATES = {0: "running", 2: "running", 3: "done", 4: "failed"}


class Handler:
    receives: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        self.rows[callback["TaskID"]] = {"state": STATES[callback["Status"]]}
