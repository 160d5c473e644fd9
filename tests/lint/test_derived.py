"""Schemas that are derived from those of another casing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kvs_schema.build.derived import with_derived
from kvs_schema.build.yaml_sources import read

from .bad import Bad, due, edit, found, small

VARIANTS = "callbacks/variants.yaml"
JOB = "callbacks/job.yaml"
OLD = """
  old: {names: old, flow: false, title: Old job, title_zh: 旧任务}
  old-chain: {names: old, flow: true, title: Old jobs in a row, title_zh: 旧串行任务}

derived:
  old:
    of: standard
    dialect: {deviations: {chain-in-no-table: false}}
    texts:
      title: '{}, old'
      title_zh: '{}（旧）'
      description: '{} Old.'
      description_zh: '{}旧。'
      source: Old example

phases:
"""
#: Nothing shows the old variants, and rules are told there too.
EXPECTED = {"no-example"}


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """The small specification with a second casing, which is derived."""
    small(tmp_path)
    names = "  standard: {task_id: ID, status: State, type: Kind, details: Result}\n"
    old = "  old: {task_id: id, status: state, type: kind, details: result}\n"
    edit(tmp_path, Bad("", VARIANTS, names, names + old))
    edit(tmp_path, Bad("", VARIANTS, "\nphases:\n", OLD))
    return tmp_path


def problems(sources: Path) -> list[tuple[str, int, str]]:
    return [problem for problem in found(sources) if problem[2] not in EXPECTED]


def derived(sources: Path) -> dict[str, Any]:
    read_sources, _ = read(sources)
    schemas: dict[str, Any] = with_derived(read_sources).files[JOB].value
    return schemas


def test_a_schema_is_repeated_with_other_names(sources: Path) -> None:
    edit(
        sources,
        Bad(
            "",
            JOB,
            "  required: [ID, State, Kind, Result]\n",
            "  required: [ID, State, Kind, Result]\n"
            "  if: {required: [Kind], properties: {Kind: {const: probe}}}\n"
            "  then: {properties: {Result: {required: [State]}}, source: Job example}\n",
        ),
    )
    schema = derived(sources)["old"]
    assert (schema["title"], schema["title_zh"]) == ("Job, old", "任务（旧）")
    assert schema["required"] == ["id", "state", "kind", "result"]
    assert schema["if"] == {"required": ["kind"], "properties": {"kind": {"const": "probe"}}}
    # below the first level a name stays
    assert schema["then"]["properties"] == {"result": {"required": ["State"]}}
    assert schema["deviations"] == {"chain-in-no-table": False}
    assert "table" not in schema
    assert schema["properties"]["state"] == {
        "source": "Old example",
        "description": "How far it is.",
        "description_zh": "状态。",
        "type": "integer",
    }
    finished = derived(sources)["old.finished"]
    assert finished["$ref"] == "#/$defs/old"
    assert finished["properties"] == {"state": {"const": 3}}
    assert "deviations" not in finished


def test_what_is_repeated_stays_as_it_was(sources: Path) -> None:
    assert problems(sources) == []
    written = read(sources)[0].files[JOB].value
    assert {name: derived(sources)[name] for name in written} == written


def test_a_schema_that_is_written_out_is_not_derived(sources: Path) -> None:
    own = "old.failed: {title: Mine, title_zh: 自己, source: Job example, $ref: '#/$defs/old'}\n"
    edit(sources, Bad("", JOB, "", own))
    assert derived(sources)["old.failed"]["title"] == "Mine"


STATE = """\
    State:
      row: {type: int, required: true}
      description: How far it is.
"""
KIND = """\
      description: Kind of job.
      description_zh: 类型。
      $ref: '#/$defs/name'
"""


@pytest.mark.parametrize(
    "bad",
    [
        Bad("text", JOB, STATE, f"    State:  #! undescribed\n{STATE.split(chr(10))[1]}\n"),
        Bad("reference", JOB, KIND, KIND.replace("name'", "nam'  #! unknown-reference")),
        Bad(
            "status",
            JOB,
            "    State: {const: 4}\n\nchain:",
            "    State: {const: 5}  #! phase-status\n\nchain:",
        ),
        Bad("erratum", VARIANTS, "in-no-table:", "in-no-tabl:  #! unknown-erratum\n     "),
        Bad("casing", VARIANTS, "    of: standard", "    of: standart  #! unknown-casing"),
    ],
    ids=lambda bad: bad.what,
)
def test_a_problem_is_told_once_at_the_line_that_was_written(bad: Bad, sources: Path) -> None:
    edit(sources, bad)
    wanted = due(sources, [bad.file])
    assert wanted
    assert [each for each in problems(sources) if each[2] != "variant-without-schema"] == wanted
