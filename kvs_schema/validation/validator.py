"""Validates an opened document by a named schema: a verdict, or all findings in document order.

Findings come from one strict run of the engine, whose keyword locations separate deviations from
violations, and from walks for unlisted keys and for notices.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import islice
from typing import Any

from ..catalogue import store
from ..reading.faults import Fault
from ..results.findings import Findings
from ..spec.exceptions import SpecificationError
from ..spec.locations import location_of
from .collector import FindingCollector, RuleIndex
from .engines.pruning import Layouts
from .engines.rust import Engine, RustEngine
from .notices import NoticeFinder


class Validator:
    """Schemas, engine and layouts of one specification."""

    def __init__(self, program: Mapping[str, Any], engine: Engine) -> None:
        self.program = program
        self.engine = engine
        self.layouts = Layouts(program)
        self.rules = RuleIndex(program)

    def is_valid(self, name: str, strict: bool, opened: Any) -> bool:
        """Return the verdict alone."""
        return self.engine.is_valid(name, strict, opened)

    def findings(
        self, name: str, opened: Any, *, faults: Iterable[Fault], strict: bool, limit: int
    ) -> Findings:
        """Return every finding in document order, deviations apart unless `strict`."""
        collector = FindingCollector(self.rules, self.layouts, name, opened, list(faults))
        errors, stopped = self.engine.errors(name, opened, limit)
        for error in errors:
            collector.add(error)
        if not collector.has_violations() and not self.is_valid(name, False, opened):
            for error in self.engine.errors(name, opened)[0]:
                collector.add(error)
        unlisted = list(collector.unlisted(limit + 1))
        notices = list(islice(NoticeFinder(collector.broken).of(name, opened), limit + 1))
        violations, deviations = collector.ordered(strict)
        longest = max(len(found) for found in (violations, deviations, unlisted, notices))
        return Findings(
            tuple(violations[:limit]),
            tuple(deviations[:limit]),
            tuple(location_of(path) for path in unlisted[:limit]),
            stopped or longest > limit,
            tuple(notices[:limit]),
        )


@cache
def validator() -> Validator:
    """Return the validator; `KVS_SCHEMA_ENGINE=jsonschema` selects the reference engine.

    Raises `SpecificationError` for an engine that does not exist.
    """
    program = store.program()
    wanted = os.environ.get("KVS_SCHEMA_ENGINE", "jsonschema-rs")
    if wanted not in ("jsonschema-rs", "jsonschema"):
        raise SpecificationError(
            f"KVS_SCHEMA_ENGINE={wanted}: known are jsonschema-rs and jsonschema"
        )
    if wanted == "jsonschema-rs":
        try:
            return Validator(program, RustEngine(program))
        except ImportError:
            pass  # no build for this platform
    from .engines.reference import ReferenceEngine

    return Validator(program, ReferenceEngine(store.specification()))
