"""Conformance vectors: bodies as bytes, each with all that a receiver in any language must find.

Goes in: examples, cases and the bodies that parsers read differently. Comes out: what
`conformance.schema.json` describes; the version changes when a reader of it must change.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from ..catalogue import store
from ..catalogue.names import CALLBACK
from ..reports import check_document
from ..results.findings import Report, Violation
from ..spec.vocabulary import Json
from ..validation.callbacks import encode_document
from .vectors import vectors

VERSION = 1


class _Stated(NamedTuple):
    """A body, and what the sources state of it."""

    description: str
    schema: str
    raw: bytes
    expected: Json


def conformance(wanted: Callable[[str], bool] = lambda name: True) -> Json:
    """Return the vectors whose id is wanted, all by default, with their version.

    Verdicts are those that the sources state, as are outcome, task id and status of the bodies that
    parsers read differently; findings are those of this package at the strict level.
    """
    found = [_vector(name) for name in vector_ids() if wanted(name)]
    return {"version": VERSION, "vectors": found}


def vector_ids() -> Collection[str]:
    """Return the ids of all vectors, in order."""
    return _stated().keys()


@cache
def _stated() -> Mapping[str, _Stated]:
    found = {}
    for each in vectors():
        stated = {level: each[level] for level in ("tolerant", "strict")}
        raw = _written(each["body"])
        found[each["id"]] = _Stated(each["description"], each["schema"], raw, stated)
    parsers = store.parsers()
    bases = {name: _written(encode_document(CALLBACK, b)) for name, b in parsers["bases"].items()}
    for name, each in parsers["vectors"].items():
        stated = {
            "tolerant": each["outcome"] == "valid",
            "strict": each["outcome"] == "valid" and each.get("strict", True),
            **{key: each.get(key) for key in ("outcome", "task_id", "status")},
        }
        found[f"raw/{name}"] = _Stated(each["title"], CALLBACK, _raw(each, bases), stated)
    return found


def conformance_schema() -> Json:
    """Return the JSON Schema of what `conformance` returns."""
    path = Path(__file__).with_name("conformance.schema.json")
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


def answer_of(report: Report) -> Json:
    """Return what a receiver answers that reads as this package does.

    `report` is that of the strict level, which contains deviations among its violations.
    """
    tolerant = all(violation.erratum is not None for violation in report.violations)
    answer: Json = {"tolerant": tolerant, "strict": report.valid}
    if report.outcome is not None:
        partial = report.partial
        answer["outcome"] = "valid" if tolerant else report.outcome.value
        answer["task_id"] = report.task_id
        answer["status"] = None if partial is None else partial.status
    answer["findings"] = [_finding(violation) for violation in report.violations]
    return answer


@cache
def _vector(name: str) -> Json:
    stated = _stated()[name]
    report = check_document(stated.schema, stated.raw, strict=True)
    return {
        "id": name,
        "description": stated.description,
        "schema": stated.schema,
        "raw": base64.b64encode(stated.raw).decode("ascii"),
        "expected": answer_of(report) | stated.expected,
    }


def _finding(violation: Violation) -> Json:
    found = {
        "pointer": violation.pointer,
        "location": [list(piece) for piece in violation.location],
        "keyword": violation.keyword,
        "rule": violation.rule,
        "erratum": violation.erratum,
        "line": violation.line,
        "column": violation.column,
    }
    return {key: value for key, value in found.items() if value is not None}


def _written(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _raw(vector: Json, bases: dict[str, bytes]) -> bytes:
    """Return the bytes of a body that parsers read differently."""
    text = bases[vector["of"]].decode() if "of" in vector else vector["text"]
    for old, new in vector.get("edit", {}).items():
        before, found, after = text.partition(old)
        if not found:
            raise ValueError(f"{old!r} is not in the text of {vector['title']!r}")
        text = f"{before}{new}{after}"
    for piece, times in vector.get("repeat", {}).items():
        text = text.replace(piece, piece * times)
    raw: bytes = text.encode(vector.get("encoding", "utf-8"))
    for piece, replacement in vector.get("bytes", {}).items():
        raw = raw.replace(piece.encode(), bytes.fromhex(replacement))
    return raw
