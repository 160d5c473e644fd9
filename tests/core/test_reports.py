"""Reports: findings are looked for when asked for, and tell of the body as it was given."""

from __future__ import annotations

import copy
import hashlib
import json
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

import kvs_schema
from kvs_schema import (
    Limits,
    Report,
    ValidationError,
    Violation,
    check_callback,
    check_document,
    check_request,
    check_response,
    decode_callback,
    encode_callback,
    validate_callback,
)
from kvs_schema.catalogue import store
from kvs_schema.results.findings import Findings
from kvs_schema.validation import callbacks
from kvs_schema.validation.callbacks import pipeline

from ..documents import sent

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


def test_no_value_is_shown_when_asked() -> None:
    secret = "s3cr3t"
    body = sent("failed")
    body["Details"]["errnum"] = secret
    body["TaskID"] = secret
    with pytest.raises(ValidationError) as caught:
        validate_callback(body, show_values=False)
    report = caught.value.report
    shown = [
        str(caught.value),
        repr(report),
        report.summary("zh"),
        json.dumps(report.as_dict()),
        *map(repr, report.violations),
    ]
    assert all(secret not in text for text in shown)
    assert secret.encode() not in pickle.dumps(report)
    assert secret.encode() not in pickle.dumps(caught.value)
    assert report.violations[0].actual is None
    assert "a string (not shown)" in report.violations[0].message


def test_everything_pickles_and_copies() -> None:
    good = check_callback(sent("flow-two-avtrans"))
    with pytest.raises(ValidationError) as caught:
        validate_callback(b"{}")
    for value in (good, good.callback, caught.value.report, good.deviations[0]):
        assert pickle.loads(pickle.dumps(value)) == value
        assert copy.deepcopy(value) == value
    error = pickle.loads(pickle.dumps(caught.value))
    assert error.report == caught.value.report
    assert str(error) == str(caught.value)
    assert good.callback is not None
    task = pickle.loads(pickle.dumps(good.callback.tasks[1]))
    assert task.outputs[0].media_info == good.callback.tasks[1].outputs[0].media_info


def test_reports_are_json() -> None:
    body = sent("avinfo")
    body["Details"]["items"][0]["metainfo"] = {"streams": 1}
    report = check_callback(body)
    assert json.loads(json.dumps(report.as_dict())) == report.as_dict()
    assert report.as_dict("zh")["violations"][0]["message"] != report.violations[0].message


def test_a_report_holds_what_was_read_unless_values_are_hidden() -> None:
    for body in (b'{"a":1}', b"[1]"):
        assert check_callback(body).document == json.loads(body)
        hidden = check_callback(body, show_values=False)
        assert (hidden.document, hidden.shown) == (None, False)


def test_error_of_an_exception_reads_well() -> None:
    body = sent("failed")
    body["Details"]["errnum"] = "2032"
    with pytest.raises(ValueError, match="errnum") as caught:
        validate_callback(body)
    assert str(caught.value) == (
        'invalid (task.failed)\n  /Details/errnum: expected an integer, found the string "2032"'
    )
    assert isinstance(caught.value, kvs_schema.KvsSchemaError)


def test_violations_are_values() -> None:
    first = check_callback(b"{}").violations[0]
    assert first == check_callback(b"{}").violations[0]
    assert isinstance(first, Violation)
    with pytest.raises(AttributeError):
        first.keyword = "x"  # type: ignore[misc]


def test_the_digest_is_that_of_the_body_as_received() -> None:
    """Whatever is validated, and whether or not it can be read; a parsed value has none."""
    twice = b'{"Details":{"a":1,"a":2}}'
    expected = hashlib.sha256(twice).hexdigest()
    wave = "CreateWaveTask"
    for body in (twice, bytearray(twice), twice.decode()):
        with pytest.raises(ValidationError) as raised:
            decode_callback(body)
        reports = [
            raised.value.report,
            check_callback(body),
            check_request(wave, body=body),
            check_response(wave, body),
            check_document("metainfo", body),
            check_document("task.failed", body),
        ]
        assert {report.digest for report in reports} == {expected}
    assert check_response(wave, b"{").digest == hashlib.sha256(b"{").hexdigest()
    with pytest.raises(ValidationError) as raised:
        decode_callback({"a": float("nan")})
    of_values = [raised.value.report, check_response(wave, {}), check_request(wave, body={})]
    of_values += [check_callback(sent("avinfo")), check_callback({"TaskID": 5})]
    assert [report.digest for report in of_values] == [None] * 5
    assert [each.line for each in of_values[-1].violations] == [None]
