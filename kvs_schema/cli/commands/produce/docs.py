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
    where = arguments.out
    text = screen.say(f"{len(written)} files in {where}", f"{where} 中写入 {len(written)} 个文件")
    screen.line((text, "good"))
    return VALID
