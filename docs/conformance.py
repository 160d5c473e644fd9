"""Publish the conformance vectors and their schema beside the page about them."""

from __future__ import annotations

import json
from typing import Any

from mkdocs.structure.files import File

from kvs_schema.export.conformance import conformance, conformance_schema


def on_files(files: Any, *, config: Any) -> Any:
    """Add both files."""
    for name, value in {
        "conformance.json": conformance(),
        "conformance.schema.json": conformance_schema(),
    }.items():
        text = json.dumps(value, ensure_ascii=False, indent=1)
        files.append(File.generated(config, f"guides/{name}", content=f"{text}\n"))
    return files
