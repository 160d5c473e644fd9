"""Hostile bodies: none is a callback, and all the ways of not being one are drawn."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest
from hypothesis import given, seed, settings

from kvs_schema import Outcome, ValidationError, check_callback, validate_callback
from kvs_schema.strategies import HostileKind
from kvs_schema.strategies.hostile import hostile_bodies

from .drawing import LONG


@settings(max_examples=200, database=None, deadline=None)
@given(hostile_bodies())
def test_a_hostile_body_is_refused(body: bytes) -> None:
    assert type(body) is bytes
    assert len(body) < 2**20
    report = check_callback(body)
    assert not report.valid
    assert report.violations
    try:
        validate_callback(body, strict=True)
    except ValidationError:
        return
    raise AssertionError("a hostile body was taken for a callback")


def test_bodies_are_hostile_in_all_ways() -> None:
    reasons: Counter[str | None] = Counter()
    sizes = []

    @seed(1)
    @settings(max_examples=2000 if LONG else 600, database=None, deadline=None)
    @given(hostile_bodies())
    def collect(body: bytes) -> None:
        sizes.append(len(body))
        reasons.update({finding.reason for finding in check_callback(body).violations})

    collect()
    assert reasons.keys() >= {
        "empty",
        "syntax",
        "utf8",
        "byte_order_mark",
        "duplicate_key",
        "depth",
        "no_object",
        "unrecognised",
    }
    assert max(sizes) > 100_000


_FOREIGN, _UNCLEAR, _PARTIAL = Outcome.FOREIGN, Outcome.UNCLEAR, Outcome.PARTIAL
OUTCOMES: dict[str, tuple[Outcome, ...]] = {
    **dict.fromkeys(("scalar", "noise", "long", "many", "deep"), (_FOREIGN,)),
    **dict.fromkeys(("cut off", "wrapped"), (_FOREIGN, _UNCLEAR)),
    **dict.fromkeys(("bad member", "duplicate key"), (_PARTIAL, _UNCLEAR)),
    **dict.fromkeys(("glued", "followed", "marked", "encoded", "legacy encoding"), (_UNCLEAR,)),
    **dict.fromkeys(("bad bytes", "deep inside"), (_UNCLEAR,)),
}


@pytest.mark.parametrize("kind", get_args(HostileKind))
def test_each_kind_has_its_outcomes(kind: HostileKind) -> None:
    @seed(1)
    @settings(max_examples=40, database=None, deadline=None)
    @given(hostile_bodies(kind))
    def check(body: bytes) -> None:
        assert check_callback(body).outcome in OUTCOMES[kind]

    check()
