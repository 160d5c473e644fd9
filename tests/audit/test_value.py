"""Audits add up in any order, keep a bounded number of keys, and survive being written."""

from __future__ import annotations

import json
import random
import tracemalloc
from itertools import permutations
from pathlib import Path
from unittest.mock import Mock

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvs_schema.audit import Audit, AuditError, counting
from kvs_schema.audit import value as value_module
from kvs_schema.audit.value import Example, Key, merged
from kvs_schema.cli.commands.lookup.schema import own_schema
from kvs_schema.validation.callbacks import report_on_callback

from .archives import counted, mixed, plain, sent

_DIGESTS = st.integers(0, 15).map(lambda number: f"{number:x}" * 64)
_KEYS = st.tuples(st.sampled_from(("outcome", "type", "unlisted")), st.integers(0, 9).map(str))


@st.composite
def audits(draw: st.DrawFn) -> Audit:
    """Draw audits that share keys, days and bodies."""
    counts = draw(
        st.dictionaries(st.tuples(st.sampled_from(("", "2026-11-05")), _KEYS), st.integers(1, 9))
    )
    found = [key for _, key in counts]
    examples: dict[tuple[str, Key], tuple[Example, ...]] = {
        (kind, (key,)): tuple(Example(each, "t", f"/{kind}") for each in sorted(digests)[:3])
        for (kind, key), digests in draw(
            st.fixed_dictionaries({key: st.sets(_DIGESTS, min_size=1) for key in found})
        ).items()
    }
    packages = draw(st.frozensets(st.sampled_from("ab")))
    return merged(
        [Audit({(d, k, (v,)): n for (d, (k, v)), n in counts.items()}, examples, {}, packages)]
    )


@settings(max_examples=40)
@given(st.tuples(audits(), audits(), audits()))
def test_adding_is_associative_and_commutative(three: tuple[Audit, Audit, Audit]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(value_module, "KEYS", 4)
        parts = [merged([audit]) for audit in three]
        a, b, c = parts
        expected = merged(three).as_dict()
        for x, y, z in permutations(parts):
            assert ((x + y) + z).as_dict() == (x + (y + z)).as_dict() == expected
        assert (a + Audit()).digest == a.digest
        totals = [sum(x.counts.values()) + sum(x.more.values()) for x in (a, b, c, a + b + c)]
        assert sum(totals[:3]) == totals[3]
        kinds: dict[str, int] = {}
        for kind, _ in (a + b + c).totals:
            kinds[kind] = kinds.get(kind, 0) + 1
        assert all(count <= 4 for count in kinds.values())


def test_examples_are_the_same_however_bodies_come() -> None:
    bodies = list(mixed(200))
    expected = counted(bodies)
    random.Random(1).shuffle(bodies)
    again = counted([*bodies, *bodies[:50]])
    assert again.examples == expected.examples
    assert again.bodies == expected.bodies + 50
    assert merged([counted(bodies[:60]), counted(bodies[60:])]) == expected


def test_an_archive_of_unknown_keys_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(value_module, "KEYS", 50)
    monkeypatch.setattr("kvs_schema.audit.counting.GROUPS", 40)
    bodies = [
        sent({"TaskID": f"t{n}", "Status": 2, "Type": f"type{n}", "Details": {}, f"key{n}": n})
        for n in range(300)
    ]
    found = counted(bodies)
    assert found.bodies == 300
    for kind in ("type", "unlisted"):
        assert len(found.of(kind)) == 50
        assert found.more["", kind] == 250
    assert merged([counted(bodies[:111]), counted(bodies[111:])]) == found


@pytest.mark.parametrize(("keys", "length"), [(100, 1), (20, 1), (1, 20_000)])
def test_keys_that_are_never_seen_again_take_bounded_memory(
    monkeypatch: pytest.MonkeyPatch, keys: int, length: int
) -> None:
    """Neither many in each body, nor a few, nor long ones."""
    monkeypatch.setattr(value_module, "KEYS", 20)
    monkeypatch.setattr(counting, "KEPT", 1000)
    base = {"TaskID": "t", "Status": 2, "Type": "avinfo", "Details": {}}
    counter = counting.BodyCounter(counting.CountOptions())
    sizes = []
    tracemalloc.start()
    try:
        for n in range(450):
            fresh = {f"key{n}_{m}_{'x' * length}": 1 for m in range(keys)}
            counter.count(sent(base | fresh))
            if n in (149, 449):
                sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert counter.result()[0].bodies == 450
    assert sizes[1] - sizes[0] < 2_000_000


def test_a_shape_with_many_findings_is_validated_once(monkeypatch: pytest.MonkeyPatch) -> None:
    report = Mock(wraps=report_on_callback)
    monkeypatch.setattr(counting, "report_on_callback", report)
    unlisted = {f"key{n}": 1 for n in range(100)}
    counter = counting.BodyCounter(counting.CountOptions())
    for n in range(20):
        counter.count(
            sent({"TaskID": f"t{n}", "Status": 2, "Type": "avinfo", "Details": {}} | unlisted)
        )
    assert report.call_count == 1


def test_values_are_left_out(tmp_path: Path) -> None:
    secret = "s3cr3t"
    body = sent(
        {
            "TaskID": secret,
            "Status": 2,
            "Type": "avinfo",
            "Details": {"progress": secret, "errmsg": secret},
        }
    )
    shown, hidden = counted([body]), counted([body], show_values=False)
    assert secret in json.dumps(shown.as_dict())
    assert secret not in json.dumps(hidden.as_dict())
    assert shown.counts == hidden.counts


def test_an_audit_survives_being_written(tmp_path: Path) -> None:
    found = counted(
        [*mixed(100), *plain(20), b'{"TaskID":"\\udc80","Status":2,"Type":"a","Details":{}}']
    )
    path = tmp_path / "a.audit.json"
    found.save(path)
    again = Audit.load(path)
    assert again.as_dict() == found.as_dict()
    assert again == found
    given = json.loads(path.read_bytes())
    jsonschema.Draft202012Validator(own_schema("audit")).validate(given)
    assert given["bodies"] == 121
    given["counts"][0]["bodies"] += 1
    damaged: object
    for damaged in (given, {**given, "version": 2}, [], {}, 1):
        path.write_text(json.dumps(damaged))
        with pytest.raises(AuditError, match=r"a\.audit\.json: "):
            Audit.load(path)
    path.write_bytes(b"{")
    with pytest.raises(AuditError):
        Audit.load(path)


def test_the_schema_of_audits_refuses_what_is_none() -> None:
    given = counted(plain(3)).as_dict()
    validator = jsonschema.Draft202012Validator(own_schema("audit"))
    for name in given:
        assert not validator.is_valid({key: value for key, value in given.items() if key != name})
    assert not validator.is_valid({**given, "other": 1})
    assert not validator.is_valid({**given, "digest": "x"})


def test_what_cannot_be_saved_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    with pytest.raises(IsADirectoryError):
        Audit().save(tmp_path / "taken")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
