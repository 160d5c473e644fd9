"""`kvs-schema sample`: generated callbacks, one per line."""

from __future__ import annotations

from argparse import Namespace

from ...drawing import check_error_codes, sampled
from ...terminal.exit_codes import VALID
from ...terminal.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """Print callbacks drawn from the strategies; the same seed draws the same."""
    check_error_codes(arguments)
    for text in sampled(arguments):
        screen.raw_json(text)
    return VALID
