"""Reports: findings are looked for when asked for, and tell of the body as it was given."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from kvs_schema import (
    Limits,
    Report,
    ValidationError,
    check_callback,
    encode_callback,
    validate_callback,
)
from kvs_schema.catalogue import store
from kvs_schema.results.findings import Findings
from kvs_schema.validation import callbacks
from kvs_schema.validation.callbacks import pipeline

EXAMPLES = store.specification()["examples"]


def pickled(report: Report) -> Report:
    restored: Report = pickle.loads(pickle.dumps(report))
    return restored


def invalid() -> dict[str, Any]:
    document: dict[str, Any] = encode_callback(EXAMPLES["avinfo"]["body"])
    document["TaskID"] = 5
    return document


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("wire", [lambda body: body, json.dumps, lambda b: json.dumps(b).encode()])
@pytest.mark.parametrize("name", EXAMPLES)
def test_what_comes_late_is_what_comes_at_once(name: str, wire: Any, strict: bool) -> None:
    body = wire(encode_callback(EXAMPLES[name]["body"]))
    assert check_callback(body, strict=strict) == pipeline().full_report(body, strict, Limits())


def test_findings_hash_whatever_they_are_about() -> None:
    body = {"TaskID": 5, "Status": 3, "Type": "avinfo", "Details": {"items": [{}]}}
    violations = check_callback(body).violations
    assert {type(each.actual) for each in violations} >= {int, dict}
    assert len(set(violations)) == len(violations)
    assert set(violations) == set(check_callback(body).violations)


def test_what_the_caller_changes_afterwards_changes_nothing() -> None:
    document = invalid()
    report = check_callback(document)
    at_once = pipeline().full_report(document, False, Limits())
    document.clear()
    report.document.clear()
    assert report.violations == at_once.violations != ()
    assert report.deviations == at_once.deviations != ()


def test_copies_and_pickles_tell_the_same() -> None:
    report = check_callback(invalid())
    assert report.violations
    copies = (copy.copy, copy.deepcopy, pickled)
    assert [restore(check_callback(invalid())) for restore in copies] == [report] * len(copies)


def test_without_values_no_text_and_no_pickle_has_one() -> None:
    with pytest.raises(ValidationError) as caught:
        validate_callback(invalid() | {"Type": "a secret"}, show_values=False)
    report = caught.value.report
    assert b"a secret" not in pickle.dumps(report)
    assert report.violations == report.findings.violations
    assert all(violation.actual is None for violation in report.violations)


@pytest.mark.parametrize("body", [invalid(), encode_callback(EXAMPLES["failed"]["body"])])
def test_hiding_values_computes_no_finding(body: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    computed = []

    def compute(*_: Any) -> Findings:
        computed.append(1)
        return Findings()

    monkeypatch.setattr(callbacks, "_findings", compute)
    report = check_callback(body, show_values=False)
    assert (report.valid, computed) == (body != invalid(), [])
    assert (report.deviations, computed) == ((), [1])


def test_without_values_a_valid_report_holds_none_either() -> None:
    body = encode_callback(EXAMPLES["finished-avtrans"]["body"])
    report = check_callback(body, show_values=False)
    assert report.valid
    assert (report.document, report.task_id) == (None, None)
    assert report.callback is not None  # to be used, not to be seen
    assert pickled(report) == report


def edited(value: Any) -> Iterator[None]:
    """Changes a document in one place after the other, and puts each back."""
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        member = value[key]
        others: tuple[Any, ...] = (None, [None], {}, "")
        for other in others:
            value[key] = other
            yield
        value[key] = member
        if isinstance(member, dict | list):
            yield from edited(member)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if "Create" not in name.title()])
def test_the_verdict_is_that_of_the_findings(name: str) -> None:
    document = copy.deepcopy(EXAMPLES[name]["body"])
    for _ in edited(document):
        body = json.dumps(encode_callback(document)).encode()
        report = check_callback(body)
        assert report.valid == (not report.findings.violations), body


@pytest.mark.parametrize("more", [{"errnum": 0}, {"items": []}])
def test_no_shortcut_takes_a_single_task_with_an_order_for_a_flow(more: dict[str, Any]) -> None:
    document = copy.deepcopy(EXAMPLES["flow-failed"]["body"])
    document["Details"] = next(task for task in document["Details"] if "OutInfo" not in task)
    assert validate_callback(json.dumps(document)).variant == "flow.failed"
    document["Details"] |= more
    with pytest.raises(ValidationError) as raised:
        validate_callback(json.dumps(document))
    assert raised.value.report.variant == "task.failed"
