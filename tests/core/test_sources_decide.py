"""A change of the YAML is a change of the verdicts, with no Python changed."""

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
from tests.edited import copied, replace

ROOT = Path(kvs_schema.__file__).parent.parent

SCRIPT = """
import json, sys
import kvs_schema
from kvs_schema import catalogue
print(json.dumps(eval(sys.argv[1])))
"""


def ask(sources: Path, expression: str) -> Any:
    """The value of an expression in a process that reads other sources."""
    environment = {**os.environ, "KVS_SCHEMA_SOURCES": str(sources)}
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, expression],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources with a field, a condition, a code, a deviation and a type more."""
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
        "      pattern: ^[a-z]+$\n"
        "      deviations: {region-beijing: {const: beijing}}\n"
        "    errmsg:\n",
    )
    replace(
        sources,
        "callbacks/task.yaml",
        "  if: {required: [Type], properties: {Type: {const: avtrans}}}\n"
        "  then:\n"
        "    source: Comment in the finished-task example.\n"
        "    deviations:\n"
        "      itmes-in-avtrans: {properties: {itmes: false}}\n"
        "  additionalProperties: {deviations: {unlisted: false}}\n"
        "  properties:\n"
        "    TaskID:",
        "  if: {required: [Type], properties: {Type: {const: avtrans}}}\n"
        "  then:\n"
        "    source: Comment in the finished-task example.\n"
        "    deviations:\n"
        "      itmes-in-avtrans: {properties: {itmes: false}}\n"
        "  allOf:\n"
        "    - source: A test\n"
        "      if: {required: [Type], properties: {Type: {const: avregion}}}\n"
        "      then:\n"
        "        properties:\n"
        "          Details:\n"
        "            required: [region]\n"
        "            properties: {region: {not: {type: 'null'}}}\n"
        "  additionalProperties: {deviations: {unlisted: false}}\n"
        "  properties:\n"
        "    TaskID:",
    )
    replace(
        sources,
        "callbacks/variants.yaml",
        "types:\n",
        "types:\n"
        "  avregion:\n"
        "    title: Region\n"
        "    title_zh: 地域\n"
        "    carries: []\n"
        "    source: A test\n",
    )
    with (sources / "notices.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "\n  region-down:\n"
            "    title: a test\n"
            "    title_zh: 测试\n"
            "    message: {en: 'the region is {actual}', zh: '地域为{actual}'}\n"
            "    checks:\n"
            "      - in: [task]\n"
            "        when: {type: avregion, status: 4}\n"
            "        some: {details.errnum: 9001}\n"
        )
    with (sources / "errors/callback.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "  9001:\n"
            "    message: Region down\n"
            "    title: Region is down\n"
            "    title_zh: 地域故障\n"
            "    category: internal\n"
        )
    with (sources / "errata.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "  region-beijing:\n"
            "    title: Region other than beijing\n"
            "    title_zh: 地域不是 beijing\n"
            "    section: across\n"
            "    effect: deviation\n"
            "    explanation: A test.\n"
            "    explanation_zh: 测试。\n"
            "    evidence: {reality: A test., reality_zh: 测试。}\n"
            "    tolerant: Any.\n"
            "    tolerant_zh: 任意。\n"
            "    strict: beijing.\n"
            "    strict_zh: beijing。\n"
        )
    return sources


def body(**details: Any) -> dict[str, Any]:
    return {
        "TaskID": "t",
        "Status": 4,
        "Type": "avregion",
        "Details": {"errnum": 9001, "errmsg": "", "bucket": "", "items": [], **details},
    }


def findings(sources: Path, callback: Any) -> list[list[Any]]:
    found: list[list[Any]] = ask(
        sources,
        f"[[[v.pointer, v.keyword, v.erratum] for v in found] for r in "
        f"[kvs_schema.check_callback({callback!r})] for found in (r.violations, r.deviations)]",
    )
    return found


def test_notice(changed: Path) -> None:
    expression = f"[n.text() for n in kvs_schema.check_callback({body()!r}).notices]"
    assert ask(changed, expression) == ["/Details/errnum: the region is the integer 9001"]


def test_field_and_deviation(changed: Path) -> None:
    assert findings(changed, body(region="hebei")) == [
        [],
        [
            ["/Details/items", "type", "items-array"],
            ["/Details/region", "const", "region-beijing"],
        ],
    ]
    assert ["/Details/region", "pattern", None] in findings(changed, body(region="3"))[0]


def test_condition_on_the_new_type(changed: Path) -> None:
    assert findings(changed, body())[0] == [["/Details", "required", None]]
    assert findings(changed, {**body(), "Type": "avinfo"})[0] == []


def test_code(changed: Path) -> None:
    assert ask(changed, "kvs_schema.error_codes.lookup(9001).title") == "Region is down"
    assert kvs_schema.error_codes.lookup(9001).known is False


def test_export(changed: Path) -> None:
    exported = ask(
        changed, "kvs_schema.schema('details')['$defs']['details']['properties']['region']"
    )
    assert exported["pattern"] == "^[a-z]+$"
    assert exported["description"] == "Where the task ran."
    shape = "kvs_schema.schema('task.failed', form='shape')['$defs']['DetailsFailed']"
    assert ask(changed, f"{shape}['properties']['region']['type']") == ["string", "null"]


def test_a_problem_in_the_sources_names_file_and_line(changed: Path, tmp_path: Path) -> None:
    broken = tmp_path / "schemas"
    shutil.copytree(changed, broken)
    replace(broken, "errors/categories.yaml", "  success:\n", "  success:\n  success:\n")
    environment = {**os.environ, "KVS_SCHEMA_SOURCES": str(broken)}
    result = subprocess.run(
        [sys.executable, "-c", "import kvs_schema; kvs_schema.check_callback(b'')"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "errors/categories.yaml:" in result.stderr.splitlines()[-1]
