"""Writes the compiled specification as files.

Goes in: a directory of sources. Comes out: one JSON file for each part of the specification; other
processes that write the same do no harm.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from ..spec.graph import Graph
from ..spec.value_classes import check_classes, tables_of
from . import assemble
from .lint import checked
from .yaml_sources import InvalidSources
from .yaml_sources import read as read_sources


def write_compiled(sources: Path, folder: Path, site: str | None = None) -> None:
    """Lint and compile a directory of sources into a folder; raises `InvalidSources`.

    `site` is the address of the published documentation to which findings link, if there is one.
    """
    read = checked(sources)
    specification = assemble.specification(read)
    check_classes(Graph(specification["schemas"], everything=True), tables_of(specification))
    program = assemble.program(specification)
    parts = {
        "fast": assemble.fast(specification, program),
        "program": program,
        "specification": {**specification, "site": site},
        "cases": {file.name: file.value for file in read.below("cases")},
        "parsers": assemble.parsers(read),
        "texts": assemble.texts(read.below("texts")),
    }
    for name, part in parts.items():
        _write(folder, name, part)


def write_texts(sources: Path, folder: Path) -> None:
    """Compile the texts of a directory of sources alone, whatever is wrong with the other files."""
    read, problems = read_sources(sources / "texts")
    if problems:
        raise InvalidSources(problems)
    _write(folder, "texts", assemble.texts(read.files.values()))


def _write(folder: Path, name: str, part: Any) -> None:
    text = json.dumps(part, ensure_ascii=False, separators=(",", ":"))
    handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).chmod(0o644)
    Path(temporary).replace(folder / f"{name}.json")
