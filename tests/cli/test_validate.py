"""`kvs-schema validate`: what is read, what is said of it, which exit code."""

from __future__ import annotations

import gzip
import json
import re
import sys
from pathlib import Path

import pytest

from kvs_schema.catalogue.store import specification
from kvs_schema.cli import main
from kvs_schema.validation.validator import validator

from .running import BAD, GOOD, bodies, environment, lines, run

_RESPONSE = json.dumps(specification()["examples"]["create-wave-task-response"]["body"]).encode()


def _write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(data) if name.lower().endswith(".gz") else data)
    return folder


def test_every_example_is_valid_from_a_pipe() -> None:
    done = run("validate", stdin=lines(*bodies().values()))
    count = len(bodies())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{count} bodies: {count} valid, 0 invalid\n"


class TestExitCodes:
    def test_all_valid(self, tmp_path: Path) -> None:
        assert main(["validate", str(_write(tmp_path, {"a.json": GOOD}))]) == 0

    def test_some_invalid(self, tmp_path: Path) -> None:
        assert main(["validate", str(_write(tmp_path, {"a.json": GOOD, "b.json": BAD}))]) == 1

    def test_errors_win_over_invalid(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = _write(tmp_path, {"bad.json": BAD, "good.json": GOOD})
        assert main(["validate", str(tmp_path / "none.json"), str(folder)]) == 2
        captured = capsys.readouterr()
        assert "none.json: No such file or directory" in captured.err
        assert captured.out.endswith(
            "2 bodies: 1 valid, 1 invalid (1 partial, 1 violation); 1 input could not be read\n"
        )

    @pytest.mark.parametrize(
        "arguments",
        [
            [],
            ["nothing"],
            ["validate", "--strcit"],
            ["validate", "--jobs", "0"],
            ["validate", "--max-body", "1X"],
            ["validate", "--json", "--jsonl"],
        ],
    )
    def test_wrong_arguments(
        self, arguments: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(arguments) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "kvs-schema" in captured.err

    @pytest.mark.parametrize(
        "more",
        [
            *([], ["--deviations"], ["--format", "json"], ["--strict"], ["--no-values"]),
            *(["--as", "task.failed"], ["--as", "CreateWaveTask.response"]),
        ],
    )
    def test_quiet_computes_no_findings(
        self, tmp_path: Path, more: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A verdict costs a fraction of the findings, and the exit code needs no more."""
        calls: list[object] = []
        engine = validator().engine
        monkeypatch.setattr(engine, "errors", lambda *all_of: calls.append(all_of))
        files = {"a.jsonl": lines(GOOD, BAD, GOOD), "b.json": BAD}
        folder = str(_write(tmp_path, files))
        assert main(["validate", "-q", "--jobs", "1", *more, folder]) == 1
        assert calls == []

    def test_quiet_says_nothing_but_errors(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["validate", "-q", str(_write(tmp_path, {"a.jsonl": lines(GOOD, BAD)}))]) == 1
        assert capsys.readouterr() == ("", "")


class TestInputs:
    def test_a_directory_is_searched_in_order(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        files = {
            "b/2.json": GOOD,
            "b/10.json.gz": GOOD,
            "b/11.JSON.GZ": GOOD,
            "a.ndjson": lines(GOOD, GOOD),
            "c.jsonl.gz": lines(GOOD),
            "d.JSON": GOOD,
            ".hidden/x.json": b"no",
            ".y.json": b"no",
            "notes.txt": b"no",
        }
        assert main(["validate", str(_write(tmp_path, files))]) == 0
        said = capsys.readouterr().out.replace(str(tmp_path), "").splitlines()
        assert said == [
            "/d.JSON: valid (task.finished)",
            "/b/10.json.gz: valid (task.finished)",
            "/b/11.JSON.GZ: valid (task.finished)",
            "/b/2.json: valid (task.finished)",
            "7 bodies: 7 valid, 0 invalid",
        ]

    def test_a_directory_without_bodies_is_an_error(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["validate", str(tmp_path)]) == 2
        assert "no bodies here" in capsys.readouterr().err

    def test_thousands_of_files(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        failed = bodies()["failed"]
        for number in range(2500):
            (tmp_path / f"{number:04}.json").write_bytes(failed)
        assert main(["validate", str(tmp_path)]) == 0
        said = capsys.readouterr().out.splitlines()
        assert said[-1].startswith("2,500 bodies: 2,500 valid, 0 invalid")
        assert said[:-1] == [f"{tmp_path}/{n:04}.json: valid (task.failed)" for n in range(2500)]

    @pytest.mark.parametrize(
        ("data", "count"),
        [
            (GOOD, 1),
            (lines(GOOD), 1),
            (lines(GOOD, GOOD, GOOD), 3),
            (GOOD.replace(b"{", b"{\n ", 1), 1),
            (b"\n" + GOOD, 1),
            (b"\n \r\n" + lines(GOOD, GOOD, GOOD), 3),
        ],
        ids=[
            "one",
            "one line",
            "lines",
            "indented",
            "after a blank line",
            "lines after blank ones",
        ],
    )
    @pytest.mark.parametrize("by", ["stdin", "file"])
    def test_the_first_line_tells_what_no_suffix_does(
        self, tmp_path: Path, data: bytes, count: int, by: str
    ) -> None:
        path = tmp_path / "bodies.log"
        path.write_bytes(data)
        done = run("validate", stdin=data) if by == "stdin" else run("validate", path)
        assert done.stdout.splitlines()[-1].startswith(f"{count} bod")
        assert done.returncode == 0

    def test_the_form_can_be_said(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        _write(tmp_path, {"a.json": lines(GOOD, GOOD)})
        assert main(["validate", str(tmp_path / "a.json")]) == 1
        assert main(["validate", "--jsonl", str(tmp_path / "a.json")]) == 0
        assert "2 bodies: 2 valid" in capsys.readouterr().out

    def test_names_may_stand_among_options(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        _write(tmp_path, {"a.jsonl": lines(GOOD), "b.jsonl": lines(GOOD)})
        a, b = str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")
        for arguments in ([a, "--jobs", "1", b], ["--jobs", "1", a, b], [a, b, "--jobs", "1"]):
            assert main(["validate", *arguments]) == 0
            assert capsys.readouterr().out == "2 bodies: 2 valid, 0 invalid\n"
        assert main(["validate", a, "--jobs", "1", b, "--wrong", a]) == 2
        assert "unrecognized arguments: --wrong" in capsys.readouterr().err

    def test_blank_lines_and_line_ends_do_not_count(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        _write(tmp_path, {"a.jsonl": b"\n" + GOOD + b"\r\n \n" + BAD})
        assert main(["validate", str(tmp_path / "a.jsonl")]) == 1
        said = capsys.readouterr().out
        assert "a.jsonl:4:" in said
        assert "2 bodies: 1 valid, 1 invalid" in said

    def test_an_empty_archive_has_no_body_and_an_empty_body_is_invalid(
        self, tmp_path: Path
    ) -> None:
        _write(tmp_path, {"a.jsonl": b"", "b.json": b""})
        assert main(["validate", str(tmp_path / "a.jsonl")]) == 2
        assert main(["validate", str(tmp_path / "b.json")]) == 1
        assert run("validate").returncode == 1

    def test_standard_input_beside_files(self, tmp_path: Path) -> None:
        _write(tmp_path, {"a.json": GOOD})
        done = run("validate", tmp_path / "a.json", "-", stdin=BAD)
        assert "<stdin>:1:" in done.stdout
        assert "2 bodies: 1 valid, 1 invalid" in done.stdout

    def test_a_named_pipe_is_read(self, tmp_path: Path) -> None:
        shell = ("bash", "-c", 'exec "$0" -m kvs_schema validate <(cat "$1")')
        path = tmp_path / "x"
        path.write_bytes(lines(GOOD, GOOD))
        done = run(sys.executable, path, command=shell)
        assert "2 bodies: 2 valid" in done.stdout


class TestText:
    def test_a_finding_says_place_rule_and_shows_the_text(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        _write(tmp_path, {"a.jsonl": lines(GOOD, BAD, GOOD)})
        main(["validate", str(tmp_path / "a.jsonl")])
        said = capsys.readouterr().out.splitlines()
        first = r".*/a\.jsonl:2:\d+: error\[pattern\]: /Details/items/0/metainfo#/streams/1/width: "
        assert re.match(first + "expected integer from 0, or digits in a string", said[0])
        assert re.search(r"in the embedded document, line 1, column \d+", said[1])
        column = said[3].index("^")
        assert said[2][column : column + 6] == '"wide"'
        assert said[4] == "    = kvs-schema explain 'number-or-digits#/pattern'"
        assert said[5] == f"{tmp_path}/a.jsonl:2: invalid (task.finished, partial)"
        assert said[6] == "3 bodies: 2 valid, 1 invalid (1 partial, 1 violation)"
        column = BAD.decode().index('\\"wide') + 1
        for more in ([], ["--no-values"]):
            main(["validate", str(tmp_path / "a.jsonl"), *more])
            assert f"a.jsonl:2:{column}: error[pattern]: /Details/items" in capsys.readouterr().out

    def test_the_text_is_shown_once_for_findings_of_one_place(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        _write(tmp_path, {"a.jsonl": lines(bodies()["avinfo-image"])})
        main(["validate", "--deviations", str(tmp_path / "a.jsonl")])
        said = capsys.readouterr().out
        places = re.findall(r"^    \| (?! *\^|in the).*\n    \| +\^", said, re.MULTILINE)
        assert len(places) == len(set(places))
        assert said.count("    = ") > len(places)

    def test_line_and_column_lead_to_the_value(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = (
            '{\n  "TaskID": "a",\n  "Status": 4,\n  "Type": "x",\n  "Details": {"errnum": "9"}\n}'
        )
        (tmp_path / "a.json").write_text(text)
        main(["validate", str(tmp_path / "a.json")])
        assert f"{tmp_path}/a.json:5:25: error[type]: /Details/errnum: " in capsys.readouterr().out

    def test_nothing_of_a_payload_or_a_name_is_printed_raw(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        hostile = "\x1b[31m\u202e\x9b2J"
        escaped = "\\u001b[31m\u202e\u009b2J"
        body = bodies()["failed"].replace(b'"Type": "avtrans"', b'"Type": 1, "e": 1', 1)
        body = body.replace(b'"e"', f'"{escaped}"'.encode())
        (tmp_path / f"{hostile}.json").write_bytes(body)
        _write(tmp_path, {"a.json": b'{"' + escaped.encode() + b'": "' + escaped.encode()})
        for arguments in ([], ["--deviations"], ["--format", "json"]):
            assert main(["validate", str(tmp_path), *arguments]) == 1
            said = capsys.readouterr().out
            assert not set(hostile) & set(said) - set("[31m2J")

    def test_values_can_be_kept_out(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        task = b"0c33c9c372ff87fe197cb0dcf236e18d20161223"
        _write(tmp_path, {"a.jsonl": lines(BAD, BAD.replace(b'"Status": 3', b'"Status": 770077'))})
        for arguments in (["--deviations"], ["--format", "json"], ["--strict"]):
            main(["validate", str(tmp_path / "a.jsonl"), "--no-values", *arguments])
            said = capsys.readouterr().out
            assert "/streams/1/width" in said
            for secret in ("wide", "770077", task.decode(), "qmov"):
                assert secret not in said

    def test_errata_come_in_the_same_order_each_time(self, tmp_path: Path) -> None:
        (tmp_path / "a.json").write_bytes(GOOD)
        said = {
            run("validate", "--deviations", tmp_path, env=environment(PYTHONHASHSEED=seed)).stdout
            for seed in "123"
        }
        assert len(said) == 1

    def test_deviations_are_shown_and_counted_when_asked_for(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        body = GOOD.replace(b'"Type"', b'"Novel": 1, "Type"', 1)
        _write(tmp_path, {"a.jsonl": lines(body, body)})
        assert main(["validate", str(tmp_path / "a.jsonl")]) == 0
        assert capsys.readouterr().out == "2 bodies: 2 valid, 0 invalid\n"
        assert main(["validate", "--deviations", str(tmp_path / "a.jsonl")]) == 0
        said = capsys.readouterr().out
        assert "unlisted: /Novel: in no table and in no example" in said
        assert "deviation[falseSchema]: /itmes: " in said
        for erratum in specification()["examples"]["avinfo"]["deviations"]:
            assert re.search(rf"^ +2  {erratum}  ", said, re.MULTILINE)

    def test_notices_are_shown_where_deviations_are(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        body = bodies()["strict-avinfo"]
        body = body.replace(b'\\"nb_streams\\":2', b'\\"nb_streams\\":3')
        path = tmp_path / "a.jsonl"
        path.write_bytes(lines(body))
        assert main(["validate", "--strict", str(path)]) == 0
        assert capsys.readouterr().out == "1 body: 1 valid, 0 invalid\n"
        assert main(["validate", "--strict", "--deviations", str(path)]) == 0
        column = body.decode().index("nb_streams") + len('nb_streams\\":') + 1
        pointer = "/Details/items/metainfo#/format/nb_streams"
        found = capsys.readouterr().out
        assert found.startswith(
            f"{path}:1:{column}: notice[stream-count]: {pointer}: "
            "expected 2, the number of streams that are listed; found the integer 3\n"
        )
        assert main(["validate", "--deviations", "--no-values", "--lang", "zh", str(path)]) == 0
        assert (
            f"notice[stream-count]: {pointer}: 应为列出的流的个数 2，实际为整数（未显示）"
            in capsys.readouterr().out
        )
        assert main(["validate", "--format", "json", str(path)]) == 0
        [notice] = json.loads(capsys.readouterr().out)["notices"]
        assert (notice["id"], notice["actual"], notice["column"]) == ("stream-count", 3, column)

    def test_findings_stop_at_the_limit(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        body = bodies()["failed"].replace(
            b'"errnum"', b'"items": [' + b"1, " * 50 + b'1], "errnum"'
        )
        _write(tmp_path, {"a.jsonl": lines(body)})
        assert main(["validate", "--max-findings", "3", str(tmp_path / "a.jsonl")]) == 1
        said = capsys.readouterr().out
        assert said.count("/Details/items/") == 3
        assert "--max-findings" in said

    def test_chinese(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        _write(tmp_path, {"a.jsonl": lines(GOOD, BAD), "b.json": GOOD})
        assert main(["validate", "--lang", "zh", "--deviations", str(tmp_path)]) == 1
        said = capsys.readouterr().out
        assert "应为不小于 0 的整数，或数字字符串" in said
        assert "内嵌文档第 1 行第" in said
        assert "偏差" in said
        assert said.splitlines()[-1] == "共 3 条：有效 2，无效 1（partial 1，违规 1 处）"

    def test_the_locale_chooses_the_language(self) -> None:
        for env, word in (
            ({"LC_ALL": "zh_CN.UTF-8"}, "共 1 条"),
            ({"LC_ALL": "", "LANG": "zh_TW"}, "共 1 条"),
            ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN"}, "1 body"),
        ):
            assert word in run("validate", stdin=GOOD, env=environment(**env)).stdout


class TestLevelsAndNames:
    def test_strict(self, tmp_path: Path) -> None:
        _write(tmp_path, {"a.jsonl": lines(GOOD), "b.jsonl": lines(bodies()["strict-avinfo"])})
        assert main(["validate", "--strict", str(tmp_path / "a.jsonl")]) == 1
        assert main(["validate", "--strict", str(tmp_path / "b.jsonl")]) == 0

    def test_a_variant_takes_that_one_only(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        _write(tmp_path, {"a.jsonl": lines(GOOD, bodies()["failed"])})
        assert main(["validate", "--as", "task.finished", str(tmp_path / "a.jsonl")]) == 1
        said = capsys.readouterr().out
        assert "a.jsonl:2" in said
        assert "task.failed" in said
        assert "a.jsonl:1:" not in said

    @pytest.mark.parametrize(
        ("name", "good", "bad"),
        [
            ("segmentsinfo", b"[]", b"{}"),
            ("CreateWaveTask.response", _RESPONSE, b"[]"),
            ("digits", b'"12"', b'"1x"'),
        ],
    )
    def test_any_schema_by_name(self, tmp_path: Path, name: str, good: bytes, bad: bytes) -> None:
        _write(tmp_path, {"good.json": good, "bad.json": bad})
        assert main(["validate", "--as", name, str(tmp_path / "good.json")]) == 0
        assert main(["validate", "--as", name, str(tmp_path / "bad.json")]) == 1

    def test_an_unknown_name_suggests_three(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["validate", "--as", "task.finishd", "x"]) == 2
        said = capsys.readouterr().err
        start = "kvs-schema: unknown schema 'task.finishd'; did you mean 'task.finished', "
        assert said.startswith(start)
        assert said.count("', '") == 2
        assert main(["validate", "--as", "nope", "x"]) == 2
        said = capsys.readouterr().err
        assert re.fullmatch(r"kvs-schema: unknown schema 'nope'; known: (\S+, ){3}…\n", said)
