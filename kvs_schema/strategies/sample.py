"""Draw callbacks as lines of JSON, for the command line and for files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.strategies import SearchStrategy

from .callbacks import (
    CallbackOptions,
    Errnums,
    Names,
    Types,
    callbacks,
    level_of_options,
    options_of,
    read_once,
    steered,
)
from .generate.value_factory import value_factory
from .near_misses import invalid_callbacks
from .pins import Values

#: How many callbacks are drawn at a time.
_BATCH = 100
#: Seeds of the batches of one sample lie next to each other, those of two samples far apart.
_STRIDE = 2**32
#: The name under which Hypothesis finds `SeededProvider`.
_BACKEND = "kvs-schema"

T = TypeVar("T")


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

    The callbacks are ordinary ones, with values as the service sends them and without deviations;
    with `wild` they are what `callbacks` draws, and with `invalid` what `invalid_callbacks` draws.
    All other options are those of `callbacks`. Raises what `callbacks` raises.

        for line in sample("task.failed", count=3, seed=1):
            print(line)
    """
    if count < 0:
        raise ValueError(f"count is a number of lines, not {count}")
    if invalid:
        near = invalid_callbacks(variant, types=type_, errnums=errnums, values=values)
        return _lines(near.map(lambda negative: negative.body), count, seed)
    options = CallbackOptions(types=type_, errnums=errnums, values=values)
    return _lines(any_callbacks(variant, options, wild=wild), count, seed)


def any_callbacks(
    variant: Names | None, options: CallbackOptions, *, wild: bool
) -> SearchStrategy[dict[str, Any]]:
    """Draw ordinary callbacks, or with `wild` what `callbacks` draws; all levels are tolerant."""
    if wild:
        return callbacks(variant, **options)
    options = options_of(CallbackOptions(deviations=False) | options)
    names, steering, _ = steered(read_once(variant), options)
    ordinary = replace(steering, ordinary=True)
    factory = value_factory(level_of_options(options))
    return factory.one_of(names, ordinary)


def _lines(bodies: SearchStrategy[Any], count: int, seed: int) -> Iterator[str]:
    for batch in range(-(-count // _BATCH)):
        wanted = min(_BATCH, count - batch * _BATCH)
        yield from map(_line, drawn(bodies, wanted, seed * _STRIDE + batch))


class SeededProvider(HypothesisProvider):
    """Makes choices as Hypothesis does, but takes no constants from modules that are imported."""

    def _maybe_draw_constant(self, *asked: Any, **options: Any) -> None:
        """Return no constant: which there are depends on what is imported."""


def drawn(bodies: SearchStrategy[T], count: int, seed: int) -> list[T]:
    """Draw values without a test; inside one, Hypothesis refuses that in the same thread."""
    AVAILABLE_PROVIDERS.setdefault(_BACKEND, f"{__name__}.{SeededProvider.__name__}")
    found: list[T] = []

    @hypothesis.seed(seed)
    @settings(
        max_examples=count + 1,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        print_blob=False,
        suppress_health_check=list(HealthCheck),
        backend=_BACKEND,
    )
    @given(bodies)
    def keep(body: T) -> None:
        found.append(body)

    keep()
    return found[1 : count + 1]  # the first is always the plainest


def _line(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
