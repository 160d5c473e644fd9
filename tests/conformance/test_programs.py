"""What the kit says of programs that answer well, badly or not at all."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kvs_schema.export.conformance import conformance
from kvs_schema.testing.conformance import (
    LONGEST,
    RESTARTS,
    Program,
    ProgramError,
    Result,
    result_of,
)

#: A program in Python that has started; what follows answers the question `q`, whose number is `n`.
HEAD = """import json, sys, time
def say(**answer): print(json.dumps(answer), flush=True)
for line in sys.stdin:
    q = json.loads(line)
    if q["cmd"] == "start":
        say(version=1, implementation={"language": "python", "name": "p"})
        continue
    seq = q["seq"]
    n = int(seq.rpartition("/")[2]) if seq[-1].isdigit() else 0
"""
VECTORS = conformance(lambda name: name.startswith("case/task/"))["vectors"][:9]
[VECTOR] = conformance(lambda name: name == "raw/duplicate-in-metainfo")["vectors"]


ONE = ("--only", "raw/plain")


def program(body: str) -> list[str]:
    return [sys.executable, "-c", HEAD + body]


def results(body: str, timeout: float = 60, expected: Sequence[str] = ()) -> list[Result]:
    found: list[Result] = []
    asyncio.run(Program(program(body), timeout).run(VECTORS, expected, found.append))
    return found


def kvs_schema(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kvs_schema", "--lang", "en", "conformance", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("time.sleep(600)", "hangs"),
        ("sys.exit(3)", "dies"),
        (f"say(seq=seq, skipped=True, x='x' * {LONGEST})", "floods"),
        (f"print('x' * {4 * LONGEST}, end='', flush=True); time.sleep(600)", "floods"),
        ("print('{', flush=True)", "no_object"),
        ("print('[]', flush=True)", "no_object"),
        ("say(seq=seq + 'x', skipped=True)", "other_seq"),
    ],
)
def test_what_happens_instead_of_an_answer_is_reported_once(bad: str, problem: str) -> None:
    """The program is started again, and the others are tested."""
    body = f"    if n == 1: {bad}\n    else: say(seq=seq, skipped=True)"
    found = results(body, timeout=3 if problem == "hangs" else 60)
    assert [result.id for result in found] == [vector["id"] for vector in VECTORS]
    assert [result.problem for result in found if result.problem] == [problem]
    assert Counter(result.kind for result in found) == {"errored": 1, "skipped": len(VECTORS) - 1}


def test_a_program_is_started_again_three_times() -> None:
    found: list[Result] = []
    with pytest.raises(ProgramError) as error:
        asyncio.run(Program(program("    sys.exit()"), 60).run(VECTORS, (), found.append))
    assert error.value.about == {"count": RESTARTS, "last": VECTORS[RESTARTS]["id"]}
    assert [result.problem for result in found] == ["dies"] * (RESTARTS + 1)


def test_a_line_as_long_as_allowed_is_read() -> None:
    """Also where answers are as long as that one after the other."""
    body = (
        "    least = len(json.dumps({'seq': seq, 'skipped': True, 'x': ''}))\n"
        f"    say(seq=seq, skipped=True, x='x' * ({LONGEST} - least - 1))"
    )
    assert {result.kind for result in results(body)} == {"skipped"}


def test_answers_are_compared() -> None:
    wrong, right = (not VECTORS[3]["expected"]["tolerant"], VECTORS[4]["expected"]["tolerant"])
    answers: list[dict[str, Any]] = [{}, {"tolerant": None}, {"tolerant": 1}]
    answers += [{"tolerant": wrong}, {"tolerant": right}]
    answers += [{"errored": True, "message": "cannot"}, {"skipped": True, "message": "not now"}]
    answers += [{"skipped": True}] * 2
    body = f"    say(seq=seq, **{answers!r}[n])"
    found = results(body, expected=[VECTORS[3]["id"], VECTORS[4]["id"]])
    kinds = [result.kind for result in found[:7]]
    assert kinds == [*["errored"] * 3, "expected", "unexpected", "errored", "skipped"]
    assert [found[0].problem, found[2].problem, found[5].message] == ["no_verdict"] * 2 + ["cannot"]


@pytest.mark.parametrize(
    ("expected", "answered", "same"),
    [
        (1, 1, True),
        (1, True, False),
        ([1, {"a": [0]}], [1, {"a": [0]}], True),
        ([1], [True], False),
        ({"a": [{"b": 0}]}, {"a": [{"b": False}]}, False),
        ([1], [1, 1], False),
        ({"a": None}, {"b": None}, False),
        ([], {}, False),
    ],
)
def test_answers_are_compared_as_json(expected: Any, answered: Any, same: bool) -> None:
    vector = {"id": "v", "expected": {"unlisted": expected}}
    found = result_of(vector, {"tolerant": True, "unlisted": answered})
    assert found.kind == ("passed" if same else "failed")


def test_only_what_is_answered_is_compared() -> None:
    right = VECTOR["expected"]
    finding = right["findings"][0]
    assert right["outcome"] == "partial"
    assert result_of(VECTOR, {"tolerant": False}).kind == "passed"
    assert result_of(VECTOR, right).kind == "passed"
    assert result_of(VECTOR, {**right, "outcome": "unclear"}).differences[0].key == "outcome"
    some = [{"line": each["line"], "pointer": each["pointer"]} for each in right["findings"]]
    assert result_of(VECTOR, {"tolerant": False, "findings": some}).kind == "passed"
    wrong: list[Any] = [some[:-1], [{**some[0], "line": 99}, *some[1:]], None, [None, *some[1:]]]
    wrong += [[{**some[0], "rule": finding.get("rule", "") + "x"}, *some[1:]], [*reversed(some)]]
    wrong += [[{**some[0], "line": True}, *some[1:]], [{**some[0], "own": 1}, *some[1:]]]
    for findings in wrong:
        assert result_of(VECTOR, {"tolerant": False, "findings": findings}).kind == "failed", (
            findings
        )
    assert result_of(VECTOR, {"tolerant": False, "status": True}).kind == "failed"


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    lines = tmp_path / "expected"
    right = "    say(seq=seq, tolerant=False)"
    only = ["--timeout", "60", "--only", "raw/duplicate-st*", "--only", "raw/plain"]
    done = kvs_schema(*only, "--", *program(right))
    assert done.stdout.splitlines() == [
        "raw/plain failed: tolerant: expected true, answered false",
        "p python: 4 vectors, 3 passed, 1 failed",
    ]
    assert done.returncode == 1
    lines.write_text("# why\nraw/plain\n\nraw/tiny  # not selected\n", encoding="utf-8")
    done = kvs_schema(*only, "--expected-failures", str(lines), "--", *program(right))
    assert done.stdout == "p python: 4 vectors, 3 passed, 1 failed as expected\n"
    assert done.returncode == 0
    lines.write_text("raw/plain\nraw/duplicate-status\n", encoding="utf-8")
    done = kvs_schema(*only, "--expected-failures", str(lines), "--", *program(right))
    assert done.stdout.startswith("raw/duplicate-status passed although expected to fail\n")
    assert done.returncode == 1
    done = kvs_schema(*only, "--format", "json", "--", *program(right))
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["result"] for each in found] == ["failed", "passed", "passed", "passed"]
    assert found[0]["differences"] == [{"key": "tolerant", "expected": True, "answered": False}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([*ONE, "--", "/nonesuch"], "/nonesuch cannot be started: No such file or directory"),
        ([*ONE, "--", "true"], 'no answer to "start": the program ended'),
        ([*ONE, "--", "echo", "x"], 'no answer to "start": the answer is not a JSON object'),
        (
            [*ONE, "--", "echo", '{"version": 2}'],
            "answers version 2 of the protocol; this is version 1",
        ),
        (["--only", "nonesuch", "--", "cat"], "no vector has such an id"),
        (["--expected-failures", "LIST", "--", "cat"], "unknown vector 'raw/dup-status'"),
        (["--expected-failures", "/nonesuch", "--", "cat"], "/nonesuch: No such file or directory"),
        (
            ["--only", "case/task/*", "--timeout", "60", "--", *program("    sys.exit()")],
            "has been restarted 3 times",
        ),
    ],
)
def test_what_cannot_be_tested_is_exit_code_2(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    (tmp_path / "LIST").write_text("raw/dup-status\n", encoding="utf-8")
    named = [str(tmp_path / each) if each == "LIST" else each for each in arguments]
    done = kvs_schema(*named)
    assert said in done.stderr
    assert done.returncode == 2


def test_nothing_of_a_program_stays_behind(tmp_path: Path) -> None:
    """What it has started is ended too."""
    note = tmp_path / "pid"
    script = f"sleep 600 & echo $! > {note}; echo '{{\"version\": 1}}'; exec cat"
    done = kvs_schema("--only", "raw/plain", "--", "sh", "-c", script)
    assert done.returncode == 1
    stat = Path(f"/proc/{note.read_text().strip()}/stat")
    assert not stat.exists() or ") Z " in stat.read_text()
