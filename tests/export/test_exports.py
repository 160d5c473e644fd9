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

from kvs_schema import UnknownNameError, check_document, schema, schema_names, variants
from kvs_schema.export import python_types, vectors, write

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
    field = schema("flow", strict=True)["$defs"]["flow"]["properties"]["Type"]
    assert field["$comment"] == "flow#/properties/Type"
    comment = "flow#/properties/Type/deviations/flow-type flow-type"
    assert field["allOf"] == [{"$comment": comment, "not": {}}]
    assert "deviations" not in str(schema("flow"))


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


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"form": "x"}, UnknownNameError, "unknown form of schemas 'x'"),
        ({"ref_template": None}, TypeError, "ref_template: a string, not NoneType"),
        ({"ref_template": "{nope}"}, ValueError, "its only field is {model}"),
        ({"ref_template": "{model"}, ValueError, "'{model' is not a template"),
        ({"ref_template": "{}"}, ValueError, "'{}' is not a template"),
    ],
)
def test_wrong_options_are_named(options: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=re.escape(said)):
        schema("task", **options)


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
        if path.name.startswith("conformance."):  # in English, as the protocol is
            continue
        en, zh = ((tmp_path / lang / path).read_text(encoding="utf-8") for lang in ("en", "zh"))
        if path.name != "openapi.json":  # which quotes error messages and examples
            assert not _CHINESE.search(en), path
        if "description" in en or "title" in en:
            assert _CHINESE.search(zh), path


def test_vectors_have_the_verdicts_they_state() -> None:
    found = vectors()
    assert len({vector["id"] for vector in found}) == len(found) > 100
    for vector in found:
        for level in ("tolerant", "strict"):
            report = check_document(vector["schema"], vector["body"], strict=level == "strict")
            assert report.valid == vector[level], (vector["id"], level)


def test_python_types_are_types(exported: Path) -> None:
    """They narrow by dialect and status, and go wherever the library takes a mapping."""
    folder = exported / "types"
    namespace: dict[str, Any] = {}
    exec(compile(python_types(), "kvs_types.py", "exec", dont_inherit=True), namespace)
    required = set(schema("task")["$defs"]["task"]["required"])
    assert namespace["Task"].__required_keys__ == required
    assert "Type" in namespace["Flow"].__optional_keys__
    use = folder / "use.py"
    use.write_text(
        """from typing import assert_never

import kvs_schema
from kvs_opened_types import Callback as Opened
from kvs_types import Callback, CreateWaveTaskRequestBody


def task_id(callback: Callback) -> str:
    if "TaskID" in callback:
        if callback["Status"] == 3 or callback["Status"] == 4:
            return callback["TaskID"]
        if callback["Status"] == 2 or callback["Status"] == 0:
            return callback["TaskID"]
        assert_never(callback)
    return callback["taskid"]


def receive(callback: Callback) -> Opened:
    kvs_schema.check_callback(callback)
    kvs_schema.decode_callback(callback)
    document = kvs_schema.validate_callback(callback).document
    if "TaskID" in document and document["Status"] == 4:
        document["TaskID"].upper()
        document["Details"]
    return document


def send(body: CreateWaveTaskRequestBody, opened: Opened) -> None:
    pairs = [("Action", "CreateWaveTask"), ("Version", "2017-01-01")]
    kvs_schema.validate_request("CreateWaveTask", body=body, query=pairs)
    kvs_schema.encode_callback(opened)


body: CreateWaveTaskRequestBody = {
    "Preset": "wave",
    "SrcInfo": {"path": "/b/k"},
    "DstBucket": "b",
    "DstObjectKey": "k",
    "points": 11,
}
""",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental"]
    done = subprocess.run(
        [*command, "use.py"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    use.write_text(use.read_text(encoding="utf-8").replace("== 3 ", "== 9 "), encoding="utf-8")
    done = subprocess.run(
        [*command, "use.py"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "comparison-overlap" in done.stdout


def test_everything_is_written(tmp_path: Path) -> None:
    written = write(tmp_path)
    assert len(written) == 6 * len(schema_names()) + 10
    for path in written:
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))
