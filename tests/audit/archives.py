"""Bodies and archives for the tests of audits."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from kvs_schema import encode_callback
from kvs_schema.audit import Audit
from kvs_schema.audit.counting import BodyCounter, CountOptions
from tests.core.mutations import containers, mutated, wire
from tests.documents import callback_examples


@cache
def documents() -> tuple[Any, ...]:
    """Every example that is a callback, opened."""
    return tuple(example["body"] for example in callback_examples().values())


def sent(document: Any) -> bytes:
    """Return a document as received."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def revalued(rng: random.Random, document: Any) -> Any:
    """Return a document with other scalars, mostly of the same form."""
    document = json.loads(json.dumps(document))
    for holder in containers(document):
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            value = holder[key]
            if rng.random() < 0.6 or isinstance(value, bool | dict | list | None):
                continue
            if isinstance(value, int | float):
                holder[key] = value + rng.choice((-1, 0.5, 1, 2, 1000))
            elif value[:1].isdigit():
                digits = "".join(str(rng.randrange(10)) if c.isdigit() else c for c in value)
                holder[key] = rng.choice((digits, digits, value + "0", "0", f"-{value}", "x"))
            else:
                holder[key] = rng.choice((value[::-1], value.upper(), f"{value}x", "", "文"))
    return document


def mixed(count: int, seed: int = 1) -> Iterator[bytes]:
    """Yield bodies of every kind: examples, others of their shapes, mutations, and no callbacks."""
    rng = random.Random(seed)
    odd = (b"[]", b"{", b"\xff\xfe", b'{"TaskID":"a","TaskID":"b"}', b"null", b'{"taskId":1}')
    for _ in range(count):
        document = rng.choice(documents())
        draw = rng.random()
        if draw < 0.6:
            yield sent(encode_callback(revalued(rng, document)))
        elif draw < 0.98:
            yield sent(wire(mutated(rng, document, rng.choice((1, 1, 2))), rng))
        else:
            yield rng.choice(odd)


def plain(count: int, seed: int = 1) -> list[bytes]:
    """Return valid bodies of a few variants, no two of one task, over a week of days."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        document = dict(rng.choice(documents()[:20]))
        key = "TaskID" if "TaskID" in document else "taskid"
        document[key] = f"{rng.getrandbits(128):032x}202611{rng.randrange(1, 8):02}"
        found.append(sent(encode_callback(document)))
    return found


def counted(bodies: Iterable[bytes], day: str | None = None, **options: Any) -> Audit:
    """Return the audit of bodies, counted in this process."""
    counter = BodyCounter(CountOptions(**options))
    for body in bodies:
        counter.count(body, day)
    return counter.result()[0]


def lines(path: Path, bodies: Iterable[bytes]) -> Path:
    """Write bodies as lines of a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(body + b"\n" for body in bodies))
    return path
