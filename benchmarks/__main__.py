"""Run all measures at once (`python -m benchmarks`): ratios, with absolute times beside them."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from . import adversarial, extras, service, shares, table, verdicts


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--short", action="store_true", help="about a minute: what CI runs")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write a page there too")
    parser.add_argument(
        "--hypothesis-jsonschema",
        metavar="PYTHON",
        default=sys.executable,
        help="an interpreter in which hypothesis-jsonschema works",
    )
    return parser.parse_args()


def rows(short: bool, found: list[dict[str, Any]], python: str) -> Iterator[table.Row]:
    """Yield every measurement, in the order of the table."""
    yield from verdicts.verdict_rows(found)
    yield from verdicts.spelling_rows(0.2 if short else 3)
    yield from verdicts.finding_rows(0.2 if short else 3)
    yield from verdicts.growth_rows(0.1 if short else 3, 3_000 if short else 10_000)
    yield from adversarial.rows(2**15, 8, 2) if short else adversarial.rows(2**20, 1, 3)
    yield from service.start_rows(4 if short else 40)
    yield service.memory_row(50_000 if short else 1_000_000)
    yield service.thread_row(1 if short else 10)
    yield from service.command_rows(*(10_000, 0.3, 1) if short else (1_000_000, 2, 5))
    yield from extras.strategy_rows(0.5 if short else 10, python)
    if not short:
        yield extras.site_row()


def shown(found: Iterable[table.Row]) -> Iterator[table.Row]:
    """Yield the rows, and show progress on a terminal."""
    for row in found:
        if sys.stderr.isatty():
            print(f"\r{row.measure:<79.79}", end="", file=sys.stderr, flush=True)
        yield row


def main() -> int:
    """Run and print; the result is for reading, so a missed goal is not a failure."""
    given = arguments()
    start = time.perf_counter()
    found = list(verdicts.bodies(0.2 if given.short else 2, all_bodies=not given.short))
    measured = list(shown(rows(given.short, found, given.hypothesis_jsonschema)))
    about = table.machine()
    print(f"{about['machine']}; {about['python']}")
    print(", ".join(f"{name} {version}" for name, version in about["packages"].items()))
    print()
    print(table.text(measured, found))
    print(f"\n{time.perf_counter() - start:.0f} seconds")
    if given.json is not None:
        text = json.dumps(table.as_dict(measured, found), indent=1)
        given.json.write_text(text + "\n", encoding="utf-8")
    if given.markdown is not None:
        command = "python -m benchmarks" + " --short" * given.short
        drawn = shares.lines(200 if given.short else 2000)
        page = table.markdown(measured, found, drawn, command)
        given.markdown.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
