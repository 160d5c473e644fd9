"""Files the outputs of each task.

Bug: a task may have several outputs, and all but the first are lost.
"""

import json
from typing import Any, ClassVar


class Handler:
    receives: ClassVar[dict[str, Any]] = {"variants": ["task.finished"]}

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = {}

    def deliver(self, body: bytes) -> None:
        callback = json.loads(body)
        output = callback["Details"].get("items") or []
        files = []
        if isinstance(output, list):
            output = output[0] if output else None
        if output:
            files.append(output["dstpath"])
        self.rows[callback["TaskID"]] = {"state": "done", "files": files}
