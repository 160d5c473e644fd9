"""Examples as they are sent, and what holds for every report with an outcome."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

from kvs_schema import (
    Callback,
    Outcome,
    Report,
    check_callback,
    encode_callback,
)
from kvs_schema.catalogue import store
from kvs_schema.spec.vocabulary import DEFS
from kvs_schema.validation.validator import validator

SPECIFICATION = store.specification()


EXAMPLES = {
    name: example["body"]
    for name, example in SPECIFICATION["examples"].items()
    if "CreateWaveTask" not in example["schema"]
}


def example(name: str) -> dict[str, Any]:
    found: dict[str, Any] = copy.deepcopy(EXAMPLES[name])
    return found


def sent(document: dict[str, Any]) -> bytes:
    return json.dumps(encode_callback(document)).encode()


def read_all(callback: Callback) -> None:
    """Read every attribute of a callback and of its views."""
    found = callback.as_dict()
    json.dumps(found)
    assert [repr(each) for each in (callback, *callback.tasks, *callback.outputs)]
    assert callback.error is None or callback.error.code
    assert public(callback) == {*found, "outputs", "error", "document"}
    for task, as_json in zip(callback.tasks, found["tasks"], strict=True):
        assert public(task) == as_json.keys()
        for output, shown in zip(task.outputs, as_json["outputs"], strict=True):
            assert public(output) - {"schema"} == shown.keys()


def public(value: object) -> set[str]:
    return {
        name
        for name in dir(type(value))
        if name[0] != "_" and not callable(getattr(type(value), name))
    }


def is_part(left: Any, whole: Any) -> bool:
    """Whether something is what was sent, without some members, and nothing in it has moved."""
    if (
        left and isinstance(left, dict | list) and isinstance(whole, str)
    ):  # the report gave up before it
        whole = json.loads(whole)
    if isinstance(left, dict):
        given = whole if isinstance(whole, dict) else {}
        return all(key in given and is_part(left[key], given[key]) for key in left)
    if isinstance(left, list):
        same = isinstance(whole, list) and len(left) == len(whole)
        return same and all(map(is_part, left, whole))
    return type(left) is type(whole) and bool(left == whole)


def checked(report: Report) -> Report:
    """Hold a report to what it promises of its outcome."""
    partial = report.partial
    assert report.valid == (report.outcome is Outcome.VALID)
    assert (partial is None) == (report.outcome in (Outcome.UNCLEAR, Outcome.FOREIGN))
    if partial is not None:
        read_all(partial)
        assert validator().engine.unusable((DEFS + partial.variant,), partial.document) == []
        assert is_part(partial.document, report.document)
        assert pickle.loads(pickle.dumps(partial)) == partial
        assert partial.task_id == report.task_id
        if report.valid:
            assert partial is report.callback
            assert partial.complete
    return report


def left_of(document: dict[str, Any]) -> Callback:
    report = checked(check_callback(sent(document)))
    assert report.outcome is Outcome.PARTIAL
    assert report.partial is not None
    return report.partial
