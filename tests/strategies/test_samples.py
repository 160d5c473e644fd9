"""`samples.yaml`: every value stands where it can be taken, and `sample` writes lines of JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis.errors import HypothesisException

import kvs_schema
from kvs_schema import UnknownNameError, check_callback
from kvs_schema.catalogue.store import specification
from kvs_schema.strategies import sample
from kvs_schema.strategies.generate.nodes import Level, ValueNode, ad_hoc
from kvs_schema.strategies.generate.samples import Oddities
from kvs_schema.strategies.generate.value_factory import value_factory

ROOT = Path(kvs_schema.__file__).parents[1]
SAMPLES = specification()["samples"]
PLACES = [(place, record) for record in SAMPLES["values"] for place in record["of"]]


def nodes(place: str) -> list[ValueNode]:
    """The cells of a schema, or of a property in any cell of its schema."""
    name, _, member = place.partition("#")
    flattener = value_factory(Level.FREE).flattener
    cells = flattener.cells(list(flattener.graph.root(name).asked), Level.FREE)
    if not member:
        return cells
    asked = [cell.properties[member] for cell in cells if member in cell.properties]
    return [found.node for one in asked for found in flattener.alternatives(one)]


def untaken(node: ValueNode, value: Any, path: str = "") -> Iterator[str]:
    """Parts of a sample that a node has no place for."""
    flattener = value_factory(Level.FREE).flattener
    if isinstance(value, dict):
        if value and "object" not in node.kinds:
            yield f"{path}: no object"
        unlisted = value_factory(Level.FREE).samples.unlisted(node.names)
        for name, member in value.items() if node.properties else ():
            if name in unlisted:
                continue
            below = flattener.node(node.properties.get(name, [ad_hoc(False)]), strict=False)
            if below.content is not None and member != "":
                below = flattener.node(flattener.graph.root(below.content).asked, strict=False)
            yield from untaken(below, member, f"{path}/{name}")
    elif isinstance(value, list):
        for element in value:
            yield from untaken(flattener.node(node.items, strict=False), element, f"{path}/*")
    elif not any(node.accepts(spelled) for spelled in (value, str(value))):
        yield f"{path}: {value!r}"


@pytest.mark.parametrize(("place", "record"), PLACES, ids=[place for place, _ in PLACES])
def test_every_sample_can_be_taken(place: str, record: dict[str, Any]) -> None:
    found = nodes(place)
    assert found, place
    for value in record["values"]:
        kits = [[], {}] if value in ({}, []) else [value]
        faults = [[*untaken(node, kit)] for node in found for kit in kits]
        assert min(faults, key=len) == []


@pytest.mark.parametrize("record", SAMPLES["oddities"], ids=lambda record: record["of"][0])
def test_every_oddity_can_be_taken(record: dict[str, Any]) -> None:
    (oddities,) = {id(found): found for found in map(oddities_at, record["of"])}.values()
    for place in record["of"]:
        for value in oddities.values:
            assert min(([*untaken(node, value)] for node in nodes(place)), key=len) == []


def oddities_at(place: str) -> Oddities:
    found = value_factory(Level.FREE).samples.oddities([place])
    assert found is not None
    return found


def test_unlisted_names_are_in_no_table() -> None:
    for record in SAMPLES["unlisted"]:
        for place in record["of"]:
            for node in nodes(place):
                listed = {
                    name
                    for name, asked in node.properties.items()
                    if not all(one.erratum for one in asked)
                }
                assert not listed & record["names"].keys()


def test_lines_of_a_sample_are_callbacks() -> None:
    lines = list(sample("task.finished", count=30, seed=1, type_="avsnapshot"))
    assert len(lines) == 30
    for line in lines:
        report = check_callback(json.loads(line))
        assert report.valid
        assert report.variant == "task.finished"
        assert report.document["Type"] == "avsnapshot"
        assert "\n" not in line


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    first = list(sample(count=120, seed=3))
    assert first == list(sample(count=120, seed=3))
    assert first[:100] == list(sample(count=100, seed=3))
    assert first != list(sample(count=120, seed=4))
    assert list(sample(count=0, seed=3)) == []


def test_invalid_samples_do_not_hold() -> None:
    for line in sample("task.failed", count=10, seed=1, invalid=True):
        assert not check_callback(json.loads(line)).valid


def test_a_sample_that_cannot_be_is_told_at_once() -> None:
    with pytest.raises(UnknownNameError):
        sample("task.gone", count=1, seed=0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="-1"):
        sample(count=-1, seed=0)
    assert not issubclass(UnknownNameError, HypothesisException)


def test_lines_do_not_depend_on_what_is_imported() -> None:
    """Hypothesis draws constants of modules that are not installed: here those of the checkout."""
    lines = []
    for imported in ("json", "kvs_schema.docs, kvs_schema.export, kvs_schema.cli.main"):
        script = (
            f"import {imported}\n"
            "from kvs_schema.strategies import sample\n"
            "print(*sample(count=60, seed=1, wild=True), sep='\\n')"
        )
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
        lines.append(done.stdout)
    assert lines[0] == lines[1]
    assert lines[0].count(b"\n") == 60
