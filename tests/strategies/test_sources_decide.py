"""A change of the YAML is a change of what is drawn, with no Python changed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import kvs_schema
from kvs_schema.catalogue.store import sources_directory
from tests.edited import copied, replace

ROOT = Path(kvs_schema.__file__).parent.parent

#: Draws finished tasks and failed ones, and says what is seen in them.
SCRIPT = """
import json
from kvs_schema import check_callback, errata
from kvs_schema.strategies import callbacks, embedded
from tests.strategies.drawing import drawn

reports = [check_callback(body) for body in drawn(callbacks(["task.finished", "task.failed"]), 700)]
assert all(report.valid for report in reports), next(r for r in reports if not r.valid).summary()
bodies = [report.document for report in reports]
details = [body["Details"] for body in bodies]
tidy = drawn(callbacks("task.finished", deviations=False), 60)
strict = drawn(callbacks("task.finished", strict=True), 60)
assert all(check_callback(body, strict=True).valid for body in strict + tidy)
print(json.dumps({
    "types": sorted({body["Type"] for body in bodies}),
    "codes": sorted({one["errnum"] for one in details}),
    "regions": sorted({one["region"] for one in details if one.get("region")}),
    "without region": sum("region" not in one for one in details),
    "zones": sorted({str(one.get("zone")) for one in details if one.get("region") == "beijing"}),
    "zones elsewhere": sorted(
        {str(one.get("zone")) for one in details if one.get("region") not in ("beijing", None)}
    ),
    "deviations": sorted({d.erratum for report in reports for d in report.deviations}),
    "tidy regions": sorted({body["Details"].get("region", "beijing") for body in tidy + strict}),
    "notes": sorted({out["note"] for one in details if isinstance(one.get("items"), dict)
                     for out in [one["items"]] if out.get("note")}),
    "new type": [sorted(out) for body in drawn(callbacks("task.finished", types="avchecksum"), 100)
                 for out in [body["Details"].get("items")] if isinstance(out, dict)],
}))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is drawn from sources with a field, a condition, a code, a deviation and a type more."""
    sources = copied(tmp_path_factory.mktemp("sources"))
    replace(
        sources,
        "callbacks/task.yaml",
        "    errmsg:\n",
        "    region:\n"
        "      source: A test\n"
        "      description: Where the task ran.\n"
        "      description_zh: 任务运行的地域。\n"
        "      type: string\n"
        "      pattern: ^[a-z]{3,8}$\n"
        "      deviations: {region-beijing: {const: beijing}}\n"
        "    zone:\n"
        "      source: A test\n"
        "      description: Part of the region.\n"
        "      description_zh: 可用区。\n"
        "      $ref: '#/$defs/count'\n"
        "    errmsg:\n",
    )
    replace(
        sources,
        "callbacks/task.yaml",
        "  description_zh: 任务的结果、进度与输出。\n",
        "  description_zh: 任务的结果、进度与输出。\n"
        "  if: {required: [region], properties: {region: {const: beijing}}}\n"
        "  then:\n"
        "    source: A test\n"
        "    required: [zone]\n"
        "    properties: {zone: {type: integer, minimum: 5, maximum: 6}}\n",
    )
    replace(
        sources,
        "callbacks/outputs.yaml",
        "output:\n  title: Output of a single task\n",
        "checksum:\n"
        "  title: Checksum\n"
        "  title_zh: 校验和\n"
        "  source: A test\n"
        "  type: string\n"
        "  pattern: ^[0-9]+$\n"
        "output:\n  title: Output of a single task\n",
    )
    path = sources / "callbacks/outputs.yaml"
    text = path.read_text(encoding="utf-8")
    before, after = text.split("output:\n", 1)
    addition = (
        "  properties:\n"
        "    note:\n"
        "      source: A test\n"
        "      description: The checksum.\n"
        "      description_zh: 校验和。\n"
        "      $ref: '#/$defs/checksum'\n"
    )
    path.write_text(before + "output:\n" + after.replace("  properties:\n", addition, 1), "utf-8")
    replace(
        sources,
        "callbacks/variants.yaml",
        "types:\n",
        "types:\n"
        "  avchecksum:\n"
        "    title: Checksum\n"
        "    title_zh: 校验和\n"
        "    carries: [note]\n"
        "    source: A test\n",
    )
    replace(
        sources,
        "errors/callback.yaml",
        "  2001:\n",
        "  1999:\n"
        "    message: Brand New\n"
        "    title: New\n"
        "    title_zh: 新\n"
        "    category: internal\n"
        "  2001:\n",
    )
    replace(
        sources,
        "errata.yaml",
        "  # Error tables\n",
        "  region-beijing:\n"
        "    title: Region other than Beijing\n"
        "    title_zh: 北京以外的地域\n"
        "    section: across\n"
        "    effect: deviation\n"
        "    explanation: A test.\n"
        "    explanation_zh: 测试。\n"
        "    evidence:\n"
        "      example:\n"
        '        - {where: "test", says: "test"}\n'
        "    tolerant: Any.\n"
        "    tolerant_zh: 任意。\n"
        "    strict: Beijing.\n"
        "    strict_zh: 北京。\n"
        "  # Error tables\n",
    )
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "KVS_SCHEMA_SOURCES": str(sources)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_new_field_is_drawn_with_its_pattern(seen: dict[str, Any]) -> None:
    assert len(seen["regions"]) > 2
    assert seen["without region"] > 0


def test_a_new_condition_is_built_both_ways(seen: dict[str, Any]) -> None:
    assert seen["zones"] == ["5", "6"]
    assert len(seen["zones elsewhere"]) > 2


def test_a_new_deviation_is_drawn_and_can_be_switched_off(seen: dict[str, Any]) -> None:
    assert "region-beijing" in seen["deviations"]
    assert seen["tidy regions"] == ["beijing"]


def test_a_new_code_is_drawn(seen: dict[str, Any]) -> None:
    assert 1999 in seen["codes"]


def test_a_new_type_is_drawn_with_what_it_carries(seen: dict[str, Any]) -> None:
    assert "avchecksum" in seen["types"]
    outputs = seen["new type"]
    assert sum("note" in output for output in outputs) > len(outputs) / 2
    assert all(note.isdigit() for note in seen["notes"])


REGION = """\
    region:
      source: A test
      description: Where the task ran.
      description_zh: 任务运行的地域。
      type: string
      pattern: ^[a-z]+$
      deviations: {errmsg-missing: {const: beijing}}
