"""`kvs-schema audit`: exit codes, outputs, resuming, merging and comparing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from kvs_schema.audit import Audit
from kvs_schema.audit.counting import COLUMNS, BodyCounter
from kvs_schema.cli import main

from .archives import counted, lines, mixed, plain

Capture = pytest.CaptureFixture[str]
GOOD, MIXED = plain(40), list(mixed(40))
INVALID = counted(MIXED).invalid


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two archives, which is the current one."""
    lines(tmp_path / "good" / "a.jsonl", GOOD)
    lines(tmp_path / "mixed" / "b.jsonl", MIXED)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    code = main(["audit", "--jobs", "1", *arguments])
    found = capsys.readouterr()
    return code, found.out, found.err


def test_within_and_beyond_a_threshold(capsys: Capture) -> None:
    assert run(capsys, "good", "mixed")[0] == 0
    code, out, _ = run(
        capsys, "good", "mixed", "--fail-on", "invalid>99%", "--fail-on", "invalid>1"
    )
    assert code == 1
    assert f"80 bodies, {INVALID} of them invalid" in out
    assert "within the threshold: invalid>99%" in out
    assert "threshold crossed: invalid>1\n" in out
    assert run(capsys, "good", "--fail-on", "invalid>0")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["good", "--fail-on", "x"], "no threshold: 'x'"),
        (["good", "--fail-on", "new"], "needs two audits"),
        (["good", "--engine", "ray"], "unknown engine 'ray'"),
        (["absent.jsonl"], "absent.jsonl: No such file"),
        (["compare", "good"], "compare takes two audits"),
        (["merge"], "merge takes one audit or more"),
        (["merge", "good/a.jsonl"], "good/a.jsonl: not an audit"),
    ],
)
def test_what_cannot_be_done(capsys: Capture, arguments: list[str], said: str) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert said in err


