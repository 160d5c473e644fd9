"""Random edits of bodies, for tests that compare two validators."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

from kvs_schema import encode_callback

_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, 2, 3, 4, -1, 3.0, 2.5, 100, 101, 2032, 2062, 2**63, 2**64, 10**30,
    "", "0", "12", "-12", "1.5", "1/2", "0/0", "1:2", "abc", "true", "12\n", "1/2\n", "٣", "截图",
    "{}", "[]", "null", "[1]", '{"a":1}', '{"a":1,"a":2}', "{", "NaN", '"{}"', "\ufeff{}",
    {}, [], [{}], [[]], {"streams": [], "format": {}}, {"dstpath": ""}, "video", "audio", "avtrans",
)  # fmt: skip


def containers(value: Any, path: tuple[Any, ...] = ()) -> Iterator[Any]:
    """Yield every object and array inside a value."""
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from containers(child)
    elif isinstance(value, list):
        yield value
        for child in value:
            yield from containers(child)


def mutated(rng: random.Random, body: Any, edits: int) -> Any:
    """Return a body with some members changed, dropped, added, moved or repeated."""
    document = copy.deepcopy(body)
    names = sorted({key for c in containers(document) if isinstance(c, dict) for key in c})
    for _ in range(edits):
        holder = rng.choice(list(containers(document)))
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        action = rng.randrange(5)
        if action == 0 and keys:
            del holder[rng.choice(keys)]
        elif action == 1 and keys:
            holder[rng.choice(keys)] = copy.deepcopy(rng.choice(_VALUES))
        elif action == 2 and isinstance(holder, dict):
            holder[rng.choice([*names, "unknown"])] = copy.deepcopy(rng.choice(_VALUES))
        elif action == 3 and isinstance(holder, list) and holder:
            holder.append(copy.deepcopy(rng.choice(holder)))
        elif keys:
            key = rng.choice(keys)
            holder[key] = [holder[key]] if rng.random() < 0.5 else json.dumps(holder[key])
    return document


def wire(document: Any, rng: random.Random) -> Any:
    """Return the document as sent; sometimes with an embedded document left open."""
    if isinstance(document, dict) and rng.random() < 0.95:
        return encode_callback(document)
    return document
