"""Keeps the state of each task and flow.

Bug: 0 is the status of a running task too, so that it counts as failed (wrong state).
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = {name.lower(): value for name, value in json.loads(body).items()}
        if callback["status"] == 2:
            state = "running"
        elif callback["status"] == 3:
            state = "done"
        else:
            state = "failed"
        self.rows[callback["taskid"]] = {"state": state}
