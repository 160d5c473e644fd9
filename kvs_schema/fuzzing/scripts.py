"""Build the strategies for what the fuzzer posts.

Variants and options come in; groups of scripts by kind and variant go out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..catalogue import store
from ..catalogue.variants import Variant
from ..strategies import Negative, callbacks, deliveries, hostile_bodies, invalid_callbacks
from ..strategies.callbacks import CallbackOptions

#: Returns the options of the strategies for a variant; raises `ValueError` if they exclude it.
Options = Callable[[str], CallbackOptions]


@dataclass(frozen=True, slots=True)
class Script:
    """Bodies to post in order: several `plays`, each with task ids of its own.

    With `valid` all are valid callbacks; `rule` is the one that a near miss breaks.
    """

    plays: tuple[tuple[bytes, ...], ...]
    valid: bool = False
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class ScriptGroup:
    """Scripts of one kind: `callbacks`, `deliveries`, `near_misses` or `hostile_bodies`.

    `type` is the task type, if all callbacks have the same.
    """

    kind: str
    variant: str | None
    scripts: SearchStrategy[Script]
    type: str | None = None

    def __str__(self) -> str:
        return " ".join(filter(None, (self.kind, self.variant, self.type)))


def groups(variants: Sequence[Variant], options: Options, *, pinned: bool) -> list[ScriptGroup]:
    """Return all groups of scripts; with `pinned` all callbacks have the same task id.

    The fields of a finished task depend on its type, so there is also a group for each known type.
    Variants that the options exclude are left out; raises `ValueError` if they exclude all.
    """
    excluded: ValueError | None = None
    found: list[ScriptGroup] = []
    for kind in ("callbacks", "of_type", "deliveries", "near_misses"):
        for variant in variants:
            try:
                found += _groups(kind, variant, variants, options(variant.name), pinned)
            except ValueError as error:
                excluded = error
    if excluded is not None and not found:
        raise excluded
    hostile = hostile_bodies().map(lambda body: Script(((body, body),)))
    return [*found, ScriptGroup("hostile_bodies", None, hostile)]


def _groups(
    kind: str,
    variant: Variant,
    variants: Sequence[Variant],
    chosen: CallbackOptions,
    pinned: bool,
) -> Iterator[ScriptGroup]:
    if kind == "callbacks":
        made = callbacks(variant, wire="bytes", **chosen).map(_valid)
        yield ScriptGroup(kind, variant.name, made)
    elif kind == "of_type":
        if variant.phase == "finished" and not chosen.get("types"):
            for each in store.specification()["classifier"]["types"]:
                options = chosen | CallbackOptions(types=each)
                made = callbacks(variant, wire="bytes", **options).map(_valid)
                yield ScriptGroup("callbacks", variant.name, made, each)
    elif kind == "deliveries":
        dialect = [other for other in variants if other.dialect == variant.dialect]
        yield ScriptGroup(kind, variant.name, _deliveries(dialect, chosen, pinned))
    else:
        near_miss_options: dict[str, Any] = {**chosen}
        near_miss_options.pop("deviations", None)  # an option of valid callbacks only
        near = invalid_callbacks(variant, wire="bytes", **near_miss_options)
        yield ScriptGroup(kind, variant.name, near.map(_near_miss))


def _valid(body: bytes) -> Script:
    return Script(((body, body),), valid=True)


def _near_miss(negative: Negative) -> Script:
    found = negative.violation
    return Script(((negative.body, negative.body),), rule=found.rule or found.keyword)


def _deliveries(
    variants: list[Variant], options: CallbackOptions, pinned: bool
) -> SearchStrategy[Script]:
    """Draw whole deliveries: in order and then all again, and in reverse order."""
    drawn = [
        deliveries(tasks=tasks, variants=variants, wire="bytes", max_size=8, **options)
        for tasks in ((1,) if pinned else (1, 2))
    ]
    return st.one_of(drawn).map(
        lambda bodies: Script(((*bodies, *bodies), tuple(reversed(bodies))), valid=True)
    )
