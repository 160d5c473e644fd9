"""Rules about patterns: anchored, read alike by both engines, matched in linear time.

Python's engine takes every pattern that `regular` knows.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...yaml_sources import Problem
from .. import regular
from ..source_index import SourceIndex


def patterns(sources: SourceIndex) -> Iterator[Problem]:
    """Check that `regular` knows each pattern, and that the linear engine takes it."""
    for node in sources.nodes:
        pattern = node.schema.get("pattern")
        if pattern is None:
            continue
        try:
            regular.check(pattern)
        except regular.PatternError as error:
            yield node.problem(error.code, f"{pattern!r}: {error}", "pattern")
            continue
        reason = _refusal_of_rust(pattern)
        if reason is not None:
            message = f"{pattern!r}: jsonschema-rs does not take it ({reason})"
            yield node.problem("pattern-portable", message, "pattern")


def _refusal_of_rust(pattern: str) -> str | None:
    """Return why the linear engine refuses a pattern; None also where that engine has no build."""
    try:
        import jsonschema_rs
    except ImportError:
        return None
    try:
        options = jsonschema_rs.RegexOptions()
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=options)
    except ValueError as error:
        return str(error).partition("\n")[0]
    return None
