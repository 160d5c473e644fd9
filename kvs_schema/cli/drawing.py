"""Turns `--type`, `--errnum`, `--set` and `--task-id` into options of the strategies.

The arguments of `sample`, `send`, `emulate` and `fuzz` go in; options, or callbacks, come out.
"""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..catalogue import store
from ..catalogue.texts import Text
from ..reading.variants import Classifier
from ..results.status import STATUS_OF_PHASE, TaskStatus
from ..spec.exceptions import KvsSchemaError
from ..strategies.callbacks import CallbackOptions, Names, chosen_variants
from .terminal.exit_codes import CommandError


def callback_options(arguments: Namespace) -> CallbackOptions:
    """Return the options of `strategies.callbacks` that the arguments of a command ask for.

    `variants` is among the arguments and no option; a task id is pinned in each dialect of them.
    """
    values = dict(map(_pin, arguments.pins))
    task_id = getattr(arguments, "task_id", None)
    if task_id is not None:
        values |= _task_ids(arguments.variants, task_id)
    return CallbackOptions(types=arguments.type_, errnums=arguments.errnums, values=values or None)


def sampled(arguments: Namespace) -> Iterator[str]:
    """Yield lines of callbacks, as the arguments of a command ask for; raises `CommandError`."""
    from ..strategies.sample import sample

    with drawing():
        options = callback_options(arguments)
        return sample(
            arguments.variants or None,
            count=arguments.count,
            seed=arguments.seed,
            invalid=getattr(arguments, "invalid", False),
            wild=getattr(arguments, "wild", False),
            type_=options["types"],
            errnums=options["errnums"],
            values=options["values"],
        )


def check_error_codes(arguments: Namespace) -> None:
    """Raise `CommandError` if `--errnum` is given and none of the variants reports a failure."""
    if not arguments.errnums or not arguments.variants:
        return
    chosen = chosen_variants(arguments.variants, None, strict=False)
    if not any(STATUS_OF_PHASE.get(variant.phase) is TaskStatus.FAILED for variant in chosen):
        names = ", ".join(arguments.variants)
        raise CommandError(Text("errors.cannot_fail", {"names": names}))


@contextmanager
def drawing() -> Iterator[None]:
    """Turn what strategies raise for options that exclude everything into a `CommandError`."""
    try:
        yield
    except ValueError as error:
        if isinstance(error, KvsSchemaError):
            raise
        raise CommandError(Text("errors.cannot_draw", {"why": error})) from error


def _pin(text: str) -> tuple[str, Any]:
    """Return a place and its value: JSON, or else the text itself."""
    place, _, value = text.partition("=")
    try:
        return place, json.loads(value)
    except ValueError:
        return place, value


def _task_ids(variants: Names, task_id: str) -> dict[str, Any]:
    classifier = Classifier(store.specification()["classifier"])
    chosen = chosen_variants(variants or None, None, strict=False)
    return {
        f"{dialect}#{classifier.first_level(dialect)['task_id']}": task_id
        for dialect in {variant.dialect for variant in chosen}
    }
