"""`kvs-schema redact`: turns bodies from production into test fixtures."""

from __future__ import annotations

import re
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from ....catalogue.texts import Text
from ....reading.faults import TextError
from ....reading.json_text import read_exactly
from ....reading.limits import Limits
from ....redaction import redact
from ....reports import check_callback
from ....results.findings import Report
from ....results.messages import shortened
from ...batch.bodies import complain, read_bodies
from ...batch.jobs import Received
from ...batch.reports import place
from ...targets import check_folder
from ...terminal.exit_codes import FAILED, VALID, CommandError
from ...terminal.screen import Screen

_TEST = '''"""A body whose string values were replaced by `kvs-schema redact`."""

from pathlib import Path

from kvs_schema import Outcome, check_callback

BODY = Path(__file__).with_name("{name}.json").read_bytes()


def test_{name}() -> None:
    report = check_callback(BODY)
    assert (report.outcome, report.variant) == ({outcome}, {variant})
    # Call your handler here: assert handle(BODY) == 204
'''


def run(arguments: Namespace, screen: Screen) -> int:
    """Write each body with a test of it; nothing is written if one cannot be parsed."""
    folder = Path(arguments.directory)
    check_folder(folder)
    bodies = list(read_bodies(*arguments.paths))
    unreadable = False
    for body in bodies:
        try:
            read_exactly(body.data, Limits())
        except TextError:
            complain(screen, body, check_callback(body.data).violations)
            unreadable = True
    if unreadable:
        return FAILED
    found = list(zip(bodies, _names(bodies), redact([body.data for body in bodies]), strict=True))
    files: dict[Path, bytes] = {}
    for _, name, redacted in found:
        files[folder / f"{name}.json"] = redacted.body
        files[folder / f"test_{name}.py"] = _test(name, redacted.report)
    for path, content in files.items():
        if path.exists() and path.read_bytes() != content:
            raise CommandError(Text("redact.exists"), str(path))
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        path.write_bytes(content)
    for body, name, redacted in found:
        source = place(body.source, body.line)
        target, count = folder / f"{name}.json", redacted.replaced
        screen.line(screen.say("redact.done", source=source, target=target, count=count))
        for value in redacted.kept:
            screen.line("  ", (screen.say("redact.kept", value=shortened(value)), "warn"))
    return VALID


def _names(bodies: Iterable[Received]) -> Iterator[str]:
    """Yield a name fit for a module for each body, after its file; no name twice."""
    taken: Counter[str] = Counter()
    for body in bodies:
        stem = Path(body.source.strip("<>")).name.partition(".")[0]
        name = "_".join(re.findall(r"\w+", stem)).lower() or "body"
        taken[name] += 1
        yield name if taken[name] == 1 else f"{name}_{taken[name]}"


def _test(name: str, report: Report) -> bytes:
    outcome = "None" if report.outcome is None else f"Outcome.{report.outcome.name}"
    variant = "None" if report.variant is None else f'"{report.variant}"'
    return _TEST.format(name=name, outcome=outcome, variant=variant).encode()
