"""`validate --format json`: one object a body, one a line, as the published schema says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from kvs_schema import check_callback
from kvs_schema.cli import main

from .running import BAD, GOOD, bodies, lines, run


@pytest.fixture(scope="module")
def published() -> Any:
    """The schema as the command prints it, ready to validate with."""
    schema = json.loads(run("schema", "report").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def _bodies_of_all_kinds() -> list[bytes]:
    good = list(bodies().values())
    return [
        *good,
        *(body[: len(body) // 2] for body in good),
        *(body.replace(b"Status", b"Sta\\u0074us") for body in good),
        *(body.replace(b'\\"index\\"', b'\\"indices\\"') for body in good),
        *(body.replace(b'nb_streams\\":2', b'nb_streams\\":3') for body in good),
        *(body.replace(b":", b": [", 3).replace(b",", b"],", 3) for body in good),
        *(body.replace(b'{"', b'{"x\\u202e": NaN, "', 1) for body in good),
        *(body.replace(b'{"', b'{"x\\u202e": null, "x\\u202e": 1, "', 1) for body in good),
        BAD,
        b"[]",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"[" * 500 + b"]" * 500,
        b'"\\ud800"',
        b"0" * 400,
    ]


@pytest.mark.parametrize("arguments", [[], ["--strict"], ["--no-values"], ["--lang", "zh"]])
def test_every_line_holds_to_the_published_schema(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    published: Any,
    arguments: list[str],
) -> None:
    sent = _bodies_of_all_kinds()
    path = tmp_path / "all.jsonl"
    path.write_bytes(lines(*sent))
    assert main(["validate", "--format", "json", str(path), *arguments]) == 1
    captured = capsys.readouterr()
    rows = [json.loads(line) for line in captured.out.splitlines()]
    assert captured.err == ""
    assert [row["line"] for row in rows] == list(range(1, len(sent) + 1))
    for row in rows:
        published.validate(row)
    assert [row["valid"] for row in rows] == [
        check_callback(body, strict="--strict" in arguments).valid for body in sent
    ]


def test_the_published_schema_refuses_what_is_no_report(published: Any) -> None:
    row = json.loads(run("validate", "--format", "json", stdin=BAD).stdout)
    published.validate(row)
    for change in (
        {"valid": True},
        {"line": 0},
        {"extra": 1},
        {"violations": [{**row["violations"][0], "keyword": None}]},
    ):
        assert not published.is_valid({**row, **change})
    for name in row.keys() - {"digest"}:  # only bodies that are text have one
        assert not published.is_valid({key: row[key] for key in row if key != name})


def test_a_row_says_where_the_body_is_and_all_that_the_report_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b.json").write_bytes(BAD)
    assert main(["validate", "--format", "json", str(tmp_path / "b.json")]) == 1
    row = json.loads(capsys.readouterr().out)
    assert row == {
        "source": str(tmp_path / "b.json"),
        "line": None,
        "schema": "callback",
        "strict": False,
        **json.loads(json.dumps(check_callback(BAD).as_dict())),
    }


def test_errors_go_to_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.jsonl").write_bytes(lines(GOOD))
    missing = str(tmp_path / "missing")
    assert main(["validate", "--format", "json", missing, str(tmp_path / "a.jsonl")]) == 2
    captured = capsys.readouterr()
    assert json.loads(captured.out)["valid"] is True
    assert captured.err.startswith(f"kvs-schema: {missing}: ")
