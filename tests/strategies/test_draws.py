"""What is drawn, judged by both engines: valid callbacks hold, negatives fail where labelled.

`KVS_SCHEMA_DRAWS` says how many callbacks and how many negatives in all; 100,000 in the long run.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kvs_schema import Limits, Report, check_callback, variants
from kvs_schema.catalogue import store
from kvs_schema.strategies import Negative, VariantName, callbacks, invalid_callbacks
from kvs_schema.validation.callbacks import CallbackPipeline
from kvs_schema.validation.engines.reference import ReferenceEngine
from kvs_schema.validation.validator import Validator

DRAWS = int(os.environ.get("KVS_SCHEMA_DRAWS", "200"))
KINDS = [(v.name, strict) for v in variants() for strict in (False, True)[: 2 - v.strict_empty]]
PARTS = 8


def so_many(count: int) -> settings:
    return settings(max_examples=count, database=None, deadline=None, phases=[Phase.generate])


@cache
def reference() -> CallbackPipeline:
    return CallbackPipeline(Validator(store.program(), ReferenceEngine(store.specification())))


def by_reference(body: Any, strict: bool) -> Report:
    return reference().full_report(body, strict, Limits())


@pytest.mark.parametrize(("variant", "strict"), KINDS)
def test_no_engine_rejects_a_callback(variant: VariantName, strict: bool) -> None:
    drawn = 0

    @so_many(DRAWS // len(KINDS))
    @given(callbacks(variant, strict=strict))
    def check(body: dict[str, Any]) -> None:
        nonlocal drawn
        drawn += 1
        for report in (check_callback(body, strict=strict), by_reference(body, strict)):
            assert report.valid, report.summary()
            assert report.variant == variant

    check()
    assert drawn >= DRAWS // len(KINDS)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("part", range(PARTS))
def test_each_engine_rejects_a_negative_as_labelled(part: int, strict: bool) -> None:
    drawn = 0

    @so_many(DRAWS // (2 * PARTS))
    @given(invalid_callbacks(strict=strict))
    def check(negative: Negative) -> None:
        nonlocal drawn
        drawn += 1
        for report in (
            check_callback(negative.body, strict=strict),
            by_reference_of(negative, strict),
        ):
            assert not report.valid
            assert negative.violation in report.violations

    check()
    assert drawn >= DRAWS // (2 * PARTS)


def by_reference_of(negative: Negative, strict: bool) -> Report:
    assert by_reference(negative.source, strict).valid
    return by_reference(negative.body, strict)


#: What users may steer, together: pins of scalars, structures and private fields, dials and faults.
STEERED: dict[str, dict[str, Any]] = {
    "pins": {
        "values": {
            "task#TaskID": st.uuids().map(str),
            "task#RefID": st.integers(),
            "details#bucket": st.text(max_size=300),
            "output#dstpath": st.sampled_from(["a.mp4", "b.jpg"]),
            "outinfo#dstpath": "c.mp4",
            "metainfo.streams#codec_type": st.sampled_from(["video", "audio", "data"]),
            "metainfo.streams#width": st.integers(0, 2**40),
            "metainfo.format#size": st.integers(0, 2**63),
            "outMediainfo.streams#bit_rate": st.integers(0, 10**9),
            "segmentsinfo.segment#fileindex": st.integers(0, 99),
        }
    },
    "structures": {
        "values": {
            "output#metainfo": {"streams": [], "format": {"format_name": "x", "size": 1}},
            "output#segmentsinfo": "",
            "subtask#Order": st.integers(0, 9),
            "subtask#Type": st.sampled_from(["avinfo", "other"]),
        }
    },
    "codes and lengths": {"errnums": [2032, 2049, 2024], "max_text": 300, "max_items": 40},
}


#: Places whose constants the strict level does not take.
TOLERANT_ONLY = ("output#metainfo",)


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("steered", STEERED)
def test_what_is_steered_is_valid_and_fails_as_labelled(steered: str, strict: bool) -> None:
    options, share = dict(STEERED[steered]), DRAWS // (2 * len(STEERED))
    if strict and "values" in options:
        options["values"] = {k: v for k, v in options["values"].items() if k not in TOLERANT_ONLY}
    drawn = 0

    @so_many(share)
    @given(callbacks(strict=strict, **options))
    def check(body: dict[str, Any]) -> None:
        nonlocal drawn
        drawn += 1
        for report in (check_callback(body, strict=strict), by_reference(body, strict)):
            assert report.valid, report.summary()

    @so_many(max(1, share // 2))
    @given(invalid_callbacks(strict=strict, faults=4, wire="bytes", **options))
    def check_negative(negative: Negative) -> None:
        nonlocal drawn
        drawn += 1
        for report in (
            check_callback(negative.body, strict=strict),
            by_reference_of(negative, strict),
        ):
            assert set(negative.violations) <= set(report.violations)

    check()
    check_negative()
    assert drawn >= share + share // 2
