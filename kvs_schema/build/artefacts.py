"""Writes the compiled specification as files."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from . import assemble
from .lint import checked


def write_compiled(sources: Path, folder: Path) -> None:
    """Lint and compile a directory of sources into a folder; raises `InvalidSources`."""
    read = checked(sources)
    specification = assemble.specification(read)
    program = assemble.program(specification)
    parts = {
        "quick": assemble.fast(specification, program),
        "program": program,
        "specification": specification,
        "cases": assemble.cases(read),
    }
    for name, part in parts.items():
        text = json.dumps(part, ensure_ascii=False, separators=(",", ":"))
        handle, temporary = tempfile.mkstemp(dir=folder, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(folder / f"{name}.json")
