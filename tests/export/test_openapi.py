"""OpenAPI under the tools that people use: linters accept it, and a mock server serves it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate as validate_openapi

from kvs_schema import check_response
from kvs_schema.catalogue import store
from kvs_schema.catalogue.texts import Lang
from kvs_schema.export import openapi

from .conftest import Tool


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_it_is_valid(lang: Lang) -> None:
    document = openapi(lang)
    validate_openapi(document)
    assert document["webhooks"]["callback"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_redocly_finds_nothing(run: Tool, lang: Lang, tmp_path: Path) -> None:
    """By its recommended rules."""
    (tmp_path / "openapi.json").write_text(json.dumps(openapi(lang)), encoding="utf-8")
    found = json.loads(run("redocly", "lint", "openapi.json", "--format", "json", folder=tmp_path))
    assert found["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}


def test_the_operation_is_signed_in_the_header_or_in_the_query() -> None:
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


def test_the_callback_is_posted_where_the_request_says() -> None:
    document = openapi()
    [posted] = document["paths"]["/"]["post"]["callbacks"]["callback"].items()
    assert posted[0] == "{$request.body#/CbUrl}"
    hook = document["webhooks"]["callback"]["post"]
    assert posted[1]["post"] == {key: hook[key] for key in hook if key != "operationId"}
    assert hook["security"] == []
    assert "| 2032 |" in hook["description"]


def test_each_example_is_there_once_and_a_success_is_first() -> None:
    document = openapi()
    examples = document["components"]["examples"]
    assert len(examples) == len(store.specification()["examples"])
    operation = document["paths"]["/"]["post"]
    [media] = operation["responses"]["200"]["content"].values()
    first = next(iter(media["examples"].values()))["$ref"].rpartition("/")[2]
    assert examples[first]["value"]["ErrNum"] == 0
    assert document["servers"] == [{"url": "https://kvs.cn-beijing-6.api.ksyun.com"}]


def test_the_document_of_a_service_has_the_callback() -> None:
    """By the recipe of the guide for FastAPI."""
    guide = Path(__file__).parents[2] / "docs/en/guides/receive.md"
    [recipe] = re.findall(
        '```python title="documented.py"\n(.*?)```', guide.read_text(encoding="utf-8"), re.DOTALL
    )
    names: dict[str, Any] = {}
    exec(compile(recipe, "documented.py", "exec", dont_inherit=True), names)
    document = names["app"].openapi()
    validate_openapi(document)
    assert len(document["components"]["schemas"]["Callback"]["anyOf"]) == 12


@pytest.fixture
def prism(node: str, node_modules: Path, exported: Path) -> Iterator[str]:
    """The address of a mock server, which also checks the requests."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    program = str(node_modules / "@stoplight/prism-cli/dist/index.js")
    command = [node, program, "mock", "--errors", "-p", str(port), str(exported / "openapi.json")]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=os.environ
    )
    assert process.stdout is not None
    try:
        printed = ""
        while "listening" not in printed:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


def test_prism_serves_create_wave_task(prism: str) -> None:
    examples = store.specification()["examples"]
    body = examples["create-wave-task-request-authorization"]["body"]

    def answer(**changes: Any) -> tuple[int, bytes]:
        request = urllib.request.Request(
            f"{prism}/?Action=CreateWaveTask&Version=2017-01-01",
            data=json.dumps(body["body"] | changes).encode(),
            headers={"Content-Type": "application/json", "Authorization": "AWS4-HMAC-SHA256 x"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    status, text = answer()
    assert status == 200
    report = check_response("CreateWaveTask", text, strict=True)
    assert report.valid
    assert report.document["ErrNum"] == 0
    assert answer(points="many")[0] in (400, 422)
