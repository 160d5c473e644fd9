"""Rules about the names of schemas and references to them: usable, unique, resolved, used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....spec.vocabulary import DEFS, NULLABLE, variants_in
from ...derived import VARIANTS
from ...yaml_sources import Problem
from ..source_index import SourceIndex, circles, is_resolved

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9.-]*")


def unusable_names(sources: SourceIndex) -> Iterator[Problem]:
    """Check the characters of names, which are in pointers, addresses and file names."""
    for node in sources.definitions:
        if not _NAME.fullmatch(node.name):
            message = f"{node.name!r}: a name has only letters, digits, dots and hyphens"
            yield node.problem("schema-name", message)
        elif node.name.startswith(NULLABLE) or node.name == "callback":  # of forms and of exports
            yield node.problem("schema-name", f"the name {node.name!r} is reserved")


def names_defined_twice(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a name means one schema, since a reference does not say in which file it is."""
    for node in sources.definitions:
        first = sources.named[node.name]
        if first is not node:
            where = first.place()
            yield node.problem("schema-twice", f"{node.name!r} is defined in {where} already")


def references(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a reference is `#/$defs/<name>` and leads to a schema."""
    for node in sources.nodes:
        if is_resolved(sources, node):
            continue
        reference = str(node.schema["$ref"])
        name = reference.removeprefix(DEFS)
        if name == reference or "/" in name:
            message = f"{reference!r}: a reference is written {DEFS}<name>"
            yield node.problem("reference-form", message, "$ref")
        else:
            yield node.problem("unknown-reference", sources.unknown(name), "$ref")


def circular_references(sources: SourceIndex) -> Iterator[Problem]:
    """Check that no reference is circular: documents and layouts are finite trees."""
    for node in circles(sources):
        message = f"the reference to {node.reference!r} leads back to itself"
        yield node.problem("circular-reference", message, "$ref")


def unused_schemas(sources: SourceIndex) -> Iterator[Problem]:
    """Check that each schema is a variant, a dialect, a request, a response, or used by one."""
    classifier = sources.file(VARIANTS).value
    roots = [*variants_in(classifier), *classifier["dialects"]]
    roots += (name for name in sources.named if name.endswith((".request", ".response")))
    reached = sources.reached(roots)
    for name, node in sources.named.items():
        if name not in reached:
            yield node.problem("unused-schema", f"nothing refers to {name!r}")
