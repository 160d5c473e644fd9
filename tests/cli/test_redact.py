"""`kvs-schema redact`: string values are replaced, and nothing else about a body changes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kvs_schema import Report, check_callback
from kvs_schema.cli import main
from kvs_schema.redaction import redact
from kvs_schema.strategies import callbacks, invalid_callbacks
from kvs_schema.strategies.sample import drawn

from .running import bodies

#: 2,000 in the long version, with a quarter of it near misses.
DRAWS = min(2_000, int(os.environ.get("KVS_SCHEMA_DRAWS", "40")))


def body(task_id: str = "a1", **more: Any) -> bytes:
    """A finished task with one output."""
    output = {"dstpath": "films/x.mp4", **more}
    details = {"errnum": 0, "items": [output]}
    whole = {"TaskID": task_id, "Status": 3, "Type": "avtrans", "Details": details}
    return json.dumps(whole, ensure_ascii=False).encode()


def output(of: bytes) -> Any:
    return json.loads(of)["Details"]["items"][0]


def strings(value: Any) -> Iterator[str]:
    """All string values, those of JSON inside strings too."""
    if isinstance(value, str):
        yield value
        try:
            if value.lstrip()[:1] in ("{", "["):
                yield from strings(json.loads(value, parse_constant=int))  # no NaN: raises
        except ValueError:
            return
    elif isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from strings(child)


def findings(report: Report) -> Any:
    found = (*report.violations, *report.deviations)
    places = [(f.pointer, f.keyword, f.rule, f.erratum, f.line, f.column) for f in found]
    notices = [(n.pointer, n.id, n.line, n.column) for n in report.notices]
    return report.outcome, report.variant, report.unlisted, notices, places


def is_redacted(before: bytes) -> bool:
    """Check a body after redaction; return whether anything was replaced."""
    (found,) = redact([before])
    for strict in (False, True):
        reports = [check_callback(one, strict=strict) for one in (before, found.body)]
        assert findings(reports[0]) == findings(reports[1])
    assert len(before.decode()) == len(found.body.decode())
    old, new = (list(strings(json.loads(one))) for one in (before, found.body))
    replaced = {one for one, other in zip(old, new, strict=True) if one != other}
    assert [value for value in replaced.intersection(new) if len(value) >= 6] == []
    return found.body != before


@pytest.mark.parametrize("name", bodies())
def test_findings_of_the_examples_stay(name: str) -> None:
    is_redacted(bodies()[name])


def test_findings_of_drawn_bodies_stay() -> None:
    found = [is_redacted(one) for one in drawn(callbacks(wire="bytes"), DRAWS, 1)]
    assert sum(found) > DRAWS // 2


def test_findings_of_near_misses_stay() -> None:
    near = drawn(invalid_callbacks(wire="bytes"), DRAWS // 4, 2)
    assert sum(is_redacted(one.body) for one in near) > DRAWS // 8


def test_lengths_classes_and_escapes_stay() -> None:
    before = body("Ab-12").replace(b"films/x.mp4", rb"\u6d77Films%2F\/\u0041\uD840\uDC0B\n")
    (found,) = redact([before])
    said = found.body.decode()
    new, path = json.loads(said)["TaskID"], output(found.body)["dstpath"]
    assert re.fullmatch("[A-Z][a-z]-[0-9]{2}", new)
    assert new[:2] != "Ab"
    assert new[3:] != "12"
    assert [path[6:11], path[-1], len(path)] == ["%2F/" + path[10], "\n", 13]
    assert path[0] > "\u4e00"
    assert path[-2] >= "\U00020000"
    assert rf"\u{ord(path[0]):04x}" in said
    assert rf"{path[1:6]}%2F\/\u00" in said
    assert r"\uD8" in said


def test_equal_runs_become_equal_runs_and_different_ones_different_runs() -> None:
    first, second = redact([body("films-77", bucket="films"), body("x-films", bucket="filmt")])
    word = output(first.body)["bucket"]
    assert json.loads(first.body)["TaskID"].startswith(f"{word}-")
    assert output(first.body)["dstpath"].startswith(f"{word}/")
    assert json.loads(second.body)["TaskID"].endswith(f"-{word}")
    assert output(second.body)["bucket"] not in (word, "films", "filmt")


def test_all_digits_are_replaced_though_there_are_no_others() -> None:
    path = "1-2-3-4-5-6-7-8-9-0"
    (found,) = redact([body(dstpath=path)])
    new = output(found.body)["dstpath"].split("-")
    assert sorted(new) == sorted(path.split("-"))
    assert all(one != other for one, other in zip(new, path.split("-"), strict=True))


def test_what_the_schemas_read_or_the_specification_lists_stays() -> None:
    stream = {"codec_type": "video", "codec_name": "h264", "time_base": "1/25", "label": "secrets"}
    metainfo = {"streams": [stream], "format": {"format_name": "secret", "size": 1}}
    before = body(metainfo=json.dumps(metainfo), bucket="avtrans", mine={"my-key": "secret"})
    (found,) = redact([before])
    new = json.loads(output(found.body)["metainfo"])
    assert json.loads(found.body)["Type"] == "avtrans"
    assert new["streams"][0] == stream | {"label": new["streams"][0]["label"]}
    assert new["streams"][0]["label"] != "secrets"
    assert new["format"]["format_name"] == output(found.body)["mine"]["my-key"] != "secret"
    # a value that stays at one place stays everywhere
    assert output(found.body)["bucket"] == "avtrans"


def test_a_value_that_a_finding_depends_on_is_kept() -> None:
    (found,) = redact([body("secret", metainfo="[nul", bucket="[nul")])
    assert found.kept == ("[nul",)
    assert output(found.body)["metainfo"] == output(found.body)["bucket"] == "[nul"
    assert json.loads(found.body)["TaskID"] != "secret"


def test_the_files_are_a_test_that_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "from production.jsonl", tmp_path / "fixtures"
    source.write_bytes(body("secret-1") + b"\n" + body("secret-2", metainfo="[nul") + b"\n")
    assert main(["redact", str(source), "-o", str(target)]) == 0
    assert main(["redact", str(source), "-o", str(target)]) == 0  # the same again
    names = ["from_production", "from_production_2"]
    assert sorted(path.name for path in target.iterdir()) == [
        *(f"{name}.json" for name in names),
        *(f"test_{name}.py" for name in names),
    ]
    told = capsys.readouterr().out.splitlines()[:3]
    assert told[0] == f"{source}:1 -> {target / names[0]}.json: 2 values replaced"
    assert told[2] == "  kept, since a finding depends on it: [nul"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert "2 passed" in done.stdout


def test_nothing_is_written_of_what_cannot_be_parsed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_bytes(body())
    for content in (b"", body()[:-1], body().decode().encode("utf-16"), b"[" * 300 + b"]" * 300):
        bad.write_bytes(content)
        assert main(["redact", str(good), str(bad), "-o", str(tmp_path / "out")]) == 2
        assert f"{bad}:1:" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_no_file_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "a.json"
    source.write_bytes(body("secret"))
    assert main(["redact", str(source), "-o", str(tmp_path)]) == 2
    assert "exists already with other content" in capsys.readouterr().err
    assert source.read_bytes() == body("secret")
    assert not (tmp_path / "test_a.py").exists()
