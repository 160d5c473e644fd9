"""Rules about examples and cases: the schemas, errata and examples that they name exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....spec.vocabulary import variants_in
from ...derived import VARIANTS
from ...yaml_sources import Problem
from ..source_index import SourceIndex
from ..words import unknown
from .errata import unclaimed
from .tables import ERRATA


def examples(sources: SourceIndex) -> Iterator[Problem]:
    """Check that an example names its schema and its deviations, the latter in order."""
    errata = sources.file(ERRATA).value["errata"]
    for file in sources.files("examples"):
        name = file.value["schema"]
        if sources.lacks(name):
            yield file.problem("/schema", "unknown-reference", sources.unknown(name))
        deviations = file.value["deviations"]
        if deviations != sorted(deviations):
            message = "the deviations are not in alphabetical order"
            yield file.problem("/deviations", "deviation-order", message)
        for index, erratum in enumerate(deviations):
            yield from unclaimed(file, f"/deviations/{index}", erratum, errata)


def variants_without_example(sources: SourceIndex) -> Iterator[Problem]:
    """Check that each variant has an example."""
    file = sources.file(VARIANTS)
    shown = {example.value["schema"] for example in sources.files("examples")}
    for name in variants_in(file.value):
        if name not in shown:
            dialect = name.partition(".")[0]
            message = f"no example is of the variant {name!r}"
            yield file.problem(f"/dialects/{dialect}", "no-example", message)


def cases(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a case names an example that exists, or its schema, and real deviations."""
    errata = sources.file(ERRATA).value["errata"]
    examples = {file.name for file in sources.all.below("examples")}
    for file in sources.files("cases"):
        for index, case in enumerate(file.value):
            example, schema = case.get("of"), case.get("schema", "callback")
            if example is not None and example not in examples:
                message = unknown("example", example, examples)
                yield file.problem(f"/{index}/of", "unknown-example", message)
            if schema != "callback" and sources.lacks(schema):
                yield file.problem(f"/{index}/schema", "unknown-reference", sources.unknown(schema))
            for pointer, erratum in _errata_of(case):
                yield from unclaimed(file, f"/{index}/{pointer}", erratum, errata)


def _errata_of(case: dict[str, Any]) -> Iterator[tuple[str, str]]:
    findings = [("finding", case.get("finding", {}))]
    findings += ((f"findings/{i}", finding) for i, finding in enumerate(case.get("findings", ())))
    for pointer, finding in findings:
        if "erratum" in finding:
            yield f"{pointer}/erratum", finding["erratum"]
    for index, erratum in enumerate(case.get("deviations", ())):
        yield f"deviations/{index}", erratum
