"""`kvs-schema sample`: generated callbacks, one per line."""

from __future__ import annotations

from argparse import Namespace

from ....strategies.sample import sample
from ...terminal.exit_codes import VALID
from ...terminal.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """Print callbacks drawn from the strategies; the same seed draws the same."""
    for text in sample(
        arguments.variant,
        count=arguments.count,
        seed=arguments.seed,
        invalid=arguments.invalid,
        type_=arguments.type_,
    ):
        screen.raw_json(text)
    return VALID
