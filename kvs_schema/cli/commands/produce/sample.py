"""`kvs-schema sample`: generated callbacks, one per line."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import Any

from ....catalogue.texts import Text
from ....spec.exceptions import KvsSchemaError
from ....strategies.sample import sample
from ...terminal.exit_codes import VALID, CommandError
from ...terminal.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """Print callbacks drawn from the strategies; the same seed draws the same."""
    try:
        lines = sample(
            arguments.variants or None,
            count=arguments.count,
            seed=arguments.seed,
            invalid=arguments.invalid,
            type_=arguments.type_,
            wild=arguments.wild,
            errnums=arguments.errnums,
            values=dict(map(_pin, arguments.pins)) or None,
        )
    except ValueError as error:
        if isinstance(error, KvsSchemaError):
            raise
        raise CommandError(Text("errors.cannot_draw", {"why": error})) from error
    for text in lines:
        screen.raw_json(text)
    return VALID


def _pin(text: str) -> tuple[str, Any]:
    """A place and its value: JSON, or else the text itself."""
    place, _, value = text.partition("=")
    try:
        return place, json.loads(value)
    except ValueError:
        return place, value
