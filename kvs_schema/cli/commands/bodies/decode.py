"""`kvs-schema decode`: opens the embedded documents of a callback."""

from __future__ import annotations

from argparse import Namespace

from ....api import decode_callback
from ....results.findings import ValidationError
from ...batch.bodies import complain, read_bodies
from ...terminal.exit_codes import INVALID, VALID
from ...terminal.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """Print the opened document: indented, or one per line where the input has one per line."""
    for body in read_bodies(arguments.path):
        try:
            document = decode_callback(body.data)
        except ValidationError as error:
            complain(screen, body, error.report.violations)
            return INVALID
        screen.json(document, indent=2 if body.line is None else None)
    return VALID
