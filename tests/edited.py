"""Copies of the sources, for tests that change them."""

from __future__ import annotations

import shutil
from pathlib import Path

from kvs_schema.catalogue import store


def copied(folder: Path) -> Path:
    """Copy `schemas/` into a folder."""
    return shutil.copytree(store.sources_directory(), folder / "schemas")


def replace(sources: Path, file: str, old: str, new: str) -> None:
    """Replace a text that occurs in a file exactly once."""
    path = sources / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (file, old)
    path.write_text(text.replace(old, new), encoding="utf-8")
