"""`examples`, `decode`, `encode`, `demo`, and the commands that write files."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from kvs_schema import check_callback, decode_callback, validate_callback
from kvs_schema.catalogue.store import sources_directory, specification
from kvs_schema.cli import main

from .running import BAD, GOOD, bodies, lines, run

Capture = pytest.CaptureFixture[str]


def _said(capsys: Capture, *arguments: str, code: int = 0) -> str:
    assert main(list(arguments)) == code
    captured = capsys.readouterr()
    return captured.out if code == 0 else captured.err


class TestExamples:
    def test_all_callbacks_as_received_one_a_line(self, capsys: Capture) -> None:
        said = _said(capsys, "examples")
        assert [json.loads(line) for line in said.splitlines()] == [
            json.loads(body) for body in bodies().values()
        ]

    def test_one_by_name_as_received_or_opened(self, capsys: Capture) -> None:
        example = specification()["examples"]["avinfo"]
        received = json.loads(_said(capsys, "examples", "avinfo"))
        assert check_callback(received).valid
        assert json.loads(_said(capsys, "examples", "avinfo", "--opened")) == example["body"]
        assert decode_callback(received) == example["body"]

    def test_those_of_a_schema(self, capsys: Capture) -> None:
        said = _said(capsys, "examples", "CreateWaveTask.response")
        examples = specification()["examples"].values()
        shown = [e["body"] for e in examples if e["schema"] == "CreateWaveTask.response"]
        assert [json.loads(line) for line in said.splitlines()] == shown

    def test_list(self, capsys: Capture) -> None:
        names = [line.split()[0] for line in _said(capsys, "examples", "--list").splitlines()[1:]]
        assert names == [*specification()["examples"], "wrong-type", "truncated", "duplicate-key"]

    def test_broken_ones_by_name(self, capsys: Capture) -> None:
        report = check_callback(_said(capsys, "examples", "wrong-type"))
        (found,) = report.violations
        assert "#" in found.pointer  # in an embedded document
        for name in ("truncated", "duplicate-key"):
            assert not check_callback(_said(capsys, "examples", name)).valid
        assert len(_said(capsys, "examples", "avinfo", "truncated").splitlines()) == 2
        listed = _said(capsys, "examples", "--list", "truncated").splitlines()[1:]
        assert [line.split()[0] for line in listed] == ["truncated"]

    def test_an_unknown_name(self, capsys: Capture) -> None:
        assert "did you mean 'avinfo'" in _said(capsys, "examples", "avinfos", code=2)
        assert "did you mean 'wrong-type'" in _said(capsys, "examples", "wrong-typ", code=2)


class TestDecodeAndEncode:
    def test_there_and_back(self, tmp_path: Path, capsys: Capture) -> None:
        path = tmp_path / "x.json"
        for body in bodies().values():
            path.write_bytes(body)
            opened = _said(capsys, "decode", str(path))
            assert json.loads(opened) == decode_callback(body)
            path.write_text(opened, encoding="utf-8")
            closed = _said(capsys, "encode", str(path))
            assert closed.count("\n") == 1
            assert decode_callback(closed) == decode_callback(body)

    def test_lines_stay_lines(self) -> None:
        decoded = run("decode", stdin=lines(GOOD, GOOD)).stdout
        assert decoded.count("\n") == 2
        encoded = run("encode", stdin=decoded.encode()).stdout
        assert [json.loads(line) for line in encoded.splitlines()] == [json.loads(GOOD)] * 2

    def test_numbers_are_kept(self) -> None:
        body = bodies()["failed"].replace(b'"errmsg"', b'"big": 123456789012345678901234, "errmsg"')
        opened = run("decode", stdin=body).stdout
        assert "123456789012345678901234" in opened
        assert "123456789012345678901234" in run("encode", stdin=opened.encode()).stdout

    @pytest.mark.parametrize("command", ["decode", "encode"])
    @pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a": 1, "a"', b'{"a": NaN}'])
    def test_what_is_no_json_is_said(self, command: str, body: bytes) -> None:
        done = run(command, stdin=body)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert "not JSON" in done.stderr

    def test_what_is_no_object_or_says_a_thing_twice(self) -> None:
        assert run("decode", stdin=b"[]").returncode == 1
        assert run("encode", stdin=b"[]").returncode == 2
        twice = run("encode", stdin=b'{"a": 1, "a": 2}')
        assert (twice.returncode, twice.stdout) == (1, "")
        assert "duplicate key" in twice.stderr

    @pytest.mark.parametrize(
        ("command", "text", "place"),
        [
            ("decode", b"{", "3:2"),
            ("encode", b"{", "3:2"),
            ("decode", b"[]", "3:1"),
            ("encode", b"[]", "3"),
            ("encode", b'{"a":1,"a":2}', "3:8"),
        ],
    )
    def test_file_and_line_are_named(
        self, tmp_path: Path, command: str, text: bytes, place: str
    ) -> None:
        path = tmp_path / "x.jsonl"
        path.write_bytes(lines(GOOD, b"", text, GOOD))
        done = run(command, path)
        assert (done.returncode, done.stdout.count("\n"), done.stderr.count("\n")) == (
            2 if (command, text) == ("encode", b"[]") else 1,
            1,
            1,
        )
        assert done.stderr.startswith(f"kvs-schema: {path}:{place}: ")

    def test_a_place_in_an_embedded_document_is_one_of_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "x.jsonl"
        twice = {"Details": {"items": [{"metainfo": '{"a":1,\n"a":2}'}]}}
        body = json.dumps(twice)
        path.write_bytes(lines(GOOD, body.encode()))
        said = run("decode", path).stderr
        column = body.rindex('\\"a') + 1
        assert said.startswith(f"kvs-schema: {path}:2:{column}: /Details/items/0/metainfo#/a: ")
        assert "line 2, column 1 of the embedded document" in said

    def test_lines_are_counted_over_many_jobs_and_in_streams(self, tmp_path: Path) -> None:
        body = lines(*[GOOD] * (3 * 1024 * 1024 // len(GOOD)), b"{")
        path = tmp_path / "x.jsonl"
        path.write_bytes(body)
        last = body.count(b"\n")
        assert f"{path}:{last}:2: " in run("decode", path).stderr
        assert f"<stdin>:{last}:2: " in run("decode", stdin=body).stderr
        alone = path.with_suffix(".json")
        alone.write_bytes(b"\n{")
        assert f"{alone}:2:2: " in run("decode", alone).stderr

    def test_no_such_file(self, capsys: Capture) -> None:
        said = _said(capsys, "decode", "nowhere.json", code=2)
        assert said == "kvs-schema: nowhere.json: No such file or directory\n"


class TestDemo:
    @pytest.fixture(autouse=True)
    def _here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)

    def test_it_shows_commands_on_five_bodies_that_it_writes(self, capsys: Capture) -> None:
        said = _said(capsys, "demo")
        assert re.findall(r"^1 body: (\d) valid", said, re.MULTILINE) == [*"11000"]
        assert re.search(
            r"^kvs-demo/wrong-type\.json:1:\d+: error\[pattern\]: /.*#/.* expected ", said, re.M
        )
        assert "kvs-demo/truncated.json:1:" in said
        assert "kvs-demo/duplicate-key.json:1:" in said
        assert said.count("^") >= 3
        assert max(map(len, said.splitlines())) < 220
        samples = {path: path.read_bytes() for path in Path("kvs-demo").iterdir()}
        assert len(samples) == 5
        assert sum(check_callback(body).valid for body in samples.values()) == 2
        assert _said(capsys, "demo") == said  # its own files are no obstacle
        assert {path: path.read_bytes() for path in Path("kvs-demo").iterdir()} == samples

    def test_every_command_that_it_names_works(self, capsys: Capture) -> None:
        said = _said(capsys, "demo", "my samples")
        scenes = re.split(r"^(?=\$ |\d\. |→ )", said, flags=re.MULTILINE)
        shown = [scene.partition("\n") for scene in scenes if scene.startswith("$ ")]
        assert len(shown) == 6
        for command, _, output in shown:
            main(shlex.split(command)[2:])
            assert capsys.readouterr().out == output
        following = said[said.index("Try next") :].splitlines()[1:]
        assert len(following) == 3
        for line in following:
            assert main(shlex.split(line, comments=True)[1:]) < 2
            assert capsys.readouterr().err == ""

    def test_it_overwrites_nothing(self, capsys: Capture) -> None:
        foreign = Path("kvs-demo/truncated.json")
        foreign.parent.mkdir()
        foreign.write_text("mine")
        said = _said(capsys, "demo", code=2)
        assert said.startswith("kvs-schema: kvs-demo/truncated.json: exists already")
        assert [path.read_text() for path in foreign.parent.iterdir()] == ["mine"]

    def test_in_chinese(self, capsys: Capture) -> None:
        said = _said(capsys, "demo", "--lang", "zh")
        assert re.findall(r"^共 1 条：有效 (\d)", said, re.MULTILINE) == [*"11000"]


class TestFiles:
    def test_lint(self, tmp_path: Path, capsys: Capture) -> None:
        main(["lint"])
        assert "problem" in capsys.readouterr().out.splitlines()[-1]
        copy = tmp_path / "schemas"
        for source in sources_directory().rglob("*.yaml"):
            target = copy / source.relative_to(sources_directory())
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
        (copy / "definitions/extra.yaml").write_text("a: 010\na: {type: string}\n")
        assert main(["lint", str(copy)]) == 1
        assert re.search(r"^definitions/extra\.yaml:2: ", capsys.readouterr().out, re.MULTILINE)

    def test_lint_of_nothing(self, tmp_path: Path, capsys: Capture) -> None:
        assert str(tmp_path) in _said(capsys, "lint", str(tmp_path), code=2)

    def test_docs(self, tmp_path: Path, capsys: Capture) -> None:
        said = _said(capsys, "docs", "--out", str(tmp_path / "zh"), "--lang", "zh")
        pages = list((tmp_path / "zh").rglob("*.md"))
        assert any("截图" in page.read_text(encoding="utf-8") for page in pages)
        assert str(tmp_path / "zh") in said

    def test_export(self, tmp_path: Path, capsys: Capture) -> None:
        said = _said(capsys, "export", str(tmp_path / "out"))
        written = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
        assert said.startswith(f"{len(written)} files in ")
        assert len(written) > 10

    def test_a_place_that_cannot_be_written(self, tmp_path: Path, capsys: Capture) -> None:
        (tmp_path / "file").write_text("")
        said = _said(capsys, "export", str(tmp_path / "file" / "x"), code=2)
        assert said.startswith(f"kvs-schema: {tmp_path}/file")


class TestSample:
    def test_the_same_seed_gives_the_same_valid_callbacks(self) -> None:
        first, second = (run("sample", "task.failed", "--count", 3, "--seed", 7) for _ in range(2))
        assert (first.returncode, first.stderr) == (0, "")
        assert first.stdout == second.stdout
        found = [check_callback(line) for line in first.stdout.splitlines()]
        assert [(report.valid, report.variant) for report in found] == [(True, "task.failed")] * 3

    def test_other_seeds_types_and_invalid_ones(self) -> None:
        assert run("sample", "--seed", 1).stdout != run("sample", "--seed", 2).stdout
        typed = run("sample", "task.finished", "--type", "avinfo", "--count", 2).stdout
        assert [json.loads(line)["Type"] for line in typed.splitlines()] == ["avinfo"] * 2
        bad = run("sample", "--invalid", "--count", 5).stdout.splitlines()
        assert len(bad) == 5

    def test_ordinary_ones_unless_wild(self) -> None:
        lines = run("sample", "--count", 40, "--seed", 2).stdout.splitlines()
        reports = [check_callback(line) for line in lines]
        unavoidable = {"legacy-casing", "status-progress", "subtask-status-progress"}
        found = {each.erratum for report in reports for each in report.deviations}
        assert found <= unavoidable
        assert not any(report.unlisted for report in reports)
        assert all(report.callback.task_id.isalnum() for report in reports if report.callback)
        wild = run("sample", "--count", 40, "--seed", 2, "--wild").stdout.splitlines()
        more = {each.erratum for line in wild for each in check_callback(line).deviations}
        assert len(more) > len(unavoidable) + 2

    def test_variants_types_codes_and_values(self) -> None:
        lines = run(
            "sample",
            "task.failed",
            "legacy.failed",
            "--count",
            12,
            "--errnum",
            2032,
            "--type",
            "avinfo",
            "--type",
            "avtrans",
            "--errnum",
            2049,
            "--set",
            "details#bucket=media",
            "--set",
            "details#snapshotNum=3",
            "--set",
            'task#RefID="7"',
        ).stdout.splitlines()
        found = [validate_callback(line) for line in lines]
        assert {callback.variant for callback in found} == {"task.failed", "legacy.failed"}
        assert {callback.type for callback in found} == {"avinfo", "avtrans"}
        assert {callback.tasks[0].errnum for callback in found} == {2032, 2049}
        assert {callback.tasks[0].snapshot_count for callback in found} == {3}
        assert {callback.document.get("RefID") for callback in found} == {"7", None}

    def test_a_value_that_no_callback_takes(self) -> None:
        done = run("sample", "task.failed", "--set", "details#errnum=x")
        assert (done.returncode, done.stdout) == (2, "")
        assert "details#errnum does not take 'x' by the rule errnum#/type" in done.stderr

    def test_an_unknown_variant(self) -> None:
        done = run("sample", "task.finishd")
        assert (done.returncode, done.stdout) == (2, "")
        assert "task.finished" in done.stderr


def test_a_violation_of_the_demo_is_that_of_the_library() -> None:
    assert not check_callback(BAD).valid
