"""Callbacks: from a body of any kind to a `Callback`, or to a report of what is wrong with it.

The steps are those of `documents`, with one before them: the variant names the schema.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

from ..catalogue.names import CALLBACK, variant_names
from ..reading import embedded, python_values, received
from ..reading.faults import Fault, TextError
from ..reading.json_text import holds_json, too_deep
from ..reading.limits import Limits
from ..reading.lossless import orjson
from ..reading.variants import Classification, Classifier
from ..results.callback import Body, Callback
from ..results.findings import Findings, Remainder, Report, ValidationError
from ..results.status import Outcome
from . import fast_path
from .collector import fault_violation
from .documents import Opened, encoded_document, read_document
from .partial import PartialReader
from .validator import Validator, validator

_UNCLASSIFIED = Classification(None)


class CallbackPipeline:
    """Reads callbacks by the specification of a validator, and reports on them."""

    def __init__(self, by: Validator) -> None:
        self.validator, program = by, by.program
        self.classifier = Classifier(program["classifier"])
        forms, layouts = program["tolerant"], program["layouts"]
        dialects = program["classifier"]["dialects"]
        self.steps = {dialect: embedded.plan(layouts, forms, dialect) for dialect in dialects}
        self.all_steps = embedded.plan(layouts, forms, *dialects)
        self.partial = PartialReader(by, self.classifier, self.steps)

    def read(self, obj: object, limits: Limits, *, written: bool = False) -> OpenedCallback:
        """Read a body exactly, find its variant and open its embedded documents.

        One that was `written` here was received as a value: its findings have no lines.
        """
        opened = OpenedCallback()
        try:
            opened.receive(obj, limits)
            if written:
                opened.text = None
            opened.classified = self.classifier.classify(opened.value)
            if opened.classified.dialect is None:
                return opened.stopped(_unrecognised(opened.classified, opened.value))
            opened.names = self.classifier.first_level(opened.classified.dialect)
            opened.schema = opened.classified.variant or opened.classified.dialect
            self.open(opened, limits)
        except TextError as error:
            opened.stopped(error.fault)
        else:
            if opened.classified.phase is None:
                opened.faults.append(self._no_status(opened))
        return opened

    def open(self, opened: OpenedCallback, limits: Limits, *, losses_only: bool = False) -> None:
        """Open the embedded documents of a body."""
        dialect = opened.classified.dialect
        steps = self.all_steps if dialect is None else self.steps[dialect]
        embedded.Opener(limits, opened.faults, losses_only=losses_only).whole(opened.value, steps)

    def full_report(
        self, obj: object, strict: bool, limits: Limits, *, written: bool = False
    ) -> Report:
        """Report on a body with all its findings, without the fast path."""
        opened = self.read(obj, limits, written=written)
        found = opened.findings(self.validator, strict, limits)
        return opened.report(
            not found.violations,
            found,
            self.partial.read(obj, limits, opened.classified.dialect) if found.violations else None,
        )

    def _no_status(self, opened: OpenedCallback) -> Fault:
        name, phases = opened.names["status"], list(self.classifier.phases)
        if name in opened.value:
            return Fault((name,), "discriminator", "status", phases, opened.value[name])
        return Fault((), "discriminator", "status_missing", name)


@dataclass(slots=True)
class OpenedCallback(Opened):
    """A body read as a callback: its variant, and the keys of its first level by their roles."""

    classified: Classification = _UNCLASSIFIED
    names: Mapping[str, str] = field(default_factory=dict)

    def report(
        self,
        valid: bool,
        found: Findings | Callable[[], Findings],
        remainder: Remainder | Callable[[], Remainder] | None,
    ) -> Report:
        """Return the report; what is not known yet is computed later."""
        variant = self.classified.variant if self.schema is not None else None
        return Report(
            valid=valid,
            variant=variant,
            document=self.value,
            callback=Callback(variant, self.value, self.names) if valid and variant else None,
            _findings=found,
            _remainder=None if valid else remainder,
            _digest=self.digest,
        )


@cache
def pipeline() -> CallbackPipeline:
    """Return the pipeline of the specification, made once."""
    return CallbackPipeline(validator())


def validate_fully(
    obj: Body, strict: bool, limits: Limits, show_values: bool, found: Callback | None
) -> Callback:
    """Return the callback of a body that the fast path, which answered `found`, did not accept.

    Raises what `validate_callback` raises.
    """
    if not received.is_value(obj):
        raise TypeError(f"a callback is bytes, text or a JSON value, not {type(obj).__name__}")
    report = report_on_callback(obj, strict, limits, found)
    if report.callback is not None:
        return report.callback
    raise ValidationError(report if show_values else report.without_values())


def report_on_callback(
    obj: object, strict: bool, limits: Limits, found: Callback | None = None
) -> Report:
    """Report on a body; `found` is what the fast path answered, if it was asked already."""
    body = _written(obj, limits)
    if body is None:
        return pipeline().full_report(obj, strict, limits)
    written = not received.is_text(obj)
    findings = partial(_findings, body, strict, limits, written)
    found = found or fast_path.answer(body, strict, limits)
    if found is not None and (type(found) is Callback or is_plain(found, limits)):
        classified = Classification(found.variant.rpartition(".")[0], variant=found.variant)
        opened = OpenedCallback(found.document, found.variant, text=None if written else body)
        opened.classified, opened.names = classified, found._names
        valid = type(found) is Callback or opened.is_valid(validator(), strict)
    else:
        opened = pipeline().read(body, limits, written=written)
        valid = opened.is_valid(validator(), strict)
    remainder = partial(_remainder, body, limits, opened.classified.dialect)
    return opened.report(valid, findings, remainder)


def as_variant(name: str, report: Report, obj: object, limits: Limits) -> Report:
    """Return the report on a callback that must be of one variant; another is a violation."""
    if report.variant in (name, None):
        return report
    fault = Fault((), "discriminator", "other_variant", name, report.variant)
    other = Findings((fault_violation(fault),)).located(received.encoded(obj))
    violations = (*other.violations, *report.violations)
    found = replace(
        report.findings,
        violations=violations[: limits.findings],
        truncated=report.truncated or len(violations) > limits.findings,
    )
    remainder = report._remainder or Remainder(Outcome.PARTIAL, report.callback, report.task_id)
    return replace(report, valid=False, callback=None, _findings=found, _remainder=remainder)


def is_valid(name: str, obj: object, strict: bool, limits: Limits) -> bool:
    """Return whether a body is valid by a schema, without computing findings.

    `callback` stands for any variant.
    """
    if name == CALLBACK or name in variant_names():
        report = report_on_callback(obj, strict, limits)
        return report.valid and name in (CALLBACK, report.variant)
    return read_document(name, obj, limits).is_valid(validator(), strict)


def decoded(obj: Body, limits: Limits) -> dict[str, Any]:
    """Return the document of a callback with its embedded documents opened.

    Raises what `decode_callback` raises.
    """
    opened = OpenedCallback()
    try:
        opened.receive(obj, limits)
        opened.classified = pipeline().classifier.classify(opened.value)
        if type(opened.value) is not dict:
            opened.stopped(_unrecognised(opened.classified, opened.value))
        else:
            pipeline().open(opened, limits, losses_only=True)
    except TextError as error:
        opened.stopped(error.fault)
    if opened.faults:
        found = opened.findings(validator(), False, limits)
        remainder = partial(_remainder, obj, limits, opened.classified.dialect)
        raise ValidationError(opened.report(False, found, remainder))
    document: dict[str, Any] = opened.value
    return document


def encoded(document: object) -> dict[str, Any]:
    """Return a callback as it is sent; raises what `encode_callback` raises."""
    if not isinstance(document, Mapping):
        given = type(document).__name__
        raise TypeError(
            f"encode_callback takes a document, opened as by decode_callback, not a {given}"
        )
    document = dict(document)
    dialect = pipeline().classifier.classify(document).dialect
    steps = pipeline().steps[dialect] if dialect else pipeline().all_steps
    closed: dict[str, Any] = copy.deepcopy(embedded.close_document(document, steps))
    return closed


def encode_document(name: str, document: Any) -> Any:
    """Return a document of a schema as it is sent; `callback` stands for any variant."""
    return encoded(document) if name == CALLBACK else encoded_document(name, document)


def _findings(body: bytes, strict: bool, limits: Limits, written: bool) -> Findings:
    opened = pipeline().read(body, limits, written=written)
    return opened.findings(validator(), strict, limits)


def _remainder(body: object, limits: Limits, dialect: str | None) -> Remainder:
    return pipeline().partial.read(body, limits, dialect)


def is_plain(found: Callback, limits: Limits) -> bool:
    """Return whether the schema of its variant alone decides on what the fast path has read."""
    if too_deep(found.document, limits.depth):
        return False
    return pipeline().classifier.classify(found.document).variant == found.variant


def _written(obj: object, limits: Limits) -> bytes | None:
    """Return a body as bytes that nobody can change; None where that would lose something.

    From them the findings can be computed later, whatever the caller does with the body.
    """
    try:
        given = received.encoded(obj)
        if given is not None or orjson is None or not received.is_value(obj):
            return given
        value, faults = python_values.snapshot(obj, limits)
        written: bytes = orjson.dumps(value)
    except (TextError, TypeError, ValueError):
        return None
    return None if faults or len(written) > limits.body else written


def _unrecognised(classified: Classification, value: Any) -> Fault:
    if classified.problem == "no_object":
        why = "body_twice" if holds_json(value) else "no_object"
        return Fault((), "discriminator", why, "object", value)
    return Fault((), "discriminator", str(classified.problem), classified.names, classified.likely)
