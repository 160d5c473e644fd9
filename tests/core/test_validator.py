"""The validator by itself, with what pruning leaves out of a document before findings are made."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kvs_schema.catalogue import store
from kvs_schema.reading.faults import Fault
from kvs_schema.results.findings import Findings
from kvs_schema.validation.collector import FindingCollector, RuleIndex, _erratum
from kvs_schema.validation.engines.pruning import Layouts
from kvs_schema.validation.engines.rust import RustEngine
from kvs_schema.validation.validator import Validator, validator

#: A schema that everything holds to.
ANYTHING = "anything"
GOOD = {"codec_type": "video"}


def with_streams(*streams: dict[str, Any]) -> dict[str, Any]:
    body = store.specification()["examples"]["avinfo"]["body"]
    return {**body["Details"]["items"][0]["metainfo"], "streams": list(streams)}


def blind() -> Validator:
    """Return a validator whose layouts allow any element in every array."""
    program: dict[str, Any] = copy.deepcopy(dict(store.program()))
    for level in ("tolerant", "strict"):
        program[level][ANYTHING] = {}
    waiting = list(program["layouts"].values())
    while waiting:
        node = waiting.pop()
        waiting += node.get("properties", {}).values()
        if "elements" in node:
            node["elements"] = [f"#/$defs/{ANYTHING}"]
    return Validator(program, RustEngine(program))


def found(
    checked_by: Validator, document: Any, *, strict: bool = False, faults: tuple[Fault, ...] = ()
) -> Findings:
    return checked_by.findings("metainfo", document, faults=faults, strict=strict, limit=100)


@pytest.mark.parametrize("strict", [False, True])
def test_no_document_is_refused_without_a_finding(strict: bool) -> None:
    """Should an element be left out that is not as it should be, all is looked at again."""
    document = with_streams(GOOD, {**GOOD, "index": [], "height": 1.5, "other": 1})
    expected = found(validator(), document, strict=strict)
    violations = [each.pointer for each in expected.violations if not each.erratum]
    assert violations == ["/streams/1/index", "/streams/1/height"]
    assert found(blind(), document, strict=strict) == expected


def test_a_fault_is_reason_enough() -> None:
    """Then the document is refused anyway, and a second look would say more of it by chance."""
    document = with_streams({**GOOD, "index": []})
    fault = Fault(("format", "size"), "duplicateKey", "repeated")
    assert [each.pointer for each in found(blind(), document, faults=(fault,)).violations] == [
        "/format/size"
    ]


def test_what_only_deviates_needs_no_second_look() -> None:
    """The verdict is a yes then, whatever is left out."""
    document = with_streams({**GOOD, "height": None})
    place = "/streams/0/height"
    assert place in [each.pointer for each in found(validator(), document).deviations]
    assert place not in [each.pointer for each in found(blind(), document).deviations]


LISTED = {"names": ["n"], "properties": {"n": {}}}


@pytest.mark.parametrize(
    ("layout", "document", "unlisted"),
    [
        ({"names": []}, {"a": 1}, [("a",)]),
        (LISTED, [{"n": 1}, {"a": 1}], [(1, "a")]),
        ({"properties": {"in": LISTED}}, {"in": {"n": 1, "a": 2}, "out": {}}, [("in", "a")]),
        ({"properties": {"in": LISTED}}, {"in": 5, "a": {"b": 1}}, []),
        ({}, {"a": {"b": 1}}, []),
    ],
)
def test_unlisted_names_are_those_of_objects_whose_names_are_listed(
    layout: dict[str, Any], document: Any, unlisted: list[Any]
) -> None:
    layouts = Layouts({"layouts": {"it": layout}})
    rules = RuleIndex(store.program())
    collector = FindingCollector(rules, layouts, "it", document, [])
    assert list(collector.unlisted(9)) == unlisted


@pytest.mark.parametrize(
    ("keyword", "erratum"),
    [
        ("type", None),
        ("deviations/an-erratum/type", "an-erratum"),
        ("properties/width/deviations/an-erratum/type", "an-erratum"),
        ("properties/deviations/type", None),
        ("properties/properties/deviations/an-erratum/type", "an-erratum"),
        ("properties/deviations/deviations/an-erratum/type", "an-erratum"),
        ("allOf/0/then/deviations/an-erratum/properties/deviations/type", "an-erratum"),
    ],
)
def test_the_erratum_of_a_keyword_is_no_name_of_a_property(
    keyword: str, erratum: str | None
) -> None:
    assert _erratum(keyword.split("/")) == erratum
