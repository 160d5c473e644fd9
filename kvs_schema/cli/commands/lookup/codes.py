"""`kvs-schema codes`: the error codes of the tables."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from ....catalogue.error_codes import error_codes
from ....catalogue.unknown_names import UnknownNameError
from ....spec.vocabulary import said
from ...terminal.exit_codes import VALID
from ...terminal.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """List the codes of one table or of all."""
    tables = error_codes.tables
    if arguments.table is not None and arguments.table not in tables:
        raise UnknownNameError("error table", arguments.table, tables)
    wanted = [t for name, t in tables.items() if arguments.table in (None, name)]
    entries = [entry for table in wanted for entry in table.values()]
    if arguments.format == "json":
        for entry in entries:
            screen.json(asdict(entry))
        return VALID
    screen.table(
        screen.headers("code", "table", "category", "code_title", "message"),
        [
            (
                (str(entry.code), "title"),
                entry.table or "",
                entry.category or "",
                said(asdict(entry), "title", screen.lang) or "",
                (entry.message or "", "dim"),
            )
            for entry in entries
        ],
    )
    return VALID
