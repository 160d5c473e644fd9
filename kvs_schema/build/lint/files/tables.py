"""Rules about the field tables: each is used, each row given once, each required row required."""

from __future__ import annotations

from collections.abc import Iterator

from ...yaml_sources import Problem
from ..source_index import SourceIndex
from ..words import unknown

TABLES = "tables.yaml"
ERRATA = "errata.yaml"


def table_names(sources: SourceIndex) -> Iterator[Problem]:
    """Check that tables named by schemas exist, and that a row is in an object with its table."""
    tables = sources.file(TABLES).value["tables"]
    for node in sources.nodes:
        table = node.schema.get("table")
        if table is not None and table not in tables:
            yield node.problem("unknown-table", unknown("table", table, tables), "table")
        if "row" in node.schema and (
            node.keyword != "properties" or "table" not in (node.parent or node).schema
        ):
            message = "a row belongs to a property of an object that names its table"
            yield node.problem("row-without-table", message, "row")


def unused_tables(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a table of the KVS documentation is described by a schema."""
    used = {node.schema.get("table") for node in sources.nodes}
    file = sources.file(TABLES)
    for table in file.value["tables"]:
        if table not in used:
            message = f"no schema describes the table {table!r}"
            yield file.problem(f"/tables/{table}", "unused-table", message)


def rows(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a row of a table is given once, in a schema or among the recorded rows."""
    file = sources.file(TABLES)
    first: dict[tuple[str, str], str] = {}
    for table, entry in file.value["tables"].items():
        for name in entry.get("recorded", ()):
            line = file.line(f"/tables/{table}/recorded/{name}")
            first[table, name] = f"{file.path}:{line}"
    for node in sources.nodes:
        table = node.parent.schema.get("table") if node.parent is not None else None
        if "row" not in node.schema or table is None:
            continue
        before = first.get((table, node.name))
        if before is not None:
            message = f"the row {node.name!r} of the table {table!r} is already in {before}"
            yield node.problem("row-twice", message, "row")
        else:
            first[table, node.name] = node.place("row")


def recorded_rows(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a row that is recorded and not asserted names the erratum that says why."""
    file = sources.file(TABLES)
    errata = sources.file(ERRATA).value["errata"]
    for table, entry in file.value["tables"].items():
        for name, row in entry.get("recorded", {}).items():
            if row["erratum"] not in errata:
                where = f"/tables/{table}/recorded/{name}/erratum"
                message = unknown("erratum", row["erratum"], errata)
                yield file.problem(where, "unknown-erratum", message)


def required_rows(sources: SourceIndex) -> Iterator[Problem]:
    """Check that some schema requires what a table requires, perhaps as a deviation."""
    required = {
        row
        for node in sources.nodes
        if "required" in node.schema and node.stands_in("if", "not") is None
        for name, member in sources.about(node).members.items()
        if name in node.schema["required"]
        for row in sources.schemas(member.asked)
    }
    for node in sources.nodes:
        row = node.schema.get("row")
        if row is not None and row["required"] and node not in required:
            message = f"the table requires {node.name!r}, and no schema does at any level"
            yield node.problem("row-not-required", message, "row")
