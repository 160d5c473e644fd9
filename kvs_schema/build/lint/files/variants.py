"""Rules about discriminators: a body has at most one variant, and every variant has its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ....spec.graph import GraphNode
from ...derived import VARIANTS
from ...yaml_sources import Problem, SourceFile
from ..schemas.values import values_of
from ..source_index import SourceIndex
from ..words import did_you_mean, listed, unknown

#: The attribute of the views under which a task holds its outputs.
_OUTPUTS = "outputs"


def overlapping_discriminators(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a status has one phase, a key one casing, a casing and form one dialect."""
    file = sources.file(VARIANTS)
    phases = (
        (status, f"/phases/{phase}/status/{index}", phase)
        for phase, spec in file.value["phases"].items()
        for index, status in enumerate(spec["status"])
    )
    yield from _twice(file, phases, "the status {!r} is that of the phase {} already")
    names = (
        (name, f"/names/{casing}/{role}", casing)
        for casing, roles in file.value["names"].items()
        for role, name in roles.items()
    )
    yield from _twice(file, names, "the name {!r} belongs to the casing {} already")
    dialects = (
        ((spec["names"], spec["flow"]), f"/dialects/{dialect}", dialect)
        for dialect, spec in file.value["dialects"].items()
    )
    yield from _twice(file, dialects, "names and flow {!r} are those of the dialect {} already")


def _twice(
    file: SourceFile, entries: Iterator[tuple[object, str, str]], message: str
) -> Iterator[Problem]:
    seen: dict[object, str] = {}
    for value, pointer, owner in entries:
        if value in seen:
            text = message.format(value, seen[value])
            yield file.problem(pointer, "variants-overlap", text)
        seen.setdefault(value, owner)


def incomplete_dialects(sources: SourceIndex) -> Iterator[Problem]:
    """Check that each casing has a dialect for single tasks and one for flows, and exists."""
    file = sources.file(VARIANTS)
    casings, dialects = file.value["names"], file.value["dialects"]
    for dialect, spec in dialects.items():
        if spec["names"] not in casings:
            message = unknown("casing", spec["names"], casings)
            yield file.problem(f"/dialects/{dialect}/names", "unknown-casing", message)
    for casing, spec in file.value.get("derived", {}).items():
        for name, pointer in ((casing, ""), (spec["of"], "/of")):
            if name not in casings:
                message = unknown("casing", name, casings)
                yield file.problem(f"/derived/{casing}{pointer}", "unknown-casing", message)
    covered = {(spec["names"], spec["flow"]) for spec in dialects.values()}
    for casing in casings:
        for flow in (False, True):
            if (casing, flow) not in covered:
                message = f"no dialect has the names {casing!r} and flow: {str(flow).lower()}"
                yield file.problem(f"/names/{casing}", "variant-missing", message)


def variants_without_schema(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a dialect and each of its variants has a schema of that name."""
    file = sources.file(VARIANTS)
    for dialect in file.value["dialects"]:
        names = [dialect, *(f"{dialect}.{phase}" for phase in file.value["phases"])]
        for name in names:
            if sources.lacks(name):
                message = sources.unknown(name)
                yield file.problem(f"/dialects/{dialect}", "variant-without-schema", message)


def first_level_names(sources: SourceIndex) -> Iterator[Problem]:
    """Check that the schema of a dialect has the keys by which it is identified."""
    file = sources.file(VARIANTS)
    for dialect, roles in _dialects(file.value):
        properties = _members(sources, dialect)
        for role, name in roles.items():
            if properties and name not in properties:
                message = f"{dialect!r} has no property {name!r}{did_you_mean(name, properties)}"
                casing = file.value["dialects"][dialect]["names"]
                yield file.problem(f"/names/{casing}/{role}", "unknown-property", message)


def statuses_of_phases(sources: SourceIndex) -> Iterator[Problem]:
    """Check that the schema of a variant takes the statuses of its phase, and no other."""
    file = sources.file(VARIANTS)
    for dialect, roles in _dialects(file.value):
        for phase, spec in file.value["phases"].items():
            status = _members(sources, f"{dialect}.{phase}").get(roles["status"])
            held = sources.always(status) if status is not None else ()
            taken = values_of(held)
            wanted = frozenset(map(json.dumps, spec["status"]))
            if held and taken != wanted:
                found = "any status" if taken is None else f"the statuses {listed(sorted(taken))}"
                message = f"takes {found}, but the phase {phase!r} has {listed(spec['status'])}"
                yield held[0].problem("phase-status", message)


def carried_names(sources: SourceIndex) -> Iterator[Problem]:
    """Check that an output has as a property what a task type carries."""
    file = sources.file(VARIANTS)
    known = {
        name
        for node in sources.nodes
        if node.keyword == "properties" and node.schema.get("attribute") == _OUTPUTS
        for outputs in (sources.about(node), sources.about(node).element)
        if outputs is not None
        for name in outputs.members
    }
    for kind, spec in file.value["types"].items():
        for index, name in enumerate(spec["carries"]):
            if name not in known:
                message = f"no output has the property {name!r}{did_you_mean(name, known)}"
                yield file.problem(f"/types/{kind}/carries/{index}", "unknown-property", message)


def _dialects(classifier: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each dialect with its names by role, where its casing is known."""
    for dialect, spec in classifier["dialects"].items():
        if spec["names"] in classifier["names"]:
            yield dialect, classifier["names"][spec["names"]]


def _members(sources: SourceIndex, name: str) -> Mapping[str, GraphNode]:
    """Return the members of the object that a schema describes, if there is one of that name."""
    return sources.about(sources.named[name]).members if name in sources.named else {}
