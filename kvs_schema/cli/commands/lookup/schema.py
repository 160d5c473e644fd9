"""`kvs-schema schema`: JSON Schemas for other tools."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from ....catalogue import store
from ....catalogue.names import CALLBACK
from ....export import json_schema
from ....spec.vocabulary import said
from ...terminal.exit_codes import VALID
from ...terminal.screen import Screen, Span

#: Names of the schemas of our own output: a line of `validate --format json`, an audit.
REPORT, AUDIT = "report", "audit"


def run(arguments: Namespace, screen: Screen) -> int:
    """Print one schema, or list the names."""
    if arguments.name is None:
        _list(screen)
    elif arguments.name in (REPORT, AUDIT):
        screen.json(own_schema(arguments.name), indent=2)
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


def own_schema(name: str) -> dict[str, Any]:
    """Return the schema of what a command writes as JSON."""
    path = Path(__file__).parents[2] / f"{name}.schema.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _list(screen: Screen) -> None:
    schemas = store.specification()["schemas"]
    titles = {
        CALLBACK: screen.say("export.callback"),
        **{name: said(node, "title", screen.lang) or "" for name, node in schemas.items()},
        REPORT: screen.say("lists.report"),
        AUDIT: screen.say("lists.audit"),
    }
    rows: list[list[Span]] = [[(name, "name"), title] for name, title in titles.items()]
    screen.table(screen.headers("schema", "title"), rows)
