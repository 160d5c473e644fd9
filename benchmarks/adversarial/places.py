"""Find the values of the examples to which schemas apply, and repeat them to any size."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kvs_schema.catalogue import store
from kvs_schema.spec.pointers import follow, tokens
from kvs_schema.spec.vocabulary import DEFS

from ..corpus import Json, compact, examples

Path = tuple[str | int, ...]

#: A short value of each JSON type, of which many fit into a megabyte.
SMALL: dict[str, Any] = {
    "object": {},
    "array": [],
    "string": "",
    "integer": 0,
    "number": 0.5,
    "boolean": True,
    "null": None,
}


@dataclass(frozen=True)
class Attack:
    """A text, the kind of attack, and the name of the schema that validates it."""

    kind: str
    name: str
    text: bytes
    schema: str = "callback"


@dataclass(frozen=True)
class Place:
    """A value in an example to which a schema applies; `rule` is its location when compiled."""

    example: str
    path: Path
    rule: str
    schema: Mapping[str, Any]


def places() -> Iterator[Place]:
    """Yield every place of every example where a schema of the strict forms applies, or would."""
    forms = store.program()["strict"]
    for name, example in store.specification()["examples"].items():
        reference = {"$ref": DEFS + example["schema"]}
        seen: set[tuple[Path, str]] = set()
        for path, rule, schema in _places(forms, reference, "", example["body"], ()):
            if (path, rule) not in seen:
                seen.add((path, rule))
                yield Place(name, path, rule, schema)


def _places(
    forms: Mapping[str, Any], schema: Any, rule: str, value: Any, path: Path
) -> Iterator[tuple[Path, str, Mapping[str, Any]]]:
    if not isinstance(schema, dict):
        return
    yield path, rule, schema
    if "$ref" in schema:
        target = schema["$ref"].removeprefix(DEFS)
        yield from _places(forms, follow(forms, tokens(f"/{target}")), target, value, path)
    for keyword in ("then", "else"):
        yield from _places(forms, schema.get(keyword), f"{rule}/{keyword}", value, path)
    for index, sub in enumerate(schema.get("allOf", ())):
        yield from _places(forms, sub, f"{rule}/allOf/{index}", value, path)
    if isinstance(value, dict):
        for name, sub in schema.get("properties", {}).items():
            yield from _places(
                forms, sub, f"{rule}/properties/{name}", value.get(name), (*path, name)
            )
    elif isinstance(value, list) and value:
        yield from _places(forms, schema.get("items"), f"{rule}/items", value[-1], (*path, -1))


def filled(place: Place, value: Any, size: int) -> bytes:
    """Return the example with a value put there, repeated with what is around it to a size."""
    body = copy.deepcopy(store.specification()["examples"][place.example]["body"])
    arrays = [index for index, token in enumerate(place.path) if token == -1]
    _put(body, place.path, value)
    array: Any = None
    if arrays:
        array = follow(body, place.path[: arrays[-1]])
    else:
        array = next((found for found in _arrays(body) if found), None)
    if array is None:
        body["filled"] = "x" * max(0, size - len(_text(place.example, body)))
        return _text(place.example, body)
    one = array[-1]
    alone = len(_text(place.example, body))
    array.append(one)
    each = max(1, len(_text(place.example, body)) - alone)
    array += [one] * max(0, (size - alone) // each - 1)
    return _text(place.example, body)


def _text(example: str, body: Json) -> bytes:
    if example in examples():
        return compact(body)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _put(body: Any, path: Path, value: Any) -> None:
    if path:
        follow(body, path[:-1])[path[-1]] = value
    else:
        body.clear()
        body.update(value)


def _arrays(value: Any) -> Iterator[list[Any]]:
    """Return every array of a document, innermost first."""
    for member in value.values() if isinstance(value, dict) else value:
        if isinstance(member, dict | list):
            yield from _arrays(member)
    if isinstance(value, list):
        yield value


def schema_of(example: str) -> str:
    if example in examples():
        return "callback"
    return str(store.specification()["examples"][example]["schema"])


def value_at(place: Place) -> Any:
    """Return a copy of the value in the example; None if it has no such member."""
    value: Any = store.specification()["examples"][place.example]["body"]
    for token in place.path:
        value = value.get(token) if isinstance(value, dict) else value[token]
    return copy.deepcopy(value)
