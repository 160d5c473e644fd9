"""Callbacks: from what arrives to a `Callback`, or to a report of what is wrong with it.

bytes -> strict JSON -> variant -> embedded documents opened -> judged -> Callback | findings
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

from . import catalogue, observation, opening, quick, text
from .callback import Body, Callback
from .classify import Classifier, Variant, Verdict
from .exact import orjson
from .exceptions import ValidationError
from .findings import Findings, Report
from .judge import Judge, fault_violation, judge
from .limits import Limits
from .text import Fault, TextError

_DEFAULT = Limits()


class _Callbacks:
    """Everything that judging callbacks needs, made once."""

    def __init__(self) -> None:
        program = catalogue.program()
        self.judge: Judge = judge()
        self.classifier = Classifier(program["classifier"])
        forms, shapes = program["tolerant"], program["shapes"]
        dialects = program["classifier"]["dialects"]
        self.steps = {dialect: opening.plan(shapes, forms, dialect) for dialect in dialects}
        self.all_steps = opening.plan(shapes, forms, *dialects)


@cache
def _callbacks() -> _Callbacks:
    return _Callbacks()


class _Opened:
    """A body as far as it could be read: its value, what it was taken for, what was in the way."""

    __slots__ = ("faults", "received", "stopped", "value", "verdict")

    def __init__(self) -> None:
        self.value: Any = None
        self.received: Any = None
        self.verdict = Verdict(None)
        self.faults: list[Fault] = []
        #: Whether reading ended early, so that there is nothing to judge.
        self.stopped = False


def thoroughly(
    obj: Body, strict: bool, limits: Limits, show_values: bool, found: Callback | None
) -> Callback:
    """The callback that a body holds, or all that is wrong with it; see `validate_callback`.

    `found` is what the quick way said.
    """
    if not text.is_value(obj):
        raise TypeError(f"a callback is bytes, text or a JSON value, not {type(obj).__name__}")
    report = checked(obj, strict, limits, found)
    if report.callback is not None:
        return report.callback
    raise ValidationError(report if show_values else without_values(report))


def check_callback(
    obj: object, *, strict: bool = False, limits: Limits = _DEFAULT, show_values: bool = True
) -> Report:
    """All that can be said of a body: verdict, variant, document, violations, deviations, unlisted.

    Takes anything and raises nothing; at the tolerant level `deviations` says what strict would
    ask beyond it. With `show_values=False` neither findings nor report hold a value of the body.

    KVS document: POST callback, body; Flow callback, body.
    """
    if observation.observer is not None:
        observation.observer("callback", obj)
    report = checked(obj, strict, limits)
    return report if show_values else without_values(report)


def checked(obj: object, strict: bool, limits: Limits, found: Callback | None = None) -> Report:
    """What `check_callback` says; nobody observes it. `found` is what the quick way said."""
    body = _written(obj, limits)
    if body is None:
        return judged(obj, strict, limits)
    found = found or quick.way(body, strict, limits)
    valid = type(found) is Callback
    if found is None or not (valid or _is_plain(found, limits)):
        return _verdict(body, strict, limits)
    valid = valid or judge().is_valid(found.variant, strict, found.document)
    later = partial(_findings, body, strict, limits)
    return _told(found.document, found.variant, found._names, valid, later)


def _verdict(body: bytes, strict: bool, limits: Limits) -> Report:
    """The verdict by the thorough way, with the findings for later."""
    callbacks = _callbacks()
    opened = _read(callbacks, body, limits)
    dialect, variant = opened.verdict.dialect, opened.verdict.variant
    if opened.stopped or dialect is None:
        return _report(callbacks, opened, strict, limits)
    valid = variant is not None and not opened.faults
    if variant is not None and valid:
        valid = callbacks.judge.is_valid(variant, strict, opened.value, opened.received)
    names = callbacks.classifier.first_level(dialect)
    later = partial(_findings, body, strict, limits)
    return _told(opened.value, variant, names, valid, later)


def _findings(body: bytes, strict: bool, limits: Limits) -> Findings:
    return judged(body, strict, limits).findings


def _is_plain(found: Callback, limits: Limits) -> bool:
    """Whether the schema of its variant alone decides on what was read."""
    if text.too_deep(found.document, limits.depth):
        return False
    return _callbacks().classifier.classify(found.document).variant == found.variant


def _written(obj: object, limits: Limits) -> bytes | None:
    """A body as text that stays as it is; None where that would lose something.

    From it the findings can be had later, whatever the caller does to what was given.
    """
    try:
        given = text.encoded(obj)
        if given is not None or orjson is None or not text.is_value(obj):
            return given
        value, faults = text.snapshot(obj, limits)
        written: bytes = orjson.dumps(value)
    except (TextError, TypeError, ValueError):
        return None
    return None if faults or len(written) > limits.body else written


def judged(obj: object, strict: bool, limits: Limits) -> Report:
    """The report with all its findings, by the thorough way alone."""
    callbacks = _callbacks()
    return _report(callbacks, _read(callbacks, obj, limits), strict, limits)


def decode_callback(obj: Body, *, limits: Limits = _DEFAULT) -> dict[str, Any]:
    """The document of a callback with its embedded documents opened; the input stays as it is.

    Strings that hold an object or an array are opened, others are left. The callback need not be
    valid; raises `ValidationError` for what is no JSON object, and where something would be lost:
    names that stand twice, values that JSON cannot hold.

    KVS document: POST callback, items; Flow callback, OutInfo.
    """
    callbacks = _callbacks()
    opened = _read(callbacks, obj, limits, losses_only=True)
    if not opened.stopped and type(opened.value) is dict:
        if opened.verdict.dialect is None:
            _open(callbacks.all_steps, opened, limits, losses_only=True)
        opened.stopped = bool(opened.faults)
    if opened.stopped or type(opened.value) is not dict:
        raise ValidationError(_report(callbacks, opened, False, limits))
    document: dict[str, Any] = opened.value
    return document


def encode_callback(document: Mapping[str, Any]) -> dict[str, Any]:
    """A callback as it is sent: embedded objects and arrays become the JSON text of themselves.

    The opposite of `decode_callback`; strings stay as they are, and so does the input. Raises
    `ValueError` for NaN and infinities in what becomes text.

    KVS document: POST callback, items; Flow callback, OutInfo.
    """
    callbacks = _callbacks()
    document = dict(document)
    dialect = callbacks.classifier.classify(document).dialect
    steps = callbacks.steps[dialect] if dialect else callbacks.all_steps
    closed: dict[str, Any] = copy.deepcopy(opening.close_document(document, steps))
    return closed


@cache
def variants() -> tuple[Variant, ...]:
    """Every variant of a callback, in the order of the sources."""
    source = catalogue.specification()["classifier"]
    empty = frozenset(catalogue.specification()["strict_empty"])
    schemas = catalogue.specification()["schemas"]
    found = []
    for dialect in source["dialects"]:
        for phase in source["phases"]:
            name = f"{dialect}.{phase}"
            title, title_zh = schemas[name]["title"], schemas[name]["title_zh"]
            found.append(Variant(name, dialect, phase, title, title_zh, name in empty))
    return tuple(found)


def _read(
    callbacks: _Callbacks, obj: object, limits: Limits, *, losses_only: bool = False
) -> _Opened:
    """Read a body of any kind exactly, classify it and open its embedded documents."""
    opened = _Opened()
    try:
        opened.value, opened.faults = text.read_any(obj, limits)
    except TextError as error:
        opened.faults.append(error.fault)
        opened.stopped = True
        return opened
    opened.verdict = callbacks.classifier.classify(opened.value)
    if callbacks.judge.engine.wants_received:
        opened.received = copy.deepcopy(opened.value)
    if opened.verdict.dialect is not None:
        steps = callbacks.steps[opened.verdict.dialect]
        _open(steps, opened, limits, losses_only=losses_only)
    return opened


def _open(
    steps: tuple[opening.Step, ...], opened: _Opened, limits: Limits, *, losses_only: bool
) -> None:
    try:
        opening.Opener(limits, opened.faults, losses_only=losses_only).whole(opened.value, steps)
    except TextError as error:
        opened.faults, opened.stopped = [error.fault], True


def _report(callbacks: _Callbacks, opened: _Opened, strict: bool, limits: Limits) -> Report:
    verdict, faults = opened.verdict, opened.faults
    if opened.stopped or verdict.dialect is None:
        if not opened.stopped:
            faults = [_unrecognised(verdict, opened.value)]
        violations = tuple(fault_violation(fault) for fault in faults[: limits.findings])
        found = Findings(violations, truncated=len(faults) > limits.findings)
        return Report(False, document=opened.value, _findings=found)
    names = callbacks.classifier.first_level(verdict.dialect)
    if verdict.phase is None:
        faults = [*faults, _no_status(callbacks.classifier, names["status"], opened.value)]
    found = callbacks.judge.findings(
        verdict.variant or verdict.dialect,
        opened.value,
        opened.received,
        faults=faults,
        strict=strict,
        limit=limits.findings,
    )
    return _told(opened.value, verdict.variant, names, not found.violations, found)


def _told(
    document: dict[str, Any],
    variant: str | None,
    names: Mapping[str, str],
    valid: bool,
    found: Findings | Callable[[], Findings],
) -> Report:
    """The report on a body whose dialect is known; `names` are those of its first level."""
    task_id = document.get(names["task_id"])
    return Report(
        valid=valid,
        variant=variant,
        task_id=task_id if isinstance(task_id, str) else None,
        document=document,
        callback=Callback(variant, document, names) if valid and variant else None,
        _findings=found,
    )


def _unrecognised(verdict: Verdict, value: Any) -> Fault:
    if verdict.problem == "no_object":
        why = "body_twice" if text.holds_json(value) else "no_object"
        return Fault((), "discriminator", why, "object", value)
    return Fault((), "discriminator", str(verdict.problem), verdict.names, verdict.likely)


def _no_status(classifier: Classifier, name: str, value: Mapping[str, Any]) -> Fault:
    if name in value:
        return Fault((name,), "discriminator", "status", list(classifier.phases), value[name])
    return Fault((), "discriminator", "status_missing", name)


def without_values(report: Report) -> Report:
    """The same report without any value of the document."""
    found = report.findings.hidden()
    return replace(report, task_id=None, document=None, callback=None, shown=False, _findings=found)
