"""Checks the sources before they are compiled: every problem at once, with file and line."""

from __future__ import annotations

from pathlib import Path

from ..derived import with_derived
from ..yaml_sources import InvalidSources, Problem, Sources, read
from . import rules, structure
from .source_index import SourceIndex

__all__ = ["checked", "lint"]


def checked(directory: Path) -> Sources:
    """Return the sources of a directory; raises `InvalidSources` with all problems in them."""
    sources, problems = _read(directory)
    if problems:
        raise InvalidSources(problems)
    return sources


def lint(directory: Path) -> list[Problem]:
    """Return all problems of the sources in a directory, by file and line.

    Raises `SpecificationError` where there are no sources at all.
    """
    return _read(directory)[1]


def _read(directory: Path) -> tuple[Sources, list[Problem]]:
    sources, found = read(directory)
    unread = {problem.file for problem in found if problem.code in ("not-yaml", "unreadable")}
    structural, broken = structure.check(sources, unread)
    sources = with_derived(sources, broken)
    found += structural
    found += rules.problems(SourceIndex(sources, broken))
    written = {(p.file, p.line, p.code) for p in found if not p.derived}
    once = {p for p in found if not p.derived or (p.file, p.line, p.code) not in written}
    return sources, sorted(once)
