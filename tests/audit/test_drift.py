"""Planted drifts are found and no others, and quiet weeks have none."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from kvs_schema import encode_callback
from kvs_schema.audit import Audit, AuditError, compare
from kvs_schema.audit.drift import threshold, wilson
from kvs_schema.audit.value import Key

from .archives import counted, documents, plain, sent


def poisson(rng: random.Random, mean: float) -> int:
    """Draw how many bodies have a key."""
    if mean > 50:
        return round(rng.gauss(mean, math.sqrt(mean)))
    count, left = 0, rng.random()
    while left > math.exp(-mean):
        count, left = count + 1, left * rng.random()
    return count


def drawn(rng: random.Random, bodies: int, rates: dict[tuple[str, str], float]) -> Audit:
    """An audit of a week in which each body has each key with the rate of it."""
    counts: dict[tuple[str, str, Key], int] = {
        ("", kind, (key,)): poisson(rng, bodies * rate) for (kind, key), rate in rates.items()
    }
    counts["", "outcome", ("valid",)] = bodies
    return Audit({key: count for key, count in counts.items() if count})


#: A few rare and many ordinary keys.
RATES = {("unlisted", f"/key{n}"): 0.5 / 1.5**n for n in range(24)}


def test_quiet_weeks_have_no_drift() -> None:
    for seed in range(100):
        rng = random.Random(seed)
        before, after = drawn(rng, 4000, RATES), drawn(rng, rng.choice((2000, 4000, 9000)), RATES)
        assert compare(before, after).changes == (), seed


def test_planted_drifts_are_found_and_no_others() -> None:
    for seed in range(30):
        rng = random.Random(seed)
        rates = {**RATES, ("unlisted", "/old"): 0.02, ("error", "2032"): 0.01}
        planted = {**RATES, ("unlisted", "/new"): 0.02, ("error", "2032"): 0.04}
        found = compare(drawn(rng, 4000, rates), drawn(rng, 6000, planted)).changes
        assert {(change.what, change.key) for change in found} == {
            ("new", ("/new",)),
            ("gone", ("/old",)),
            ("changed", ("2032",)),
        }


def test_what_the_vendor_changed_last_tuesday() -> None:
    before, after = plain(600, seed=1), plain(600, seed=2)
    quiet = compare(counted(before), counted(after))
    assert quiet.changes == ()
    assert quiet.same_specification
    changed = [body.replace(b'"Details"', b'"Trace":1,"Details"') for body in after]
    [found] = compare(counted(before), counted(changed)).changes
    assert (found.what, found.kind, found.key) == ("new", "unlisted", ("/Trace",))
    assert found.after == sum(b'"Trace"' in body for body in changed)
    [back] = compare(counted(changed), counted(before)).changes
    assert (back.what, back.before) == ("gone", found.after)


def test_a_field_has_one_name_in_both_casings() -> None:
    standard = next(
        d for d in documents() if d.get("Status") == 2 and isinstance(d["Details"], dict)
    )
    standard = {key: standard[key] for key in ("TaskID", "Status", "Type", "Details")}
    standard["Details"] = {**standard["Details"], "progress": 101, "other": 1}
    legacy = {key.lower(): member for key, member in standard.items()}
    audits = [counted([sent(encode_callback(d))] * 50) for d in (standard, legacy)]
    changes = compare(*audits).changes
    assert {(change.what, change.kind, change.key[0]) for change in changes} == {
        ("new", "deviation", "legacy-casing")
    }


def test_small_numbers_are_no_drift() -> None:
    def week(bodies: int, count: int) -> Audit:
        found = {("", "outcome", ("valid",)): bodies, ("", "error", ("2032",)): count}
        return Audit({key: n for key, n in found.items() if n})

    assert compare(week(1000, 0), week(1000, 19)).changes == ()
    assert compare(week(1000, 0), week(1000, 20)).changes != ()
    assert compare(week(10, 0), week(100_000, 100)).changes == ()  # too few before to tell
    assert compare(week(10**6, 5 * 10**5), week(10**6, 6 * 10**5)).changes == ()  # factor 1.2
    assert compare(Audit(), week(1000, 100)).changes == ()
    assert compare(week(1000, 5), week(1000, 12)).changes == ()


def test_intervals_of_wilson() -> None:
    low, high = wilson(10, 100, z=1.96)
    assert (round(low, 4), round(high, 4)) == (0.0552, 0.1744)
    assert wilson(0, 100)[0] == pytest.approx(0)


def test_audits_of_different_specifications_say_so() -> None:
    found = counted(plain(5))
    other = replace(found, specifications=frozenset(("other",)))
    assert not compare(found, other).same_specification
    assert compare(found, found).same_specification


@pytest.mark.parametrize(
    ("text", "crossed"),
    [
        ("invalid>19%", True),
        ("invalid>20%", False),
        ("invalid > 1", True),
        ("invalid>2", False),
        ("partial>0", True),
        ("unclear>0", False),
        ("error:2032>2", True),
        ("error:2032>30%", False),
        ("unlisted:/Trace>0", True),
        ("type:avinfo>0", False),
        ("new", True),
        ("gone", False),
    ],
)
def test_thresholds(text: str, crossed: bool) -> None:
    found = Audit(
        {
            ("", "outcome", ("valid",)): 8,
            ("", "outcome", ("partial",)): 2,
            ("", "error", ("2032",)): 3,
            ("", "unlisted", ("/Trace",)): 1,
        }
    )
    comparison = compare(
        drawn(random.Random(1), 900, {}), drawn(random.Random(1), 900, {("a", "b"): 0.5})
    )
    assert threshold(text).crossed(found, comparison) is crossed
    if text == "new":
        with pytest.raises(AuditError, match="two audits"):
            threshold(text).crossed(found, None)


@pytest.mark.parametrize(
    "text", ["", "newer", "invalid", "invalid>x", "error>1", "x:1>1", "invalid>1%%"]
)
def test_what_is_no_threshold(text: str) -> None:
    with pytest.raises(AuditError, match="no threshold"):
        threshold(text)
