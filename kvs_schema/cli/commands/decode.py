"""`kvs-schema decode`: opens the embedded documents of a callback."""

from __future__ import annotations

from argparse import Namespace

from ...validate import decode_callback
from ..bodies import read_bodies
from ..failure import VALID
from ..screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """Print the opened document: indented, or one a line where the input holds one a line."""
    for body, alone in read_bodies(arguments.path):
        screen.json(decode_callback(body), indent=2 if alone else None)
    return VALID
