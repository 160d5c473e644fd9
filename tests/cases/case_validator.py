"""Validate the committed cases with any engine and any program."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kvs_schema import Limits, Violation
from kvs_schema.catalogue import store
from kvs_schema.catalogue.names import variant_names
from kvs_schema.export.vectors import schema_of, sent
from kvs_schema.reading import embedded
from kvs_schema.reading.faults import Fault
from kvs_schema.reading.python_values import snapshot
from kvs_schema.spec.locations import pointer_of
from kvs_schema.validation.callbacks import CallbackPipeline
from kvs_schema.validation.validator import Validator

LIMITS = Limits()
#: Pointer, keyword, the missing or unknown name, and the erratum of a deviation.
Finding = tuple[str, str, str | None, str | None]


@dataclass(frozen=True)
class Case:
    """A body and its stated result.

    `schema` names the schema that validates it, `callback` if the variant is to be found first.
    """

    file: str
    number: int
    stated: Mapping[str, Any]
    schema: str
    sent: Any

    def __str__(self) -> str:
        return f"{self.file}-{self.number}: {self.stated['description']}"

    @property
    def valid(self) -> tuple[bool, bool]:
        """The stated verdicts, tolerant and strict."""
        return self.stated["tolerant"] == "valid", self.stated["strict"] == "valid"

    @property
    def findings(self) -> list[Finding]:
        """The stated findings: all at the first level at which the body is invalid."""
        alone = [self.stated["finding"]] if "finding" in self.stated else []
        found: list[Finding] = [
            (stated["pointer"], stated["keyword"], stated.get("name"), stated.get("erratum"))
            for stated in self.stated.get("findings", alone)
        ]
        return sorted(found, key=repr)


@cache
def cases() -> tuple[Case, ...]:
    """Return every committed case."""
    return tuple(
        Case(file, number, stated, schema_of(stated), sent(stated))
        for file, many in store.cases().items()
        for number, stated in enumerate(many, 1)
    )


@cache
def callback_variants() -> frozenset[str]:
    return frozenset(variant_names())


@dataclass(frozen=True)
class Outcome:
    """The result of a body: verdicts, and findings at the first level at which it is invalid."""

    valid: tuple[bool, bool]
    findings: list[Finding]
    deviations: list[str]
    unlisted: list[str]
    rules: frozenset[str | None]
    variant: str | None = None

    def differs(self, case: Case) -> str | None:
        """Return what differs from the case, in words; None if nothing does."""
        stated = case.stated
        pairs = {
            "verdict": (self.valid, case.valid),
            "findings": (self.findings, case.findings),
            "deviations": (self.deviations, stated.get("deviations", self.deviations)),
            "unlisted": (self.unlisted, stated.get("unlisted", [])),
            "variant": (self.variant, stated.get("variant", self.variant)),
        }
        for what, (found, due) in pairs.items():
            if found != due:
                return f"{what}: found {found}, stated {due}"
        return None


def outcome(found: Any, variant: str | None = None) -> Outcome:
    """Return the outcome of a report or of findings at the tolerant level."""
    tolerant = not found.violations
    return Outcome(
        valid=(tolerant, tolerant and not found.deviations),
        findings=keys(found.deviations if tolerant else found.violations),
        deviations=sorted({str(deviation.erratum) for deviation in found.deviations}),
        unlisted=[pointer_of(where) for where in found.unlisted],
        rules=frozenset(v.rule for v in (*found.violations, *found.deviations)),
        variant=variant,
    )


def keys(violations: Iterable[Violation]) -> list[Finding]:
    found: list[Finding] = []
    for v in violations:
        named = v.keyword in ("required", "additionalProperties")
        found.append((v.pointer, v.keyword, v.expected if named else None, v.erratum))
    return sorted(found, key=repr)


class CaseValidator:
    """Validates cases with one engine and one program, as the public functions do."""

    def __init__(self, validator: Validator) -> None:
        self.validator = validator
        self._pipeline = CallbackPipeline(validator)

    def validated(self, case: Case) -> Outcome:
        if case.schema == "callback":
            body = json.dumps(case.sent).encode()
            report = self._pipeline.full_report(body, False, LIMITS)
            return outcome(report, report.variant)
        value, faults = opened(self.validator.program, case.schema, case.sent)
        findings = self.validator.findings(
            case.schema, value, faults=faults, strict=False, limit=LIMITS.findings
        )
        return outcome(findings)


def opened(program: Mapping[str, Any], name: str, sent: Any) -> tuple[Any, list[Fault]]:
    """Open the embedded documents of a document; return it with the faults of opening."""
    value, faults = snapshot(sent, LIMITS)
    if isinstance(value, dict):
        steps = embedded.plan(program["layouts"], program["tolerant"], name)
        embedded.Opener(LIMITS, faults).open_all(value, steps)
    return value, faults
