"""What is guaranteed for every input: the promise that fuzzing tries to break."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kvs_schema import (
    Task,
    ValidationError,
    check_callback,
    decode_callback,
    encode_callback,
    validate_callback,
)
from kvs_schema.results.attributes import View


def read_whole(value: Any) -> None:
    """Read every attribute of every view, none of which may raise for a valid callback."""
    if isinstance(value, tuple):
        for element in value:
            read_whole(element)
    elif isinstance(value, View | Task):
        for name in dir(value):
            if not name.startswith("_"):
                read_whole(getattr(value, name))


def check_promise(body: Any) -> None:
    """Raise AssertionError, or whatever the package raised, if the promise is broken."""
    report = check_callback(body)
    strict = check_callback(body, strict=True)
    assert report.valid == (not report.findings.violations)
    assert strict.valid == (report.valid and not report.deviations)
    assert (report.callback is not None) == report.valid
    assert strict.notices == report.notices
    json.dumps(report.as_dict("zh"))
    if isinstance(body, bytes | str):
        for finding in (*report.violations, *strict.violations, *report.notices):
            assert (finding.line or 0) > 0, finding
            assert (finding.column or 0) > 0, finding
    for line in report.summary().splitlines():
        assert line.isprintable(), line
    if not report.valid:
        with pytest.raises(ValidationError) as caught:
            validate_callback(body)
        assert caught.value.report.violations == report.violations
        return
    callback = validate_callback(body)
    assert callback == report.callback
    read_whole(callback.tasks)
    again = encode_callback(decode_callback(body))
    assert decode_callback(again) == callback.document
