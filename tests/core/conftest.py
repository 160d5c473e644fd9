"""Fixtures of the tests of the core."""

from __future__ import annotations

from functools import cache

import pytest

from kvs_schema.catalogue import store
from kvs_schema.validation import documents
from kvs_schema.validation.engines.reference import ReferenceEngine
from kvs_schema.validation.validator import Validator, validator


@cache
def reference() -> Validator:
    return Validator(store.program(), ReferenceEngine(store.specification()))


@pytest.fixture(params=["jsonschema-rs", "jsonschema"])
def each_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Validate documents with one engine, then with the other."""
    document_validator = validator() if request.param == "jsonschema-rs" else reference()
    monkeypatch.setattr(documents, "validator", lambda: document_validator)
