"""Every committed case has its stated verdict at both levels, by both engines."""

from __future__ import annotations

import json
from functools import cache

import pytest

from kvs_schema import (
    Report,
    ValidationError,
    check_callback,
    check_document,
    check_request,
    check_response,
    errata,
    validate_callback,
)
from kvs_schema.catalogue import store
from kvs_schema.validation.engines.reference import ReferenceEngine
from kvs_schema.validation.validator import Validator, validator

from .case_validator import Case, CaseValidator, callback_variants, cases, keys, outcome

OPERATION = "CreateWaveTask"


@cache
def by_compiled_engine() -> CaseValidator:
    return CaseValidator(validator())


@cache
def by_reference() -> CaseValidator:
    return CaseValidator(Validator(store.program(), ReferenceEngine(store.specification())))


def reported(case: Case, *, strict: bool) -> Report:
    """The answer of the public function for such a body."""
    if case.schema == "callback":
        return check_callback(json.dumps(case.sent).encode(), strict=strict)
    if case.schema == f"{OPERATION}.request" and "body" in case.sent:
        return check_request(OPERATION, strict=strict, **case.sent)
    if case.schema == f"{OPERATION}.response":
        return check_response(OPERATION, json.dumps(case.sent), strict=strict)
    return check_document(case.schema, json.dumps(case.sent), strict=strict)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_case_has_its_verdict(case: Case) -> None:
    assert by_compiled_engine().validated(case).differs(case) is None
    tolerant, strict = reported(case, strict=False), reported(case, strict=True)
    assert (tolerant.valid, strict.valid) == case.valid, tolerant.summary()
    if case.schema in callback_variants():
        return  # a body of another variant: the public function says so instead of validating it
    variant = tolerant.variant if case.schema == "callback" else None
    assert outcome(tolerant, variant).differs(case) is None
    assert keys(strict.violations) == keys((*tolerant.violations, *tolerant.deviations))


@pytest.mark.parametrize("case", cases(), ids=str)
def test_case_has_its_verdict_by_the_reference_engine(case: Case) -> None:
    assert by_reference().validated(case).differs(case) is None


@pytest.mark.parametrize("strict", [False, True], ids=["tolerant", "strict"])
def test_validate_gives_the_stated_verdicts(strict: bool) -> None:
    wrong = []
    for case in cases():
        if case.schema == "callback":
            try:
                validate_callback(json.dumps(case.sent).encode(), strict=strict)
                valid = True
            except ValidationError:
                valid = False
            if valid != case.valid[strict]:
                wrong.append(str(case))
    assert wrong == []


def test_cases_name_deviations_and_say_nothing_twice() -> None:
    seen: dict[str, Case] = {}
    for case in cases():
        named = {finding[3] for finding in case.findings} | {*case.stated.get("deviations", ())}
        assert named <= {None, *errata}, case
        assert bool(case.findings) != case.valid[1], case
        body = json.dumps([case.schema, case.sent], sort_keys=True)
        assert body not in seen, f"{case} has the body of {seen[body]}"
        seen[body] = case


def test_every_deviation_and_every_callback_variant_is_met_by_a_case() -> None:
    met = {finding[3] for case in cases() for finding in case.findings}
    assert {e.id for e in errata.values() if e.effect == "deviation"} <= met
    assert callback_variants() <= {case.stated.get("variant") for case in cases()}