def test_a_run_goes_on_from_what_is_finished(
    capsys: Capture, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    count = BodyCounter.count

    def counting(self: Any, body: bytes, day: str | None = None, source: str = "") -> None:
        seen.append(source)
        count(self, body, day, source)

    monkeypatch.setattr(BodyCounter, "count", counting)
    broken = folder / "mixed" / "c.jsonl.gz"
    broken.write_bytes(b"no gzip")
    arguments = (
        "good",
        "mixed",
        "-o",
        "a.audit.json",
        "--findings",
        "f.parquet",
        "--split",
        "4000",
    )
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert "mixed/c.jsonl.gz: the compressed file is damaged" in err
    assert "nothing was written" in err
    assert not Path("a.audit.json").exists()
    assert not Path("f.parquet").exists()
    assert set(seen) == {"good/a.jsonl", "mixed/b.jsonl"}
    seen.clear()
    with (folder / "good" / "a.jsonl").open("ab") as file:
        file.write(GOOD[0] + b"\n")
    broken.unlink()
    code, _, err = run(capsys, *arguments)
    assert (code, err) == (0, "")
    assert seen.count("good/a.jsonl") == len(GOOD) + 1
    assert seen.count("mixed/b.jsonl") < len(MIXED) / 3  # those that shared a task with the failure
    assert Audit.load("a.audit.json") == counted([*GOOD, GOOD[0], *MIXED])
    assert not Path("a.audit.json.parts").exists()


def test_without_a_body_there_is_nothing_to_go_on_from(capsys: Capture, folder: Path) -> None:
    (folder / "blank.jsonl").write_bytes(b"\n" * 4_000)
    code, out, err = run(capsys, "blank.jsonl", "--split", "1k", "-o", "b.json")
    assert (code, out) == (2, "")
    assert [line.partition(": ")[2] for line in err.splitlines()] == ["blank.jsonl: no bodies here"]
    assert not list(folder.glob("b.json*"))


def test_findings_are_a_table(capsys: Capture) -> None:
    run(capsys, "good", "mixed", "--findings", "f.parquet", "-o", "a.audit.json")
    rows = parquet.read_table("f.parquet").to_pylist()
    found = Audit.load("a.audit.json")
    for kind in ("violation", "deviation", "notice", "unlisted"):
        assert sum(row["kind"] == kind for row in rows) == sum(found.of(kind).values())
    assert set(rows[0]) == set(COLUMNS)
    assert {row["source"] for row in rows} == {"good/a.jsonl", "mixed/b.jsonl"}
    assert {row["outcome"] for row in rows} <= {"valid", "partial", "unclear", "foreign"}
    one = next(row for row in rows if row["kind"] == "deviation")
    assert "#" in one["rule"]
    assert len(one["digest"]) == 64


def test_no_values(capsys: Capture, folder: Path) -> None:
    run(capsys, "good", "mixed", "--no-values", "--findings", "f.parquet", "-o", "a.json")
    rows = parquet.read_table("f.parquet").to_pylist()
    assert {(row["value"], row["task_id"]) for row in rows} == {(None, None)}
    found = json.loads(Path("a.json").read_bytes())
    examples = [each for of in found["examples"] for each in of["bodies"]]
    assert {(each["value"], each["task_id"]) for each in examples} == {(None, None)}


def test_merge_and_compare(capsys: Capture, folder: Path) -> None:
    changed = [body.replace(b'"Details"', b'"Trace":1,"Details"') for body in GOOD]
    lines(folder / "new" / "a.jsonl", changed)
    for name in ("good", "mixed", "new"):
        assert run(capsys, name, "-o", f"{name}.json", "-q") == (0, "", "")
    code, out, _ = run(capsys, "merge", "good.json", "mixed.json", "-o", "both.json")
    assert (code, "80 bodies" in out) == (0, True)
    assert Audit.load("both.json") == counted([*GOOD, *MIXED])
    code, out, _ = run(capsys, "compare", "good.json", "new.json", "--fail-on", "new")
    assert code == 1
    assert re.search(r"new +unlisted key +/Trace +0\.000%", out)
    assert "threshold crossed: new" in out
    code, out, _ = run(capsys, "compare", "good.json", "good.json", "--fail-on", "changed")
    assert (code, out.splitlines()[0]) == (0, "no changes")
    code, out, _ = run(capsys, "compare", "good.json", "new.json", "--format", "json")
    [change] = json.loads(out)["changes"]
    assert (code, change["what"], change["key"]) == (0, "new", ["/Trace"])
    given = json.loads(Path("good.json").read_bytes())
    other = Audit.from_dict(given)
    object.__setattr__(other, "specifications", frozenset(("x",)))
    Audit(other.counts, other.examples, other.more, other.specifications).save("other.json")
    code, _, err = run(capsys, "compare", "good.json", "other.json")
    assert "different specifications" in err


def test_json_is_the_audit(capsys: Capture) -> None:
    code, out, _ = run(capsys, "good", "--format", "json")
    assert (code, Audit.from_dict(json.loads(out))) == (0, counted(GOOD))


def test_a_large_compressed_file_is_said_to_be_slow(capsys: Capture, folder: Path) -> None:
    import gzip

    (folder / "a.jsonl.gz").write_bytes(gzip.compress(b"\n".join(GOOD)))
    code, _, err = run(capsys, "a.jsonl.gz", "--split", "100")
    assert (code, "a.jsonl.gz: one compressed file is one split" in err) == (0, True)
    assert run(capsys, "a.jsonl.gz")[2] == ""


def test_nothing_new_is_loaded() -> None:
    script = (
        "import sys, kvs_schema, kvs_schema.cli.parser\n"
        "from kvs_schema import check_callback\n"
        "check_callback(b'{}').violations\n"
        "print([m for m in sys.modules if m.startswith('kvs_schema.audit')])\n"
        "import kvs_schema.audit\n"
        "heavy = {'joblib', 'fsspec', 'pyarrow', 'distributed', 's3fs', 'vl_convert'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["[]", "[]"]
