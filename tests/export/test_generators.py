"""What generators of code make of the shape is usable: it compiles, and writes bodies back."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pydantic
import pytest

from kvs_schema import check_callback, encode_callback

from .conftest import Tool

DOCS = Path(__file__).parents[2] / "docs"
#: Narrows by dialect and status until nothing is left; a status that does not exist is an error.
NARROWING = """
export function taskId(callback: Callback): string {
  if ("TaskID" in callback) {
    switch (callback.Status) {
      case 0: case 2: case 3: return callback.TaskID;
      case 4: return `${callback.TaskID}: ${"Order" in callback.Details}`;
      default: { const never: never = callback; return never; }
    }
  }
  switch (callback.status) {
    case 0: case 2: case 3: case 4: return callback.taskid;
    default: { const never: never = callback; return never; }
  }
}
export const finished = (callback: Callback) =>
  "TaskID" in callback && "Type" in callback && callback.Status === 3 ? callback.Details : null;
"""
#: The parts of Jackson, as Debian installs them.
JACKSON = ("annotations", "core", "databind")
STRICT = ("--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2022")


def test_typescript_narrows_by_dialect_and_status(run: Tool, exported: Path) -> None:
    """By the types that openapi-typescript generates, and by those that we export."""
    run("openapi-typescript", "openapi.json", "-o", "api.ts", folder=exported)
    sources = {
        "generated": 'import type { components } from "./api";\n'
        'type Callback = components["schemas"]["Callback"];\n',
        "sent": 'import type { Callback } from "./types/kvs";\n',
        "opened": 'import type { Callback } from "./types/kvs_opened";\n',
    }
    error = (
        "// @ts-expect-error\n"
        "export const ended = (c: Callback) => 'Status' in c && c.Status === 9;\n"
    )
    for name, head in sources.items():
        (exported / f"{name}.ts").write_text(head + NARROWING + error, encoding="utf-8")
    guide = (DOCS / "en/guides/other-languages.md").read_text(encoding="utf-8")
    [snippet] = re.findall("```ts\n(.*?)```", guide, re.DOTALL)
    (exported / "guide.ts").write_text(snippet, encoding="utf-8")
    run("tsc", *STRICT, "guide.ts", *(f"{name}.ts" for name in sources), folder=exported)
    text = (exported / "api.ts").read_text(encoding="utf-8")
    empty = [line for line in text.splitlines() if "Record<string, never>" in line]
    assert empty == ["export type $defs = Record<string, never>;"]


def valid_bodies(lines: str, *, opened: bool) -> list[Any]:
    found = [json.loads(line) for line in lines.splitlines()]
    for value in found:
        report = check_callback(encode_callback(value) if opened else value)
        assert report.valid, report.violations
    return found


def test_quicktype_writes_typescript(
    run: Tool, node: str, exported: Path, documents: list[Any], tmp_path: Path
) -> None:
    schema = str(exported / "schemas/shape/opened/callback.json")
    arguments = ("-s", "schema", schema, "-o", "callback.ts", "--lang", "typescript", "-t")
    run("quicktype", *arguments, "Callback", folder=tmp_path)
    run(
        "tsc",
        "--strict",
        "--target",
        "es2022",
        "--module",
        "commonjs",
        "callback.ts",
        folder=tmp_path,
    )
    script = (
        'const { Convert } = require("./callback.js");'
        'for (const line of require("fs").readFileSync(0, "utf8").trim().split("\\n"))'
        " console.log(JSON.stringify(JSON.parse("
        "Convert.callbackToJson(Convert.toCallback(line)))));"
    )
    lines = "\n".join(map(json.dumps, documents))
    done = subprocess.run(
        [node, "-e", script], cwd=tmp_path, input=lines, capture_output=True, text=True, check=True
    )
    assert valid_bodies(done.stdout, opened=True) == documents


def test_quicktype_writes_go(
    run: Tool, go: str, exported: Path, documents: list[Any], tmp_path: Path
) -> None:
    schema = str(exported / "schemas/shape/opened/callback.json")
    options = ("--lang", "go", "--omit-empty", "--package", "main", "-t", "Callback")
    run("quicktype", "-s", "schema", schema, "-o", "callback.go", *options, folder=tmp_path)
    (tmp_path / "main.go").write_text(
        """package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		callback, err := UnmarshalCallback(lines.Bytes())
		if err != nil {
			panic(err)
		}
		written, err := callback.Marshal()
		if err != nil {
			panic(err)
		}
		fmt.Println(string(written))
	}
}
""",
        encoding="utf-8",
    )
    environment = os.environ | {"GOFLAGS": "-mod=mod", "GO111MODULE": "off", "CGO_ENABLED": "0"}
    done = subprocess.run(
        [go, "run", "main.go", "callback.go"],
        cwd=tmp_path,
        env=environment,
        input="\n".join(map(json.dumps, documents)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(valid_bodies(done.stdout, opened=True)) == len(documents)


def test_quicktype_writes_java(
    run: Tool, java: Path, exported: Path, documents: list[Any], tmp_path: Path
) -> None:
    """Read and written by Jackson, by a mapper that leaves out nulls, as the page says."""
    schema = str(exported / "schemas/shape/opened/callback.json")
    options = ("--lang", "java", "--package", "kvs", "-t", "Callback")
    run("quicktype", "-s", "schema", schema, "-o", "Callback.java", *options, folder=tmp_path)
    (tmp_path / "Main.java").write_text(
        """package kvs;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;

