"""Requests of CreateWaveTask, as clients send them."""

from __future__ import annotations

import copy
from typing import Any

import httpx

from kvs_schema.catalogue.store import specification

EXAMPLE: dict[str, Any] = specification()["examples"]["create-wave-task-request-array"]["body"]


def fields(callback: str | None, **other: Any) -> dict[str, Any]:
    """The body of a request; a field that is `...` is left out."""
    body = copy.deepcopy(EXAMPLE["body"]) | {"CbUrl": callback} | other
    return {key: value for key, value in body.items() if value is not ... and value is not None}


def create(url: str, callback: str | None = None, /, **other: Any) -> httpx.Response:
    """Create a task, signed as in the KVS documentation."""
    return post(url, fields(callback, **other))


def create_many(url: str, callback: str, count: int) -> list[str]:
    """Create tasks of different requests; return their ids in order."""
    with httpx.Client(trust_env=False, params=EXAMPLE["query"]) as client:
        answers = [
            client.post(url, json=fields(callback, DstObjectKey=f"{number}.json")).json()
            for number in range(count)
        ]
    assert [answer["ErrNum"] for answer in answers] == [0] * count
    return [answer["TaskID"] for answer in answers]


def post(url: str, body: Any = None, query: Any = None, **options: Any) -> httpx.Response:
    """Post a body as JSON, or `content` as it is."""
    with httpx.Client(trust_env=False) as client:
        sent = {} if "content" in options else {"json": body}
        return client.post(url, params=query or EXAMPLE["query"], **sent, **options)
