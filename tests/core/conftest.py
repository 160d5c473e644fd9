"""What several test files of the core share."""

from __future__ import annotations

from functools import cache

import pytest

from kvs_schema import catalogue, documents
from kvs_schema.judge import Judge, judge
from kvs_schema.reference import ReferenceEngine


@cache
def reference() -> Judge:
    return Judge(catalogue.program(), ReferenceEngine(catalogue.specification()))


@pytest.fixture(params=["jsonschema-rs", "jsonschema"])
def each_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are judged by one engine, then by the other."""
    judging = judge() if request.param == "jsonschema-rs" else reference()
    monkeypatch.setattr(documents, "judge", lambda: judging)
