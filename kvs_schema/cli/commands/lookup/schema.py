"""`kvs-schema schema`: JSON Schemas for other tools."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from ....catalogue import store
from ....export import json_schema
from ....spec.vocabulary import said
from ...batch.checks import CALLBACK
from ...terminal.exit_codes import VALID
from ...terminal.screen import Screen, Span

#: Name of the schema of our own reports.
REPORT = "report"


def run(arguments: Namespace, screen: Screen) -> int:
    """Print one schema, or list the names."""
    if arguments.name is None:
        _list(screen)
    elif arguments.name == REPORT:
        screen.json(report_schema(), indent=2)
    else:
        found = json_schema.schema_in(
            screen.lang,
            arguments.name,
            strict=arguments.strict,
            opened=arguments.opened,
            form="shape" if arguments.shape else "rules",
        )
        screen.json(found, indent=2)
    return VALID


def report_schema() -> dict[str, Any]:
    """The schema of one line of `validate --format json`."""
    path = Path(__file__).parents[2] / "report.schema.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _list(screen: Screen) -> None:
    schemas = store.specification()["schemas"]
    titles = {
        CALLBACK: screen.say("export.callback"),
        **{name: said(node, "title", screen.lang) or "" for name, node in schemas.items()},
        REPORT: screen.say("lists.report"),
    }
    rows: list[list[Span]] = [[(name, "name"), title] for name, title in titles.items()]
    screen.table(screen.headers("schema", "title"), rows)
