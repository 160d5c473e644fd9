"""`kvs-schema docs`: the reference as Markdown."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ....docs import write
from ...terminal.exit_codes import VALID
from ...terminal.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """Write the pages of one language."""
    written = write(Path(arguments.out), screen.lang)
    text = screen.say("lists.written", count=len(written), where=arguments.out)
    screen.line((text, "good"))
    return VALID
