"""Validate by the exported schemas, with validators as people would put them together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from kvs_schema import schema, variants

_EMBEDDED = ("metainfo", "outMediainfo", "segmentsinfo", "thumnailsinfo")


def _objects(value: Any) -> list[Any]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def opened(body: bytes) -> Any:
    """Return a body with its embedded documents opened, by hand."""
    document = orjson.loads(body)
    if not isinstance(document, dict):
        return document
    for details in _objects(document.get("Details", document.get("details"))):
        for member in ("items", "OutInfo"):
            for output in _objects(details.get(member)):
                for name in _EMBEDDED:
                    text = output.get(name)
                    if isinstance(text, str):
                        if text:
                            output[name] = orjson.loads(text)
                            if isinstance(output[name], str):
                                raise ValueError(f"{name} contains text")
                    elif text is not None:
                        raise ValueError(f"{name} is not text")
    return document


_PHASES = {2: "progress", 0: "progress", 3: "finished", 4: "failed"}


def variant_of(document: Any) -> str:
    """Return the variant of a callback, by hand."""
    legacy = "taskid" in document
    if legacy and "TaskID" in document:
        raise ValueError("names of both casings in one body")
    details = document["details" if legacy else "Details"]
    flow = isinstance(details, list) or "Order" in details or "OutInfo" in details
    dialect = ("legacy-flow" if flow else "legacy") if legacy else ("flow" if flow else "task")
    return f"{dialect}.{_PHASES[document['status' if legacy else 'Status']]}"


Validate = Callable[[bytes], Any]


def _validate(checks: dict[str, Callable[[Any], bool]]) -> Validate:
    def validate(body: bytes) -> Any:
        document = opened(body)
        if not checks[variant_of(document)](document):
            raise ValueError("not valid")
        return document

    return validate


def with_jsonschema() -> Validate:
    from jsonschema import Draft202012Validator

    return _validate(
        {v.name: Draft202012Validator(schema(v.name, opened=True)).is_valid for v in variants()}
    )


def with_jsonschema_rs() -> Validate:
    from jsonschema_rs import validator_for

    return _validate(
        {v.name: validator_for(schema(v.name, opened=True)).is_valid for v in variants()}
    )


def with_fastjsonschema() -> Validate:
    import fastjsonschema

    checks = {
        v.name: fastjsonschema.compile(_draft7(schema(v.name, opened=True)), use_default=False)
        for v in variants()
    }

    def validate(body: bytes) -> Any:
        document = opened(body)
        return checks[variant_of(document)](document)

    return validate


def _draft7(value: Any) -> Any:
    """Return a schema without siblings of `$ref`, which Draft 7 ignores."""
    if isinstance(value, list):
        return [_draft7(member) for member in value]
    if not isinstance(value, dict):
        return value
    found = {key: _draft7(member) for key, member in value.items() if key != "$schema"}
    if isinstance(found.get("$ref"), str) and len(found) > 1:
        reference = {"$ref": found.pop("$ref")}
        found["allOf"] = [reference, *found.get("allOf", [])]
    return found
