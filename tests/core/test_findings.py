"""All that is said of some bodies, to the last word: `findings.yaml` beside this file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from kvs_schema import Limits, Report, Violation, check_callback, check_document
from kvs_schema.spec.locations import pointer_of

CASES: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "findings.yaml").read_text(encoding="utf-8")
)


def body_of(case: dict[str, Any]) -> Any:
    """The body that a case gives as text, or by the embedded document of its only output."""
    if "text" in case:
        return case["text"]
    items = [{"dstpath": "", "metainfo": case["metainfo"]}]
    details = {"errnum": 0, "errmsg": "", "bucket": "", "items": items}
    return json.dumps({"TaskID": "t", "Status": 3, "Type": "avinfo", "Details": details})


def told(finding: Violation) -> str:
    """Everything that a finding holds, on one line."""
    asked = finding.reason or "-", finding.rule or "-", finding.erratum or "-"
    line = f"{finding.pointer or '(root)'} {finding.keyword} {' '.join(asked)}"
    for word, value in (("expected", finding.expected), ("actual", finding.actual)):
        if value is not None:
            shown = json.dumps(value, ensure_ascii=False, default=repr)
            line += f" {word} {shown if len(shown) <= 40 else shown[:39] + '…'}"
    if finding.line is not None:
        line += f" at {finding.line}:{finding.column}"
    return f"{line} ({finding.kind})"


def all_told(report: Report) -> dict[str, Any]:
    found = {
        "variant": report.variant,
        "task_id": report.task_id,
        "outcome": report.outcome and not report.valid and report.outcome.value,
        "violations": [told(one) for one in report.violations],
        "deviations": [told(one) for one in report.deviations],
        "unlisted": [pointer_of(one) for one in report.unlisted],
        "truncated": report.truncated,
    }
    assert report.valid == (not report.violations)
    return {key: value for key, value in found.items() if value}


@pytest.mark.parametrize(
    ("name", "level"),
    [
        (name, level)
        for name, case in CASES.items()
        for level in ("tolerant", "strict")
        if level in case
    ],
)
def test_this_and_no_more_is_said(name: str, level: str) -> None:
    case = CASES[name]
    options: dict[str, Any] = {"strict": level == "strict"}
    options["limits"] = Limits(**case.get("limits", {}))
    if "schema" in case:
        report = check_document(case["schema"], body_of(case), **options)
    else:
        report = check_callback(body_of(case), **options)
    assert all_told(report) == case[level]
