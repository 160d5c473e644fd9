"""The exported schemas under Ajv give the verdicts of this package.

As sent, Ajv takes `contentSchema` as an annotation; so the opened schemas are compared, on
opened documents that this package could open without a fault. Differences that the standards
allow: none are known, and none are filtered out.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kvs_schema import (
    Violation,
    check_document,
    decode_callback,
    encode_callback,
    schema,
    variants,
)
from kvs_schema.catalogue import store

from ..core.mutations import mutated, wire

VARIANTS = [variant.name for variant in variants()]
COUNT = int(os.environ.get("KVS_SCHEMA_DIFFERENTIAL", "1000"))
HERE = Path(__file__).parent
#: Reasons of violations that an opened document does not show.
LOST = {"native", "duplicate_key", "out_of_range", "number_out_of_range", "surrogate_escape"}


def documents() -> list[tuple[str, Any, bool, bool]]:
    """Mutated bodies as (schema name, opened document, tolerant verdict, strict verdict)."""
    rng = random.Random(20)
    examples = list(store.specification()["examples"].values())
    found: list[tuple[str, Any, bool, bool]] = []
    while len(found) < COUNT:
        example = rng.choice(examples)
        request = "CreateWaveTask" in example["schema"]
        document = mutated(rng, example["body"], rng.choice((0, 1, 1, 2, 3)))
        body = document if request else wire(document, rng)
        names = [example["schema"]] if request else ["callback", example["schema"], *VARIANTS]
        name = rng.choice(names[:2]) if rng.random() < 0.9 else rng.choice(names)
        report = check_document(name, body)
        reasons = {violation.reason for violation in report.violations}
        if reasons & LOST or any(map(_stands_for_nothing, report.violations)):
            continue
        found.append((name, report.document, report.valid, report.valid and not report.deviations))
    return found


def _stands_for_nothing(violation: Violation) -> bool:
    """Whether a text of nothing was sent where only a failed task may send one.

    The opened form of an embedded document is one schema for all variants, which takes it.
    """
    return violation.reason == "content_kind" and violation.actual in (None, {})


def of_every_variant() -> list[tuple[str, Any, bool, bool]]:
    """Every example, as it is and with the details in the other casing too, as every variant."""
    standard, legacy = store.specification()["classifier"]["names"].values()
    counterpart = {standard["details"]: legacy["details"], legacy["details"]: standard["details"]}
    found: list[tuple[str, Any, bool, bool]] = []
    for example in store.specification()["examples"].values():
        if example["schema"] not in VARIANTS:
            continue
        body = example["body"]
        mixed = {other: body[name] for name, other in counterpart.items() if name in body}
        for document in (encode_callback(body), encode_callback(body | mixed)):
            for name in VARIANTS:
                report = check_document(name, document)
                holds = report.valid and not report.deviations
                found.append((name, decode_callback(document), report.valid, holds))
    return found


@pytest.mark.usefixtures("node_modules")
def test_ajv_agrees(node: str) -> None:
    judged = documents() + of_every_variant()
    names = {name for name, *_ in judged}
    schemas = {
        f"{name}/{strict}": schema(name, strict=strict, opened=True)
        for name in names
        for strict in (False, True)
    }
    lines = [json.dumps(schemas)]
    lines += [
        json.dumps({"schema": f"{name}/{strict}", "document": document})
        for name, document, *_ in judged
        for strict in (False, True)
    ]
    result = subprocess.run(
        [node, "judge.cjs"],
        cwd=HERE,
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [line == "true" for line in result.stdout.splitlines()]
    assert len(answers) == 2 * len(judged)
    for index, (name, document, tolerant, strict) in enumerate(judged):
        assert answers[2 * index] == tolerant, (name, document)
        assert answers[2 * index + 1] == strict, (name, document)
    assert {tolerant for _, _, tolerant, _ in judged} == {True, False}


@pytest.mark.usefixtures("node_modules")
def test_ajv_compiles_every_file(node: str, exported: Path) -> None:
    """In strict mode, which refuses keywords that it does not know and conditions of no effect."""
    files = sorted((exported / "schemas").rglob("*.json"))
    schemas = {str(path): json.loads(path.read_text(encoding="utf-8")) for path in files}
    lines = [json.dumps(schemas)] + [
        json.dumps({"schema": path, "document": 5}) for path in schemas
    ]
    done = subprocess.run(
        [node, "judge.cjs"],
        cwd=HERE,
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == len(files)
