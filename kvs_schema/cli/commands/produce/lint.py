"""`kvs-schema lint`: checks the YAML sources."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from ....build.lint import lint
from ....catalogue import store
from ...terminal.exit_codes import INVALID, VALID
from ...terminal.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """Print every problem with its file and line; any makes the exit code 1."""
    directory = Path(arguments.directory or store.sources_directory())
    problems = lint(directory)
    for problem in problems:
        screen.line(str(problem))
    text = screen.say("lists.problems", count=len(problems))
    screen.line((text, "bad" if problems else "good"))
    return INVALID if problems else VALID
