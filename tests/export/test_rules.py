"""The rules under other validators: the same verdicts, and errors that lead to our rules.

The shape accepts what the rules accept at the tolerant level.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from kvs_schema import __version__, check_document, schema, schema_names
from kvs_schema.catalogue import store
from kvs_schema.export import vectors
from kvs_schema.spec.pointers import follow, tokens

#: What only reading finds: an opened document does not show it, nor what a failed task may send
#: in place of one, nor can a schema compare the task ids of two casings.
READING = {"native", "duplicate_key", "out_of_range", "content_kind", "mixed_casing"}


@cache
def judged() -> list[tuple[str, Any, Any, dict[str, bool]]]:
    """Every vector as (schema, as sent, opened, verdicts), without those that reading refuses."""
    found = []
    for vector in vectors():
        report = check_document(vector["schema"], vector["body"])
        if not READING & {violation.reason for violation in report.violations}:
            verdicts = {level: vector[level] for level in ("tolerant", "strict")}
            found.append((vector["schema"], vector["body"], report.document, verdicts))
    return found


@cache
def python_validator(name: str, strict: bool, opened: bool) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema(name, strict=strict, opened=opened))


def test_python_agrees_on_every_vector() -> None:
    """`$` matches before a last line break there; digits with one are refused all the same."""
    differing = []
    for name, _, document, verdicts in judged():
        for level, verdict in verdicts.items():
            validator = python_validator(name, level == "strict", opened=True)
            if validator.is_valid(document) != verdict:
                differing.append((name, level, document))
    assert differing == []
    assert any(
        not verdicts["tolerant"] and "\\n'" in repr(document)
        for _, _, document, verdicts in judged()
    )
    assert not python_validator("digits", False, opened=False).is_valid("5\n")
    assert python_validator("number-or-digits", False, opened=False).is_valid(5)


@pytest.mark.parametrize("opened", [False, True], ids=["sent", "opened"])
def test_the_shape_accepts_what_is_valid(opened: bool) -> None:
    shapes = {
        name: jsonschema_rs.validator_for(schema(name, form="shape", opened=opened))
        for name in schema_names()
    }
    accepted = [
        (name, value)
        for name, sent, document, verdicts in judged()
        if verdicts["tolerant"] and not shapes[name].is_valid(value := document if opened else sent)
    ]
    assert accepted == []


def test_the_shape_has_types_and_no_conditions() -> None:
    found = schema("callback", form="shape")
    text = str(found)
    for keyword in ("'if'", "'not'", "'pattern'", "'minimum'", "'minLength'", "'allOf'"):
        assert keyword not in text
    assert len(found["$defs"]["Callback"]["anyOf"]) == 12
    assert found["$defs"]["TaskFinished"]["properties"]["Status"]["const"] == 3
    assert all(name.isidentifier() and name[0].isupper() for name in found["$defs"])
    with pytest.raises(ValueError, match="strict"):
        schema("callback", form="shape", strict=True)


def test_each_error_leads_to_a_rule() -> None:
    """The first word of `$comment` begins the rule of a finding, the second is its erratum.

    But for a null, which fails at the type of its value, and for bodies of another variant.
    """
    missed = []
    for name, sent, document, _ in judged():
        if name not in store.specification()["schemas"] or not isinstance(document, dict | list):
            continue
        report = check_document(name, sent, strict=True)
        if any(violation.keyword == "discriminator" for violation in report.violations):
            continue
        validator = python_validator(name, True, opened=True)
        comments = {error.schema.get("$comment", "") for error in validator.iter_errors(document)}
        for violation in report.violations:
            rule, erratum = violation.rule or "", violation.erratum
            if rule.endswith("/nullAbsent"):
                continue
            led = [one.partition(" ") for one in comments if one]
            if not any(rule.startswith(one) and erratum in (e, None) for one, _, e in led):
                missed.append((name, rule, erratum, comments))
    assert missed == []


def test_comments_name_schemas_of_the_sources() -> None:
    schemas = store.specification()["schemas"]
    errata = store.specification()["errata"]
    seen = set()
    for name in ("task.finished", "flow.failed", "CreateWaveTask.request"):
        waiting: list[Any] = [schema(name, strict=True, opened=True)["$defs"]]
        while waiting:
            value = waiting.pop()
            waiting += value.values() if isinstance(value, dict) else value
            waiting = [each for each in waiting if isinstance(each, dict | list)]
            if isinstance(value, dict) and isinstance(value.get("$comment"), str):
                rule, _, erratum = value["$comment"].partition(" ")
                place, _, pointer = rule.partition("#")
                follow(schemas, [place, *tokens(pointer)])
                assert not erratum or erratum in errata
                seen.add(bool(erratum))
    assert seen == {True, False}


def test_each_schema_has_a_version_and_the_address_of_the_site(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KVS_SCHEMA_DOCS_URL", "https://docs.example/kvs/")
    found = schema("metainfo", strict=True, opened=True)
    assert found["$comment"] == f"kvs-schema {__version__}"
    assert found["$id"] == "https://docs.example/kvs/reference/schemas/metainfo.strict.opened.json"


def test_references_follow_a_template() -> None:
    found = schema("callback", form="shape", ref_template="#/components/schemas/{model}")
    assert found["$ref"] == "#/components/schemas/Callback"
    assert "#/$defs/" not in str(found)
    assert "$id" not in found
