"""Draw callbacks as lines of JSON, for the command line and for files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import hypothesis
from hypothesis import Phase, given, settings
from hypothesis.strategies import SearchStrategy

from .callbacks import callbacks

#: How many callbacks are drawn at a time.
_BATCH = 100
#: Seeds of the batches of one sample lie next to each other, those of two samples far apart.
_STRIDE = 2**32


def sample(
    variant: str | None = None,
    *,
    count: int,
    seed: int,
    invalid: bool = False,
    type_: str | None = None,
) -> Iterator[str]:
    """Yield lines of JSON, each a callback; the same seed and versions give the same lines.

    `invalid` draws near misses instead. Raises `UnknownNameError` for an unknown variant.

        for line in sample("task.failed", count=3, seed=1):
            print(line)
    """
    if count < 0:
        raise ValueError(f"count is a number of lines, not {count}")
    bodies = _bodies(variant, invalid, type_)
    return _lines(bodies, count, seed)


def _bodies(variant: str | None, invalid: bool, type_: str | None) -> SearchStrategy[Any]:
    variants = None if variant is None else [variant]
    types = None if type_ is None else [type_]
    if not invalid:
        return callbacks(variants, types=types)
    from .near_misses import invalid_callbacks

    return invalid_callbacks(variants, types=types).map(lambda negative: negative.body)


def _lines(bodies: SearchStrategy[Any], count: int, seed: int) -> Iterator[str]:
    for batch in range(-(-count // _BATCH)):
        wanted = min(_BATCH, count - batch * _BATCH)
        yield from map(_line, _drawn(bodies, wanted, seed * _STRIDE + batch))


def _drawn(bodies: SearchStrategy[Any], count: int, seed: int) -> list[Any]:
    found: list[Any] = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=count + 1,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        print_blob=False,
    )
    @given(bodies)
    def keep(body: Any) -> None:
        found.append(body)

    keep()
    return found[1 : count + 1]  # the first is always the plainest


def _line(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
