"""Near misses: every rule has one, one edit away, and its label is what the validator says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings

from kvs_schema import (
    Report,
    check_callback,
    check_request,
    check_response,
    decode_callback,
    encode_callback,
    variants,
)
from kvs_schema.catalogue.store import specification
from kvs_schema.results.findings import Violation
from kvs_schema.spec.locations import Location
from kvs_schema.spec.vocabulary import DEFS, referenced, subschemas
from kvs_schema.strategies.mutate.targets import requests_of
from kvs_schema.strategies.near_misses import (
    Negative,
    invalid_callbacks,
    invalid_create_wave_task_requests,
    invalid_create_wave_task_responses,
    negative_rules,
)

PLAIN = frozenset(
    ["type", "enum", "const", "minimum", "maximum", "minLength", "minItems", "pattern", "not"]
)
FAULTS = {
    "not JSON": "json",
    "cut off": "json",
    "NaN": "json",
    "duplicate key": "duplicateKey",
    "doubly encoded": "type",
    "wrong kind": "type",
    "native": "type",
}

Key = tuple[str | None, str, Any]

few = settings(max_examples=100, database=None, deadline=None)
once = settings(max_examples=1, database=None, deadline=None, phases=[Phase.generate])


def assertions(name: str, *, strict: bool) -> Iterator[Key]:
    """Every assertion keyword of the sources that documents of a schema can meet."""
    schemas: dict[str, Any] = specification()["schemas"]
    waiting: list[tuple[str, Any]] = [(f"{DEFS}{name}", schemas[name])]
    seen = set()
    while waiting:
        pointer, schema = waiting.pop()
        if pointer in seen:
            continue
        seen.add(pointer)
        name, slash, rest = pointer.removeprefix(DEFS).partition("/")
        rule = f"{name}#{slash}{rest}"
        if schema is False:
            yield rule, "falseSchema", None
        if isinstance(schema, dict):
            yield from own_assertions(rule, schema, strict=strict)
            waiting += subschemas_that_apply(pointer, schema, strict=strict)


def own_assertions(rule: str, schema: dict[str, Any], *, strict: bool) -> Iterator[Key]:
    optional = schema.get("properties", {}).keys() - set(schema.get("required", ()))
    for keyword, value in schema.items():
        if keyword == "required":
            yield from ((f"{rule}/required", keyword, missing) for missing in value)
        elif keyword == "errorTable":
            yield f"{rule}/errorTable", "enum", None
        elif keyword == "nullAbsent" and strict and optional:
            yield f"{rule}/nullAbsent", "type", None
        elif keyword in PLAIN or (keyword == "additionalProperties" and value is False):
            yield f"{rule}/{keyword}", keyword, None


def subschemas_that_apply(
    pointer: str, schema: dict[str, Any], *, strict: bool
) -> Iterator[tuple[str, Any]]:
    schemas = specification()["schemas"]
    target = referenced(schema)
    if target is not None:
        yield f"{DEFS}{target}", schemas[target]
    for keyword, below, sub in subschemas(schema, pointer):
        if keyword == "contentSchema":
            content = referenced(sub if isinstance(sub, dict) else {})
            yield f"{DEFS}{content}", schemas[content]
        elif keyword == "deviations":
            if strict and not below.endswith("/unlisted"):
                yield below, sub
        elif keyword not in ("if", "not", "additionalProperties"):
            yield below, sub


def key(violation: Violation) -> Key:
    missing = violation.expected if violation.keyword == "required" else None
    return violation.rule, violation.keyword, missing


def drawn(strategy: Any) -> Negative:
    """The one negative that is drawn first."""
    found: list[Negative] = []

    @once
    @given(strategy)
    def draw(negative: Negative) -> None:
        found.append(negative)

    draw()
    return found[0]


def told_by_variant(*, strict: bool) -> set[Key]:
    """Rules that say what tells variants apart: to break them is to be another variant, or none."""
    classifier = specification()["classifier"]
    found: set[Key] = {("subtasks#/type", "type", None), ("progress-status#/enum", "enum", None)}
    for dialect, spec in classifier["dialects"].items():
        names = classifier["names"][spec["names"]]
        status = names["status"]
        found |= {
            (f"{dialect}#/type", "type", None),
            (f"{dialect}#/required", "required", status),
            (f"{dialect}#/properties/{status}/type", "type", None),
        }
        if spec["flow"]:
            found.add((f"{dialect}#/required", "required", names["details"]))
        for phase in classifier["phases"]:
            found.add((f"{dialect}.{phase}#/properties/{status}/const", "const", None))
    return found


@pytest.fixture(scope="module")
def of_every_rule() -> dict[bool, list[Negative]]:
    """One negative of each rule, at each level."""
    return {
        strict: [
            drawn(invalid_callbacks(strict=strict, rules=rule))
            for rule in negative_rules(strict=strict)
        ]
        for strict in (False, True)
    }


def test_every_rule_of_the_tolerant_level_has_a_negative(
    of_every_rule: dict[bool, list[Negative]],
) -> None:
    wanted = {k for v in variants() for k in assertions(v.name, strict=False)}
    found = {key(negative.violation) for negative in of_every_rule[False]}
    assert wanted - found == wanted & told_by_variant(strict=False)


def test_every_deviation_has_a_negative_at_the_strict_level(
    of_every_rule: dict[bool, list[Negative]],
) -> None:
    """But those of variants without a body that is valid at the strict level: no source."""
    strict = [v.name for v in variants() if not v.strict_empty]
    wanted = {k for name in strict for k in assertions(name, strict=True)}
    wanted -= {k for name in strict for k in assertions(name, strict=False)}
    found = {key(negative.violation) for negative in of_every_rule[True]}
    assert wanted - found == set()


def test_what_tells_variants_apart_cannot_be_broken() -> None:
    """Whatever stands for a status or the details of a flow, these rules are never the finding."""
    told = told_by_variant(strict=False)
    values: list[Any] = [None, True, 0, 2, 3, 4, 5, -1, 2.5, "3", "", [], {}, [{}]]
    reported: set[Key] = set()
    for example in specification()["examples"].values():
        if "TaskID" not in example["body"] and "taskid" not in example["body"]:
            continue
        body = encode_callback(example["body"])
        for name in [name for name in body if name.lower() in ("status", "details")]:
            spoilt = [{**body, name: value} for value in values]
            spoilt.append({other: body[other] for other in body if other != name})
            for each in [*spoilt, None, [body]]:
                reported |= {key(found) for found in check_callback(each).violations}
    assert (None, "discriminator", None) in reported
    assert not reported & told


def test_bodies_without_a_variant_are_labelled_as_such(
    of_every_rule: dict[bool, list[Negative]],
) -> None:
    for negatives in of_every_rule.values():
        found = [n.violation for n in negatives if n.violation.keyword == "discriminator"]
        assert {violation.reason for violation in found} == {
            "no_object",
            "mixed_casing",
            "other_casing",
            "wrapped",
            "unrecognised",
            "status",
            "status_missing",
        }


@pytest.mark.parametrize("strict", [False, True])
def test_every_embedded_document_can_be_spoilt_in_every_way(strict: bool) -> None:
    documents = {
        schema["contentSchema"]["$ref"].removeprefix(DEFS)
        for schema in specification()["schemas"].values()
        if "contentSchema" in schema
    }
    rules = {(rule.edit, rule.name) for rule in negative_rules(strict=strict) if rule.edit}
    assert rules == {(edit, document) for edit in FAULTS for document in documents}


@pytest.mark.parametrize("edit", FAULTS)
def test_the_text_of_an_embedded_document_is_spoilt_as_its_rule_says(edit: str) -> None:
    @settings(few, max_examples=20)
    @given(invalid_callbacks(rules=edit))
    def check(negative: Negative) -> None:
        assert negative.violation.keyword == FAULTS[edit]
        text: Any = negative.body
        source: Any = negative.source
        for token in negative.violation.location[0]:
            text, source = text[token], source[token]
        if edit == "native":
            assert isinstance(text, dict | list)
        elif edit == "doubly encoded":
            assert json.loads(json.loads(text)) == json.loads(source)
        elif edit == "wrong kind":
            assert type(json.loads(text)) is not negative.violation.expected
        elif edit == "duplicate key":
            assert json.loads(text)
        elif edit == "NaN":
            assert "NaN" in text or "Infinity" in text
        else:
            with pytest.raises(ValueError, match=r"."):
                json.loads(text)

    check()


def is_within(location: Location, outer: Location) -> bool:
    flat = [token for piece in location for token in ("#", *piece)]
    around = [token for piece in outer for token in ("#", *piece)]
    return flat[: len(around)] == around


def differences(one: Any, other: Any) -> int:
    """How many values must be replaced, added, left out or renamed to make one of the other."""
    if isinstance(one, str) and isinstance(other, str) and one != other:
        try:
            opened = json.loads(one), json.loads(other)
        except ValueError:
            return 1
        if all(isinstance(value, dict | list) and value for value in opened):
            return max(1, differences(*opened))
        return 1  # the text was replaced as a whole, such as by that of an empty object
    if isinstance(one, dict) and isinstance(other, dict):
        gone, new = len(one.keys() - other.keys()), len(other.keys() - one.keys())
        return max(gone, new) + sum(
            differences(one[n], other[n]) for n in one.keys() & other.keys()
        )
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return sum(differences(*pair) for pair in zip(one, other, strict=True))
    return int(one != other or type(one) is not type(other))


def assert_labelled(negative: Negative, source: Report, report: Report) -> None:
    assert source.valid
    assert not report.valid
    assert negative.violation in report.violations
    label = negative.violation.location
    assert all(is_within(found.location, label) for found in report.violations)


PLACEHOLDER = "failed-embedded#/deviations/failed-embedded-placeholder/not"


OF_FINISHED = ["subtask#/then/required", "outinfo.finished#/required"]


@pytest.mark.parametrize(
    ("strict", "options"),
    [
        (False, {}),
        (True, {}),
        (True, {"variants": "task.failed", "rules": PLACEHOLDER}),
        (False, {"variants": "flow.failed", "rules": OF_FINISHED}),
    ],
    ids=["tolerant", "strict", "placeholder", "status changed"],
)
def test_the_label_is_what_the_validator_finds(strict: bool, options: dict[str, Any]) -> None:
    @settings(few, max_examples=60 if options else 100)
    @given(invalid_callbacks(strict=strict, **options))
    def check(negative: Negative) -> None:
        source = check_callback(negative.source, strict=strict)
        assert_labelled(negative, source, check_callback(negative.body, strict=strict))
        root = negative.violation.location == ((),)
        assert root or differences(negative.source, negative.body) == 1

    check()


@pytest.mark.parametrize("wire", ["text", "bytes"])
def test_negatives_come_as_text_and_as_bytes(wire: Any) -> None:
    @settings(few, max_examples=50)
    @given(invalid_callbacks(wire=wire))
    def check(negative: Negative) -> None:
        assert {type(negative.body), type(negative.source)} == {str if wire == "text" else bytes}
        assert_labelled(negative, check_callback(negative.source), check_callback(negative.body))

    check()


@pytest.mark.parametrize("strict", [False, True])
def test_every_rule_of_requests_has_a_negative(strict: bool) -> None:
    """But that the parts are objects: whatever is given as a query or headers is read into one."""
    name = "CreateWaveTask.request"
    wanted = set(assertions(name, strict=strict))
    read = {(f"{name}{part}#/type", "type", None) for part in ("", ".query", ".headers")}
    found = {
        key(drawn(invalid_create_wave_task_requests(strict=strict, rules=rule)).violation)
        for rule in requests_of("CreateWaveTask", strict).roots
    }
    assert wanted - found == read


@pytest.mark.parametrize("strict", [False, True])
def test_negatives_of_requests_and_responses_are_labelled(strict: bool) -> None:
    @settings(few, max_examples=80)
    @given(
        invalid_create_wave_task_requests(strict=strict),
        invalid_create_wave_task_responses(strict=strict, wire="bytes"),
    )
    def check(request: Negative, response: Negative) -> None:
        assert_labelled(
            request,
            check_request("CreateWaveTask", **request.source, strict=strict),
            check_request("CreateWaveTask", **request.body, strict=strict),
        )
        assert_labelled(
            response,
            check_response("CreateWaveTask", response.source, strict=strict),
            check_response("CreateWaveTask", response.body, strict=strict),
        )

    check()


def test_a_negative_shrinks_to_little_more_than_the_fault() -> None:
    smallest = find(
        invalid_callbacks("task.finished", rules="metainfo.format#/required"),
        lambda negative: negative.violation.keyword == "required",
        settings=settings(few, max_examples=20, phases=[Phase.generate, Phase.shrink]),
        random=Random(1),
    )
    assert len(json.dumps(decode_callback(smallest.body))) < 400
