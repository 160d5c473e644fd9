"""Every example of the sources holds, with exactly the deviations that it names."""

from __future__ import annotations

import json
from typing import Any

import pytest

import kvs_schema
from kvs_schema.catalogue import store
from kvs_schema.spec.locations import pointer_of

from ..documents import callback_examples, sent

EXAMPLES: dict[str, dict[str, Any]] = store.specification()["examples"]
DOCUMENTED = {
    "legacy-progress",
    "avtrans-progress",
    "segment",
    "finished-avtrans",
    "avinfo",
    "flow-two-avtrans",
    "create-wave-task-request",
    "create-wave-task-response",
}


def report_of(name: str, *, strict: bool) -> kvs_schema.Report:
    schema, body = EXAMPLES[name]["schema"], EXAMPLES[name]["body"]
    if schema == "CreateWaveTask.request":
        return kvs_schema.check_request("CreateWaveTask", strict=strict, **body)
    if schema == "CreateWaveTask.response":
        return kvs_schema.check_response("CreateWaveTask", json.dumps(body), strict=strict)
    wire = json.dumps(kvs_schema.encode_callback(body)).encode()
    return kvs_schema.check_callback(wire, strict=strict)


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_holds_with_its_deviations(name: str) -> None:
    report = report_of(name, strict=False)
    assert report.valid, report.summary()
    assert report.variant == EXAMPLES[name]["schema"]
    assert sorted({str(d.erratum) for d in report.deviations}) == EXAMPLES[name]["deviations"]
    assert [pointer_of(where) for where in report.unlisted] == EXAMPLES[name]["unlisted"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_strict_turns_deviations_into_violations(name: str) -> None:
    report = report_of(name, strict=True)
    assert report.valid == (not EXAMPLES[name]["deviations"])
    assert report.deviations == ()
    tolerant = report_of(name, strict=False)
    assert report.violations == tolerant.deviations


@pytest.mark.parametrize("name", callback_examples())
def test_validate_gives_what_check_gives(name: str) -> None:
    body = sent(name)
    callback = kvs_schema.validate_callback(json.dumps(body).encode())
    assert callback == kvs_schema.check_callback(body).callback
    assert callback.document == EXAMPLES[name]["body"]


def test_all_eight_worked_examples_are_there_and_seven_fail_strict() -> None:
    assert EXAMPLES.keys() >= DOCUMENTED
    passing = {name for name in DOCUMENTED if report_of(name, strict=True).valid}
    assert passing == {"create-wave-task-response"}


def test_every_variant_and_every_deviation_has_an_example() -> None:
    schemas = {example["schema"] for example in EXAMPLES.values()}
    assert {variant.name for variant in kvs_schema.variants()} <= schemas
    held = {erratum for example in EXAMPLES.values() for erratum in example["deviations"]}
    assert held == {e.id for e in kvs_schema.errata.values() if e.effect == "deviation"}