"""


NEAR_MISSES = """
import json
from hypothesis import Phase, given, settings
from kvs_schema.strategies import invalid_callbacks
from kvs_schema.strategies import negative_rules
found = []
for strict in (False, True):
    for rule in negative_rules("task.finished", strict=strict):
        if rule.rule and "/region/" in rule.rule:
            @settings(max_examples=5, database=None, deadline=None, phases=[Phase.generate])
            @given(invalid_callbacks("task.finished", strict=strict, rules=rule))
            def draw(negative):
                found.append([strict, negative.violation.rule, negative.violation.pointer])
            draw()
print(json.dumps(found))
"""


def test_a_rule_more_in_the_sources_has_its_negatives(tmp_path: Path) -> None:
    sources = tmp_path / "schemas"
    shutil.copytree(sources_directory(), sources)
    file = sources / "callbacks/task.yaml"
    text = file.read_text(encoding="utf-8")
    before = "    errmsg:\n      row:"
    assert text.count(before) == 1
    file.write_text(text.replace(before, REGION + before), encoding="utf-8")
    printed = subprocess.run(
        [sys.executable, "-W", "error", "-c", NEAR_MISSES],
        env={**os.environ, "KVS_SCHEMA_SOURCES": str(sources)},
        cwd=Path(kvs_schema.__file__).parent.parent,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = json.loads(printed)
    region = "details#/properties/region"
    assert {(strict, rule) for strict, rule, _ in found} == {
        (False, f"{region}/type"),
        (False, f"{region}/pattern"),
        (True, f"{region}/type"),
        (True, f"{region}/pattern"),
        (True, f"{region}/deviations/errmsg-missing/const"),
    }
    assert {pointer for *_, pointer in found} == {"/Details/region"}
