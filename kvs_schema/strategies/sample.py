"""Draw callbacks as lines of JSON, for the command line and for files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import hypothesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .callbacks import (
    CallbackOptions,
    Errnums,
    Names,
    Types,
    callbacks,
    level_of_options,
    steered,
)
from .generate.value_factory import value_factory
from .near_misses import invalid_callbacks
from .pins import Values

#: How many callbacks are drawn at a time.
_BATCH = 100
#: Seeds of the batches of one sample lie next to each other, those of two samples far apart.
_STRIDE = 2**32


def sample(
    variant: Names | None = None,
    *,
    count: int,
    seed: int,
    invalid: bool = False,
    type_: Types | None = None,
    wild: bool = False,
    errnums: Errnums | None = None,
    values: Values | None = None,
) -> Iterator[str]:
    """Yield lines of JSON, each a callback; the same seed and versions give the same lines.

    They are ordinary ones, with values as the service sends them and without deviations; with
    `wild` they are what `callbacks` draws, and with `invalid` what `invalid_callbacks` draws. All
    other options are those of `callbacks`. Raises what `callbacks` raises.

        for line in sample("task.failed", count=3, seed=1):
            print(line)
    """
    if count < 0:
        raise ValueError(f"count is a number of lines, not {count}")
    if invalid:
        near = invalid_callbacks(variant, types=type_, errnums=errnums, values=values)
        return _lines(near.map(lambda negative: negative.body), count, seed)
    if wild:
        bodies = callbacks(variant, types=type_, errnums=errnums, values=values)
        return _lines(bodies, count, seed)
    options = CallbackOptions(
        types=type_,
        dialects=None,
        strict=False,
        deviations=False,
        values=values,
        errnums=errnums,
        max_text=None,
        max_items=None,
    )
    names, steering, _ = steered(variant, options)
    ordinary = replace(steering, ordinary=True)
    factory = value_factory(level_of_options(options))
    each = [factory.strategy(name, steering=ordinary) for name in names]
    return _lines(st.one_of(each), count, seed)


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
