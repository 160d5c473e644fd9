"""Generate, for each condition, elements that almost meet it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from kvs_schema.spec.vocabulary import NULLABLE

from .places import SMALL, Attack, Place, filled, places, schema_of, value_at


def conditions() -> dict[str, Place]:
    """Yield a place for each condition of the schemas that examples can meet."""
    found: dict[str, Place] = {}
    for place in places():
        if "if" in place.schema and not place.rule.startswith(NULLABLE):
            about = {"required", "properties"} & place.schema["if"].keys()
            if not about or isinstance(value_at(place), dict):
                found.setdefault(place.rule, place)
    return found


def condition_attacks(size: int) -> Iterator[Attack]:
    for rule, place in conditions().items():
        whole = met(place.schema["if"], value_at(place))
        for number, miss in enumerate(misses(place.schema["if"], whole)):
            name = f"{rule}, {number}"
            yield Attack("condition", name, filled(place, miss, size), schema_of(place.example))


def met(condition: Mapping[str, Any], value: Any) -> Any:
    """Return the value with what the condition requires added."""
    if "const" in condition:
        return condition["const"]
    kind = condition.get("type")
    if isinstance(kind, str) and not _is_of(value, kind):
        return copy.deepcopy(SMALL[kind])
    if {"required", "properties"} & condition.keys():
        value = dict(value) if isinstance(value, dict) else {}
        for name in condition.get("required", ()):
            sub = condition.get("properties", {}).get(name, {})
            value[name] = met(sub, value.get(name, "x"))
    return value


def misses(condition: Mapping[str, Any], whole: Any) -> Iterator[Any]:
    """Yield values that fail one requirement of the condition, from one that meets it."""
    for name in condition.get("required", ()):
        yield {key: member for key, member in whole.items() if key != name}
    for name, sub in condition.get("properties", {}).items():
        for miss in misses(sub, whole.get(name)):
            yield {**whole, name: miss}
    if "const" in condition:
        const = condition["const"]
        yield f"{const}x"
        yield const + 1 if isinstance(const, int) else const[:-1]
    if "minLength" in condition:
        yield "x" * (condition["minLength"] - 1)
    refused = [condition["type"]] if "type" in condition else []
    yield from (other for kind, other in SMALL.items() if refused and kind not in refused)
    if "type" in condition.get("not", {}):
        yield SMALL[condition["not"]["type"]]


def _is_of(value: Any, kind: str) -> bool:
    types: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "null": type(None),
    }
    return isinstance(value, types[kind])
