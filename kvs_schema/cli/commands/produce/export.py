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
    where = arguments.directory
    text = screen.say(f"{len(written)} files in {where}", f"{where} 中写入 {len(written)} 个文件")
    screen.line((text, "good"))
    return VALID
