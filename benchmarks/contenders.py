"""All contenders: each validates a body from bytes to a result, embedded documents opened."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson

import kvs_schema
from kvs_schema.catalogue import store

from . import with_msgspec, with_pydantic, with_schemas

Validate = Callable[[bytes], Any]

OURS = "kvs_schema"
FLOOR = "floor"


@dataclass(frozen=True)
class Contender:
    """A validator of bodies. `validate` raises `ValueError` or a subclass for an invalid body.

    `exact` is true if it rejects duplicate keys.
    """

    name: str
    validate: Validate
    exact: bool = False

    def accepts(self, body: bytes) -> bool:
        try:
            self.validate(body)
        except Exception:
            return False
        return True


@cache
def contenders() -> tuple[Contender, ...]:
    """Return all contenders, ours first."""
    return (
        Contender(OURS, kvs_schema.validate_callback, exact=True),
        Contender("pydantic, as written", with_pydantic.as_written()),
        Contender("pydantic, no duplicates", with_pydantic.with_guarantees(), exact=True),
        Contender("msgspec, as written", with_msgspec.as_written()),
        Contender("msgspec, no duplicates", with_msgspec.with_guarantees(), exact=True),
        Contender("jsonschema-rs, naive", with_schemas.with_jsonschema_rs()),
        Contender("fastjsonschema", with_schemas.with_fastjsonschema()),
        Contender("jsonschema", with_schemas.with_jsonschema()),
    )


def floor(body: bytes) -> Callable[[], Any]:
    """Return a function that only parses a body and those of its embedded strings that are JSON."""
    loads = orjson.loads
    texts: list[bytes | str] = []
    waiting: list[Any] = [body]
    while waiting:
        text = waiting.pop()
        with contextlib.suppress(ValueError):  # no JSON, or no text at all
            waiting += embedded_texts(loads(text))
            texts.append(text)

    def parse() -> None:
        for text in texts:
            loads(text)

    return parse


def embedded_texts(value: Any) -> list[Any]:
    """Return the text of every embedded document of a parsed body."""
    if isinstance(value, list):
        return [text for member in value for text in embedded_texts(member)]
    if not isinstance(value, dict):
        return []
    found = []
    for name, member in value.items():
        if name in embedding_names() and member:
            found.append(member)
        else:
            found += embedded_texts(member)
    return found


@cache
def embedding_names() -> frozenset[str]:
    """Return the keys of members that contain an embedded document."""
    layouts = store.program()["layouts"].values()
    members = [pair for layout in layouts for pair in layout.get("properties", {}).items()]
    return frozenset(name for name, child in members if "content" in child)
