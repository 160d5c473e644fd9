"""Answers the conformance protocol with kvs_schema: kvs-schema conformance -- python adapter.py."""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

from kvs_schema import __version__, check_document


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one question."""
    if question["cmd"] == "start":
        return {
            "version": 1,
            "implementation": {"language": "python", "name": f"kvs-schema {__version__}"},
        }
    raw = base64.b64decode(question["raw"])
    report = check_document(question["schema"], raw)
    found = check_document(question["schema"], raw, strict=True)
    reply: dict[str, Any] = {
        "seq": question["seq"],
        "tolerant": report.valid,
        "strict": found.valid,
        "findings": [
            {
                key: value
                for key, value in violation.as_dict().items()
                if key in ("pointer", "location", "keyword", "rule", "erratum", "line", "column")
            }
            for violation in found.violations
        ],
    }
    if report.outcome is not None:  # a callback
        reply |= {
            "outcome": report.outcome.value,
            "task_id": report.task_id,
            "status": report.partial and report.partial.status,
        }
    return reply


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
