"""`kvs-schema sample`: generated callbacks, one per line."""

from __future__ import annotations

from argparse import Namespace

from ....strategies.sample import sample
from ...drawing import callback_options, drawing
from ...terminal.exit_codes import VALID
from ...terminal.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """Print callbacks drawn from the strategies; the same seed draws the same."""
    with drawing():
        options = callback_options(arguments)
        lines = sample(
            arguments.variants or None,
            count=arguments.count,
            seed=arguments.seed,
            invalid=arguments.invalid,
            wild=arguments.wild,
            type_=options["types"],
            errnums=options["errnums"],
            values=options["values"],
        )
    for text in lines:
        screen.raw_json(text)
    return VALID
