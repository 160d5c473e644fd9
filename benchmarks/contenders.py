"""Everyone who judges a body: from bytes to a judged result, embedded documents opened."""

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

Judge = Callable[[bytes], Any]

OURS = "kvs_schema"
FLOOR = "floor"


@dataclass(frozen=True)
class Contender:
    """One way to judge a body. `judge` raises `ValueError` (or a child of it) for an invalid one.

    `exact` says that it refuses duplicate keys.
    """

    name: str
    judge: Judge
    exact: bool = False

    def holds(self, body: bytes) -> bool:
        try:
            self.judge(body)
        except Exception:
            return False
        return True


@cache
def contenders() -> tuple[Contender, ...]:
    """All of them, ours first."""
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
    """The bare parse of a body and of its embedded strings, as far as they are JSON."""
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
    """Every embedded document of a parsed body."""
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
    """Names of members that hold an embedded document."""
    shapes = store.program()["shapes"].values()
    members = [pair for shape in shapes for pair in shape.get("properties", {}).items()]
    return frozenset(name for name, child in members if "content" in child)
