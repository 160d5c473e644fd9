"""`kvs-schema decode`: opens the embedded documents of a callback."""

from __future__ import annotations

from argparse import Namespace

from ...exceptions import ValidationError
from ...validate import decode_callback
from ..bodies import complain, read_bodies
from ..failure import INVALID, VALID
from ..screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """Print the opened document: indented, or one a line where the input holds one a line."""
    for body in read_bodies(arguments.path):
        try:
            document = decode_callback(body.data)
        except ValidationError as error:
            complain(screen, body, error.report)
            return INVALID
        screen.json(document, indent=2 if body.line is None else None)
    return VALID
