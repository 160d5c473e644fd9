"""The vectors: what their schema says, every rule has one, and we pass them all by the protocol."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from kvs_schema import decode_callback
from kvs_schema.catalogue import store
from kvs_schema.export.conformance import conformance, conformance_schema
from kvs_schema.strategies import negative_rules

EXAMPLES = Path(__file__).parents[2] / "examples" / "conformance"
VECTORS = conformance()["vectors"]


def kvs_schema(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kvs_schema", "--lang", "en", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def test_they_are_as_their_schema_says(exported: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(conformance_schema())
    found = json.loads((exported / "conformance.json").read_text(encoding="utf-8"))
    schema = json.loads((exported / "conformance.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, schema)
    assert found == conformance()
    ids = [vector["id"] for vector in found["vectors"]]
    assert len(set(ids)) == len(ids)


def test_every_rule_that_can_be_broken_is_broken_by_one() -> None:
    broken = {
        (finding.get("rule"), finding["keyword"])
        for vector in VECTORS
        for finding in vector["expected"]["findings"]
    }
    missing = [
        rule for rule in negative_rules(strict=True) if (rule.rule, rule.keyword) not in broken
    ]
    duplicates = {
        finding["location"][-2][-1]
        for vector in VECTORS
        for finding in vector["expected"]["findings"]
        if finding["keyword"] == "duplicateKey" and len(finding["location"]) > 1
    }
    assert missing == []
    assert duplicates == {rule.name for rule in negative_rules() if rule.keyword == "duplicateKey"}


def test_each_raw_body_is_said_once_and_is_as_titled() -> None:
    raw = {v["id"]: base64.b64decode(v["raw"]) for v in VECTORS if v["id"].startswith("raw/")}
    assert len(set(raw.values())) == len(raw) == len(store.parsers()["vectors"])
    assert raw["raw/byte-order-mark"].startswith(b"\xef\xbb\xbf{")
    assert b"\xcd\xea\xb3\xc9" in raw["raw/gbk"]
    assert raw["raw/many-digits"].count(b"8") == 5000
    assert raw["raw/duplicate-status-escaped"].count(b"tatus") == 2
    assert decode_callback(raw["raw/depth-100"])["Details"]["x"]


def test_we_pass_them_by_the_protocol() -> None:
    adapter = str(EXAMPLES / "python" / "adapter.py")
    done = kvs_schema("conformance", "--timeout", "60", "--", sys.executable, adapter)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith(f": {len(VECTORS):,} vectors, {len(VECTORS):,} passed\n")


def test_a_text_that_is_not_there_stops_the_export() -> None:
    """An edit that changes nothing would make a vector that says something else."""
    from kvs_schema.export.conformance import _raw

    with pytest.raises(ValueError, match="is not in the text of"):
        _raw({"title": "t", "of": "base", "edit": {"y": "x"}}, {"base": b"{}"})