public class Main {
    public static void main(String[] arguments) throws Exception {
        ObjectMapper mapper = new ObjectMapper()
            .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
            .setSerializationInclusion(JsonInclude.Include.NON_NULL);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        for (String line; (line = lines.readLine()) != null; ) {
            out.println(mapper.writeValueAsString(mapper.readValue(line, Callback.class)));
        }
    }
}
""",
        encoding="utf-8",
    )
    jars = ":".join(f"/usr/share/java/jackson-{part}.jar" for part in JACKSON)
    # The generated Converter, which the mapper replaces, does not say what its methods throw.
    sources = sorted(p.name for p in tmp_path.glob("*.java") if p.stem != "Converter")
    compile_ = [str(java / "javac"), "-encoding", "UTF-8", "-cp", jars, "-d", "classes", *sources]
    done = subprocess.run(compile_, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    done = subprocess.run(
        [str(java / "java"), "-cp", f"classes:{jars}", "kvs.Main"],
        cwd=tmp_path,
        input="\n".join(map(json.dumps, documents)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(valid_bodies(done.stdout, opened=True)) == len(documents)


@pytest.mark.parametrize("opened", [False, True], ids=["sent", "opened"])
def test_datamodel_code_generator_writes_pydantic(
    exported: Path, bodies: list[Any], documents: list[Any], opened: bool, tmp_path: Path
) -> None:
    schema = exported / f"schemas/shape/{'opened' if opened else 'sent'}/callback.json"
    module = tmp_path / "models.py"
    options = ["--output-model-type", "pydantic_v2.BaseModel", "--input-file-type", "jsonschema"]
    options += ["--target-python-version", "3.11", "--extra-fields", "allow"]
    command = [sys.executable, "-m", "datamodel_code_generator", "--input", str(schema), *options]
    subprocess.run([*command, "--output", str(module)], check=True, cwd=tmp_path)
    spec = importlib.util.spec_from_file_location("models", module)
    assert spec is not None
    assert spec.loader is not None
    models = importlib.util.module_from_spec(spec)
    sys.modules["models"] = models
    spec.loader.exec_module(models)
    adapter = pydantic.TypeAdapter(models.Callback)
    for value in documents if opened else bodies:
        model = adapter.validate_json(json.dumps(value))
        assert adapter.dump_python(model, mode="json", by_alias=True, exclude_unset=True) == value
