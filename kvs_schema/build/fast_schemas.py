"""Fast schemas: they say only whether a document is valid, and say it fast.

The tolerant and strict forms keep every schema where the sources have it, so that findings can name
it; a value is then validated again by each schema that narrows another. Here the algebra of the
engine merges the schemas that apply to the same value. Which keyword fails is no longer known,
only whether one does: a test compares the verdicts of both forms.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, cast

from ..spec.pointers import follow, tokens
from ..spec.vocabulary import DEFS, Schema

#: What refers to other schemas, and what other schemas refer to.
_LEFT_OUT = ("$ref", "deviations")

#: Schemas shorter than this are repeated wherever they are used.
_SHORT = 200


def fast_schema(forms: Mapping[str, Any], pointer: str) -> tuple[dict[str, Any], int]:
    """Return a fast form for values of bounded depth, and that bound.

    What is valid by it is valid by the named form; what is not may be too deep where no schema
    describes it, and goes through the full validation.
    """
    flat, depth = _bounded(_canonical(_expanded({"$ref": pointer}, forms)))
    schema = flat if isinstance(flat, dict) else {"allOf": [flat]}
    counts: Counter[str] = Counter()
    _count(schema, counts)
    often = (text for text, count in counts.items() if count > 1)
    names = {text: str(index) for index, text in enumerate(often)}
    definitions: dict[str, Any] = {}
    shared = _shared(schema, names, definitions)
    return {**shared, "$defs": {**definitions, **_LEVELS}}, depth


def _expanded(schema: Any, forms: Mapping[str, Any]) -> Any:
    """Return a schema with the schemas that it refers to in place of the references."""
    if isinstance(schema, list):
        return [_expanded(sub, forms) for sub in schema]
    if not isinstance(schema, dict):
        return schema
    rest = {
        keyword: {name: _expanded(sub, forms) for name, sub in value.items()}
        if keyword == "properties"
        else _expanded(value, forms)
        for keyword, value in schema.items()
        if keyword not in _LEFT_OUT
    }
    if "$ref" in schema:
        pointer = schema["$ref"].removeprefix(DEFS)
        target = _expanded(follow(forms, tokens(f"/{pointer}")), forms)
        rest = {**rest, "allOf": [*rest.get("allOf", ()), target]} if rest else target
    return rest


def _canonical(schema: Schema) -> Schema:
    """Return the canonical form of a schema; the schema itself without the engine."""
    try:
        import jsonschema_rs
    except ImportError:  # no build for this platform, which has no fast path either
        return schema
    options = jsonschema_rs.RegexOptions()
    canonical = jsonschema_rs.canonicalize(schema, draft=20, pattern_options=options)
    form = cast(Schema, canonical.to_json_schema())
    if isinstance(form, dict):
        form.pop("$schema", None)
    return form


#: Values in which nothing stands deeper than the level.
_SCALARS = ["string", "number", "boolean", "null"]
_DEEPEST = 3
_LEVELS: dict[str, Any] = {
    f"depth{level}": (
        {
            "items": {"$ref": f"{DEFS}depth{level - 1}"},
            "additionalProperties": {"$ref": f"{DEFS}depth{level - 1}"},
        }
        if level
        else {"type": _SCALARS}
    )
    for level in range(_DEEPEST + 1)
}
_ANYTHING = {"$ref": f"{DEFS}depth{_DEEPEST}"}


def _bounded(schema: Schema) -> tuple[Schema, int]:
    """Return a schema that refuses what is too deep where it has no rules, and its depth."""
    if schema is True or schema == {}:
        return dict(_ANYTHING), _DEEPEST
    if isinstance(schema, bool) or "enum" in schema:
        return schema, 0
    if "const" in schema:
        return _number(schema), 0
    if "anyOf" in schema:
        branches = [_bounded(branch) for branch in schema["anyOf"]]
        return {**schema, "anyOf": [sub for sub, _ in branches]}, max(d for _, d in branches)
    types = schema.get("type", ("object", "array"))
    types = [types] if isinstance(types, str) else types
    out, depth = dict(schema), 0
    for kind, keyword in (("array", "items"), ("object", "additionalProperties")):
        if kind in types:
            out[keyword], below = _bounded(schema.get(keyword, True))
            depth = max(depth, below + 1)
    if "object" in types and "properties" in schema:
        found = {name: _bounded(sub) for name, sub in schema["properties"].items()}
        out["properties"] = {name: sub for name, (sub, _) in found.items()}
        depth = max(depth, *(below + 1 for _, below in found.values()))
    return out, depth


def _number(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema of one integer as a range, which takes the engine a third of the time."""
    value = schema["const"]
    if type(value) is not int or len(schema) > 1:
        return schema
    return {"type": "integer", "minimum": value, "maximum": value}


def _count(value: Any, counts: Counter[str]) -> None:
    """Count how often each long schema occurs in a value; inside a repeated one, once.

    A long schema names its type, so that no map of properties is taken for one.
    """
    if isinstance(value, dict) and isinstance(value.get("type"), str | list):
        text = json.dumps(value, sort_keys=True)
        if len(text) >= _SHORT:
            counts[text] += 1
            if counts[text] > 1:
                return
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            _count(member, counts)


def _shared(value: Any, names: Mapping[str, str], definitions: dict[str, Any]) -> Any:
    """Return a value with references to the schemas that have a name, which become definitions."""
    if isinstance(value, list):
        return [_shared(member, names, definitions) for member in value]
    if not isinstance(value, dict):
        return value
    found = {key: _shared(member, names, definitions) for key, member in value.items()}
    name = names.get(json.dumps(value, sort_keys=True))
    if name is None:
        return found
    definitions[name] = found
    return {"$ref": DEFS + name}
