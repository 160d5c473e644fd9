"""`kvs-schema export`: schemas, OpenAPI and vectors for other languages."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ....export import write
from ...terminal.exit_codes import VALID
from ...terminal.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """Write everything into a directory."""
    written = write(Path(arguments.directory), screen.lang)
    text = screen.say("lists.written", count=len(written), where=arguments.directory)
    screen.line((text, "good"))
    return VALID
