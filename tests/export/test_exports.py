"""What others get: schemas that stand alone, OpenAPI, vectors, types."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate as validate_openapi

from kvs_schema import UnknownNameError, check_document, schema, schema_names, variants
from kvs_schema.catalogue.texts import Lang
from kvs_schema.export import openapi, python_types, typescript_types, vectors, write

OURS = {"deviations", "nullAbsent", "errorTable", "row", "table", "source", "form", "attribute"}


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize("strict", [False, True])
def test_schemas_stand_alone(strict: bool, opened: bool) -> None:
    for name in schema_names():
        exported = schema(name, strict=strict, opened=opened)
        jsonschema.Draft202012Validator.check_schema(exported)
        jsonschema.Draft202012Validator(exported).is_valid({})  # every reference resolves
        assert not (keys(exported) & OURS) - {"form", "source", "row"}
        assert all(re.fullmatch("#/[$]defs/[^/]+", reference) for reference in references(exported))


def test_what_only_the_strict_level_asks_names_its_erratum() -> None:
    assert {"$comment": "flow-type", "not": {}} in schema("flow", strict=True)["$defs"]["flow"][
        "properties"
    ]["Type"]["allOf"]
    assert "$comment" not in keys(schema("flow"))


@pytest.mark.parametrize("strict", [False, True])
def test_of_embedded_documents_only_what_stands_for_nothing_stays_closed(strict: bool) -> None:
    for name in schema_names():
        if not name.endswith(".string"):
            continue
        validator = jsonschema.Draft202012Validator(schema(name, strict=strict, opened=True))
        assert validator.is_valid("")
        assert not any(map(validator.is_valid, ("x", "[", "{}x", 5)))
        assert [validator.is_valid(text) for text in ("null", "{}")] == [not strict] * 2


def test_schemas_as_sent_hold_the_decode_step() -> None:
    embedded = schema("task.finished")["$defs"]["nullable.metainfo.string"]
    assert embedded["contentMediaType"] == "application/json"
    assert embedded["contentSchema"] == {"$ref": "#/$defs/metainfo"}
    assert "contentSchema" not in keys(schema("task.finished", opened=True))


def test_a_schema_is_the_callers_own() -> None:
    schema("metainfo")["$defs"].clear()
    assert schema("metainfo")["$defs"]


def test_unknown_names_name_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="'thumnailsinfo'"):
        schema("thumbnailsinfo")


def test_one_name_space() -> None:
    names = schema_names()
    assert len(set(names)) == len(names)
    assert {variant.name for variant in variants()} <= set(names)
    assert {
        "callback",
        "metainfo",
        "CreateWaveTask.request.body",
        "CreateWaveTask.response",
    } <= set(names)


_CHINESE = re.compile("[\u4e00-\u9fff]")


def test_exports_are_in_the_language(tmp_path: Path) -> None:
    """But for names, what is quoted, and what is in both languages anyway."""
    paths = {path.relative_to(tmp_path / "en") for path in write(tmp_path / "en")}
    assert {path.relative_to(tmp_path / "zh") for path in write(tmp_path / "zh", "zh")} == paths
    for path in paths:
        if path.name in ("vectors.json", "error-codes.json", "errata.json"):
            continue
        en, zh = ((tmp_path / lang / path).read_text(encoding="utf-8") for lang in ("en", "zh"))
        assert not _CHINESE.search(en)
        if "description" in en or "title" in en:
            assert _CHINESE.search(zh), path


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_openapi_is_valid(lang: Lang) -> None:
    document = openapi(lang)
    validate_openapi(document)
    assert document["webhooks"]["callback"]


def test_openapi_operation_is_signed_in_the_header_or_in_the_query() -> None:
    document = openapi()
    [(path, item)] = document["paths"].items()
    assert path == "/"
    operation = item["post"]
    assert [each["name"] for each in operation["parameters"]] == ["Action", "Version"]
    header, query = operation["security"]
    assert list(header) == ["authorization"]
    assert [name.removeprefix("X-Amz-") for name in query] == [
        *("Algorithm", "Date", "Credential", "SignedHeaders", "Signature")
    ]
    schemes = document["components"]["securitySchemes"]
    assert schemes["authorization"]["in"] == "header"
    assert {schemes[name]["in"] for name in query} == {"query"}
    assert schemes.keys() == {*header, *query}


def test_vectors_have_the_verdicts_they_state() -> None:
    found = vectors()
    assert len({vector["id"] for vector in found}) == len(found) > 100
    for vector in found:
        for level in ("tolerant", "strict"):
            report = check_document(vector["schema"], vector["body"], strict=level == "strict")
            assert report.valid == vector[level], (vector["id"], level)


def test_python_types_are_types(tmp_path: Path) -> None:
    path = tmp_path / "kvs_types.py"
    path.write_text(python_types(), encoding="utf-8")
    namespace: dict[str, Any] = {}
    exec(compile(python_types(), str(path), "exec"), namespace)
    task = namespace["Task"]
    assert task.__required_keys__ == set(schema("task")["$defs"]["task"]["required"])
    assert "Type" in namespace["Flow"].__optional_keys__
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", str(path)]
    subprocess.run(command, check=True, cwd=tmp_path)


def test_typescript_types_compile(tmp_path: Path, node: str, node_modules: Path) -> None:
    declarations = tmp_path / "kvs.d.ts"
    declarations.write_text(typescript_types(), encoding="utf-8")
    use = tmp_path / "use.ts"
    use.write_text(
        'import type { Callback, Task } from "./kvs";\n'
        'const task: Task = { TaskID: "t", Status: 3, Type: "avinfo", Details: {} };\n'
        "export const callback: Callback = task;\n",
        encoding="utf-8",
    )
    compiler = node_modules / "typescript/bin/tsc"
    command = [node, str(compiler), "--noEmit", "--strict", str(use)]
    subprocess.run(command, check=True, cwd=tmp_path)


def test_everything_is_written(tmp_path: Path) -> None:
    written = write(tmp_path)
    assert len(written) == 4 * len(schema_names()) + 6
    for path in written:
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
