"""Documents validated by name, whatever the engine: strings that hold one, limits, long lists."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kvs_schema import Limits, Outcome, Report, check_callback, check_document
from kvs_schema.catalogue import store
from kvs_schema.export import vectors
from kvs_schema.validation import observers
from kvs_schema.validation.callbacks import encode_document, is_valid

pytestmark = pytest.mark.usefixtures("each_engine")

#: Strings that hold an embedded document, by name, and an empty one of the kind that they hold.
STRINGS = {
    name: "[]" if store.program()["tolerant"][layout["content"]]["type"] == "array" else "{}"
    for name, layout in store.program()["layouts"].items()
    if "content" in layout
}


def said(report: Report) -> list[tuple[str, str, str | None]]:
    assert report.valid == (not report.violations)
    return [(v.pointer, v.keyword, v.rule) for v in report.violations]


def test_there_are_strings_that_hold_documents() -> None:
    assert len(STRINGS) == 4


@pytest.mark.parametrize("name", STRINGS)
def test_a_string_by_itself_is_opened(name: str) -> None:
    content = store.program()["layouts"][name]["content"]
    kind = store.program()["tolerant"][content]["type"]
    wrong = {"[]": "{}", "{}": "[]"}[STRINGS[name]]
    assert said(check_document(name, json.dumps("nonsense"))) == [("#", "json", None)]
    assert said(check_document(name, json.dumps(wrong))) == [("#", "type", f"{content}#/type")]
    twice = json.dumps(STRINGS[name])
    assert said(check_document(name, json.dumps(twice))) == [("#", "type", f"{content}#/type")]
    assert said(check_document(name, STRINGS[name])) == [("", "type", f"{name}#/type")]
    assert said(check_document(name, "5")) == [("", "type", f"{name}#/type")]
    assert said(check_document(name, '""')) == []
    assert kind in ("object", "array")


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("name", STRINGS)
def test_a_string_holds_to_what_its_document_holds_to(name: str, strict: bool) -> None:
    content = store.program()["layouts"][name]["content"]
    arrays: list[Any] = [[], [{}], [5]]
    objects: list[Any] = [{}, {"a/b": 1}, {"streams": [5], "format": {"duration": -1}}]
    for inner in {"[]": arrays, "{}": objects}[STRINGS[name]]:
        alone = check_document(content, inner, strict=strict)
        held = check_document(name, json.dumps(json.dumps(inner)), strict=strict)
        assert said(held) == [(f"#{pointer}", *rest) for pointer, *rest in said(alone)]
        assert [d.erratum for d in held.deviations] == [d.erratum for d in alone.deviations]
        assert [((), *where) for where in alone.unlisted] == list(held.unlisted)
        assert held.document == inner


def test_names_that_stand_twice_in_a_string_are_found() -> None:
    body = json.dumps('{"a": 1,\n "a": 2}')
    held = check_document("metainfo.string", body)
    assert [(v.pointer, v.line, v.column) for v in held.violations if v.rule is None] == [
        ("#/a", 1, body.rindex('\\"a') + 1)
    ]


@pytest.mark.parametrize("name", STRINGS)
def test_a_string_is_written_again(name: str) -> None:
    inner = {"[]": [{"名": 1.5}], "{}": {"名": [None]}}[STRINGS[name]]
    text = encode_document(name, inner)
    assert json.loads(text) == inner
    assert check_document(name, json.dumps(text)).document == inner
    assert encode_document(name, "") == ""


def body_of(outer: str, depth: int) -> Any:
    """A document of the named schema whose embedded document is so deep."""
    inner = json.dumps({"streams": [], "format": {}, "x": json.loads("[" * depth + "]" * depth)})
    item = {"dstpath": "", "metainfo": inner}
    if outer == "output":
        return item
    details = {"errnum": 0, "errmsg": "", "items": [item]}
    return details if outer == "details" else {"TaskID": "t", "Status": 3, "Details": details}


@pytest.mark.parametrize("outer", ["output", "details", "task"])
def test_depth_is_that_of_the_opened_document(outer: str) -> None:
    around = {"output": 2, "details": 4, "task": 5}[outer]
    for depth, keywords in ((20 - around, set()), (21 - around, {"limit"})):
        report = check_document(outer, body_of(outer, depth), limits=Limits(depth=20))
        assert {v.keyword for v in report.violations if v.keyword == "limit"} == keywords


def test_of_another_variant_no_more_is_said_than_the_limit() -> None:
    body = {"TaskID": "t", "Status": 3, "Type": "avinfo", "Details": {"items": [1, 2, 3]}}
    report = check_document("task.progress", body, limits=Limits(findings=2))
    assert [v.keyword for v in report.violations] == ["discriminator", "required"]
    assert report.truncated
    report = check_document("task.progress", body, limits=Limits(findings=20))
    assert not report.truncated
    report = check_document(
        "task.progress", body, limits=Limits(findings=len(report.violations) - 1)
    )
    assert report.truncated


def test_whoever_observes_is_told_a_document_and_not_what_it_was_read_from(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[tuple[str, object]] = []
    monkeypatch.setattr(observers, "observer", lambda *one: told.append(one))
    check_document("metainfo.string", '"{}"')
    check_document("metainfo", '{"streams":[]}')
    ((_, text), (_, value)) = told
    assert json.loads(str(text)) == "{}"
    assert value == {"streams": []}


@pytest.mark.parametrize("strict", [False, True])
def test_the_verdict_alone_is_that_of_the_report(strict: bool) -> None:
    for vector in vectors():
        body = json.dumps(vector["body"]).encode()
        verdict = is_valid(vector["schema"], body, strict, Limits())
        assert verdict == vector["strict" if strict else "tolerant"], vector["id"]


@pytest.mark.parametrize("wire", [lambda text: text.encode(), json.loads])
def test_a_callback_of_another_variant_has_the_outcome_of_the_callback(wire: Any) -> None:
    """Be it valid, usable in part, or of no known task."""
    finished = '{"TaskID":"t","Status":3,"Type":"x","Details":{"errnum":0,"errmsg":"","items":[]}}'
    whole = check_document("task.failed", wire(finished))
    assert (whole.valid, whole.outcome, whole.task_id) == (False, Outcome.PARTIAL, "t")
    assert whole.partial == check_callback(wire(finished)).callback != None  # noqa: E711
    for body in (
        finished.replace('"t"', "5"),
        finished.replace('"TaskID":"t",', ""),
        finished.replace("[]", "5"),
    ):
        other, same = check_document("task.failed", wire(body)), check_callback(wire(body))
        assert (other.outcome, other.partial, other.task_id) == (
            (same.outcome, same.partial, same.task_id)
        )
    assert check_document("task.failed", wire(body)).outcome == Outcome.PARTIAL
