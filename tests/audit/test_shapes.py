"""What is found by shape is what full validation finds, and no keyword goes unnoticed."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from kvs_schema import encode_callback
from kvs_schema.audit.counting import BodyCounter, CountOptions
from kvs_schema.build import artefacts
from kvs_schema.catalogue import store
from kvs_schema.spec.exceptions import SpecificationError
from kvs_schema.spec.graph import Graph
from kvs_schema.spec.value_classes import check_classes, tables_of
from kvs_schema.strategies.sample import sample
from tests.cases.case_validator import cases

from .archives import counted, documents, mixed, sent

#: Bodies of each kind; more of them in the long run.
COUNT = int(os.environ.get("KVS_SCHEMA_AUDIT", "40"))


def compared(bodies: Iterable[bytes]) -> BodyCounter:
    """Count bodies in both ways, and check that the audits are the same."""
    by_shape, full = BodyCounter(CountOptions()), BodyCounter(CountOptions(remember=False))
    for body in bodies:
        for counter in (by_shape, full):
            counter.count(body)
    found, expected = by_shape.result()[0], full.result()[0]
    assert found.counts == expected.counts
    assert found.examples == expected.examples
    assert found.digest == expected.digest
    return by_shape


def test_cases_and_examples() -> None:
    bodies = [sent(case.sent) for case in cases() if case.schema == "callback"]
    assert len(bodies) > 100
    examples = [sent(encode_callback(document)) for document in documents()]
    compared([*bodies, *examples])


def test_mutations_and_other_values_of_the_same_shapes() -> None:
    bodies = list(mixed(min(20 * COUNT, 50_000)))
    counter = compared(bodies)
    assert len(counter._known) < 0.7 * len(bodies)


def test_keys_in_an_array_that_stands_for_an_object() -> None:
    document = next(d for d in map(copy.deepcopy, documents()) if "metainfo" in str(d["Details"]))
    items = document["Details"]["items"]
    bodies = []
    for inside in ([{"a": 1}], [{"b": 1}], [{"a": {"c": 1}}], [1], [[{"a": 1}]]):
        (items[0] if isinstance(items, list) else items)["metainfo"]["format"] = inside
        bodies.append(sent(encode_callback(document)))
    compared([*bodies, *bodies])


@pytest.mark.parametrize("invalid", [False, True])
def test_samples(invalid: bool) -> None:
    drawn = sample(count=COUNT, seed=11, invalid=invalid, wild=not invalid)
    compared(line.encode() for line in drawn)


def test_documents_of_one_shape_need_no_findings_again(monkeypatch: pytest.MonkeyPatch) -> None:
    counter = BodyCounter(CountOptions())
    document = copy.deepcopy(documents()[0])
    counter.count(sent(encode_callback(document)))
    monkeypatch.setattr("kvs_schema.audit.counting.report_on_callback", None)
    document["TaskID"] += "x"
    counter.count(sent(encode_callback(document)))
    assert counter.result()[0].bodies == 2


@pytest.mark.parametrize(
    ("keyword", "value"),
    [("multipleOf", 2), ("enum", [{}]), ("additionalProperties", {"type": "string"})],
)
def test_a_keyword_without_classes_is_refused(keyword: str, value: object) -> None:
    specification = copy.deepcopy(store.specification())
    specification["schemas"]["count"][keyword] = value
    graph = Graph(specification["schemas"], everything=True)
    with pytest.raises(SpecificationError, match="no classes of values"):
        check_classes(graph, tables_of(specification))


def test_the_build_checks_the_classes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise SpecificationError("no classes of values")

    monkeypatch.setattr(artefacts, "check_classes", refuse)
    with pytest.raises(SpecificationError, match="no classes of values"):
        artefacts.write_compiled(store.sources_directory(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_days_come_from_the_task_id() -> None:
    ids = {"a20161223": "2016-12-23", "a20161323": "", "20161223z": "", "a١٢٣٤٥٦٧٨": "", "": ""}
    for task_id, day in ids.items():
        body = sent({"TaskID": task_id, "Status": 2, "Type": "avtrans", "Details": {}})
        assert list(counted([body]).days) == [day], task_id
        assert list(counted([body], "2026-11-05").days) == ["2026-11-05"]
    assert list(counted([b"{", b"[]"]).days) == [""]
