"""The one finding of a body, and bodies around one text."""

from __future__ import annotations

from typing import Any

from kvs_schema import (
    check_callback,
)

PROGRESS = {"TaskID": "t", "Status": 2, "Type": "avtrans", "Details": {"progress": 5}}


def only(body: Any, **options: Any) -> Any:
    report = check_callback(body, **options)
    assert not report.valid
    assert len(report.violations) == 1, report.summary()
    return report.violations[0]


def info(metainfo: str, **more: Any) -> dict[str, Any]:
    item = {"dstpath": "", "metainfo": metainfo}
    return {
        "TaskID": "t",
        "Status": 3,
        "Type": "avinfo",
        "Details": {"errnum": 0, "items": [item], **more},
    }
