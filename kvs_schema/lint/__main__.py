"""`python -m kvs_schema.lint [DIR]` prints the problems of the sources; exit 1 if there are any."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ..catalogue import sources_directory
from ..exceptions import KvsSchemaError
from . import lint


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each problem on a line; 0 without any, 1 with some, 2 where none could be sought."""
    parser = argparse.ArgumentParser(
        prog="python -m kvs_schema.lint", description="Check the YAML sources of the specification."
    )
    parser.add_argument("directory", nargs="?", type=Path, help="default: those of this package")
    directory = parser.parse_args(arguments).directory or sources_directory()
    try:
        problems = lint(directory)
    except KvsSchemaError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for problem in problems:
        sys.stdout.write(
            f"{directory / problem.file}:{problem.line}: {problem.message} [{problem.code}]\n"
        )
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
