"""The two engines agree: verdict, location, keyword, rule and erratum; strict implies tolerant."""

from __future__ import annotations

import json
import os
import random
from functools import cache
from typing import Any

import pytest

from kvs_schema import (
    Limits,
    Report,
    ValidationError,
    Violation,
    encode_callback,
    validate_callback,
)
from kvs_schema.catalogue import store
from kvs_schema.validation.callbacks import CallbackPipeline, pipeline
from kvs_schema.validation.engines.reference import ReferenceEngine
from kvs_schema.validation.validator import Validator

from .mutations import mutated, wire

SPECIFICATION = store.specification()
BODIES = [
    example["body"]
    for example in SPECIFICATION["examples"].values()
    if "CreateWaveTask" not in example["schema"]
]
#: Bodies compared in all; more of them in the long run.
COUNT = int(os.environ.get("KVS_SCHEMA_MUTATIONS", "1000"))
PARTS = 4


@cache
def reference() -> CallbackPipeline:
    return CallbackPipeline(Validator(store.program(), ReferenceEngine(SPECIFICATION)))


def validated(by: CallbackPipeline, body: Any, *, strict: bool = False) -> Report:
    return by.full_report(body, strict, Limits())


def seen(findings: tuple[Violation, ...]) -> list[tuple[str, ...]]:
    keys = ((v.location, v.keyword, v.rule, v.erratum, v.expected) for v in findings)
    return sorted(tuple(map(repr, key)) for key in keys)


def holds(body: Any, *, strict: bool) -> bool:
    """The verdict on the body as bytes, which most callbacks get by the fast path."""
    try:
        validate_callback(json.dumps(body).encode(), strict=strict)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("part", range(PARTS))
def test_engines_agree_on_mutations(part: int) -> None:
    rng = random.Random(part)
    verdicts = set()
    for _ in range(COUNT // PARTS):
        body = wire(mutated(rng, rng.choice(BODIES), rng.choice((0, 1, 1, 1, 2, 3))), rng)
        quick = validated(pipeline(), body)
        slow = validated(reference(), body)
        assert quick.valid == slow.valid, body
        assert seen(quick.violations) == seen(slow.violations), body
        assert seen(quick.deviations) == seen(slow.deviations), body
        assert quick.unlisted == slow.unlisted, body
        strict = validated(pipeline(), body, strict=True)
        assert strict.valid == (quick.valid and not quick.deviations), body
        if quick.variant is not None and not quick.truncated:
            by_verdict = pipeline().validator.is_valid(quick.variant, False, quick.document)
            assert by_verdict or not quick.valid, body
        assert holds(body, strict=False) == quick.valid, body
        assert holds(body, strict=True) == strict.valid, body
        verdicts.add(quick.valid)
    assert verdicts == {True, False}


@pytest.mark.parametrize("strict", [False, True])
def test_engines_say_alike_that_nothing_is_left_out(strict: bool) -> None:
    example = SPECIFICATION["examples"]["strict-segments"]
    items = example["body"]["Details"]["items"]
    body = json.loads(json.dumps(example["body"]))
    body["Details"]["items"] = [items[0] if isinstance(items, list) else items] * 150
    sent = encode_callback(body)
    reports = [validated(one, sent, strict=strict) for one in (pipeline(), reference())]
    assert [report.truncated for report in reports] == [False, False]
    assert seen(reports[0].violations) == seen(reports[1].violations)
