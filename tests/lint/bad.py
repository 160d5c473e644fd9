"""Bad sources: a small specification with one thing broken.

The line of each expected problem ends with `#! code`, so that a bad source itself states what is
wrong and where; no other problem may be found.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kvs_schema.build.lint import lint
from kvs_schema.catalogue import store

SOURCES = Path(__file__).parent / "sources"
_DUE = re.compile(r"#! ([a-z -]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Bad:
    """An edit of a file: `old`, which occurs once, becomes `new`; "" appends at the end."""

    what: str
    file: str
    old: str
    new: str


def parametrized(*bad: Bad) -> pytest.MarkDecorator:
    """Run a test for each bad source."""
    return pytest.mark.parametrize("bad", bad, ids=[one.what for one in bad])


def small(folder: Path) -> Path:
    """Copy the small specification, with the meta schemas of the real one."""
    shutil.copytree(SOURCES, folder, dirs_exist_ok=True)
    shutil.copytree(store.sources_directory() / "meta", folder / "meta")
    return folder


def edit(folder: Path, bad: Bad) -> None:
    path = folder / bad.file
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if bad.old:
        assert text.count(bad.old) == 1, f"{bad.old!r} stands {text.count(bad.old)} times"
        text = text.replace(bad.old, bad.new)
    else:
        text = f"{text}\n{bad.new}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def due(folder: Path, files: Iterable[str]) -> list[tuple[str, int, str]]:
    """Return file, line and code of each problem that files state."""
    found = []
    for file in files:
        text = (folder / file).read_text(encoding="utf-8")
        for match in _DUE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found += [(file, line, code) for code in match[1].split()]
    return sorted(found)


def found(folder: Path) -> list[tuple[str, int, str]]:
    """Return file, line and code of each problem that the linter finds."""
    return [(problem.file, problem.line, problem.code) for problem in lint(folder)]


def check(folder: Path, *bad: Bad) -> None:
    """Check that the small specification with these edits has the stated problems and no others."""
    small(folder)
    for one in bad:
        edit(folder, one)
    wanted = due(folder, sorted({one.file for one in bad}))
    assert wanted, "a bad source says what is wrong with it"
    assert found(folder) == wanted
