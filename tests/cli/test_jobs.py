"""Cutting inputs into jobs loses nothing, repeats nothing and keeps the order."""

from __future__ import annotations

import gzip
import json
import os
import threading
from concurrent.futures import wait
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvs_schema.cli import main
from kvs_schema.cli.batch import jobs, workers
from kvs_schema.cli.batch.checks import CheckedBody, ValidateOptions, check_job
from kvs_schema.cli.batch.inputs import Form, Input, find
from kvs_schema.cli.commands.bodies import validate
from kvs_schema.reading import received

from .running import BAD, GOOD, bodies, lines

_TEXTS = st.lists(st.sampled_from([b"\n", b"a", b"bc", b"\r\n", b"long" * 5]), max_size=20).map(
    b"".join
)


def _whole_lines(text: bytes) -> list[bytes]:
    found = text.split(b"\n")
    return found[:-1] if not found[-1] else found


def _cut(whole: list[bytes], got: list[bytes], limit: int) -> None:
    """The same lines; only what is longer than the limit may be shorter, and stays above it."""
    assert len(got) == len(whole)
    for ours, theirs in zip(got, whole, strict=True):
        assert ours == theirs or (len(ours) > limit and theirs.startswith(ours))


@given(text=_TEXTS, size=st.integers(1, 9), piece=st.integers(1, 9), limit=st.integers(1, 30))
def test_ranges_of_a_file_give_its_lines(
    tmp_path_factory: pytest.TempPathFactory, text: bytes, size: int, piece: int, limit: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "ranges.jsonl"
    path.write_bytes(text)
    found: list[bytes] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(received, "PIECE", piece)
        for start in range(0, len(text), size):
            length = min(size, len(text) - start)
            part = jobs.Range(source=str(path), first=not start, start=start, size=length)
            found += part.lines(limit)
    _cut(_whole_lines(text), found, limit)


@given(text=_TEXTS, size=st.integers(1, 9), limit=st.integers(1, 30))
def test_blocks_of_a_stream_give_its_lines(text: bytes, size: int, limit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jobs, "BLOCK", size)
        reader, writer = os.pipe()
        os.write(writer, text)
        os.close(writer)
        with os.fdopen(reader, "rb") as file:
            stream = jobs._Stream(file, False)
            given_ = Input("x", Form.LINES)
            found = [
                line
                for job in jobs._of_stream(given_, stream, limit)
                if isinstance(job, jobs.Block)
                for line in job.lines(limit)
            ]
    _cut(_whole_lines(text), found, limit)


def _when_all_are_there(processes: int, started: Any = workers._started) -> Any:
    executor, starting = started(processes)
    wait(starting)
    return executor, starting


@pytest.mark.parametrize("late", [False, True], ids=["at once", "when they are there"])
@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.parametrize("most", [1, 20_000])
def test_many_processes_say_the_same_as_one(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    format_: str,
    late: bool,
    most: int,
) -> None:
    monkeypatch.setattr(validate, "ValidateOptions", partial(ValidateOptions, most=most))
    monkeypatch.setattr(jobs, "SIZE", 4000)
    monkeypatch.setattr(workers, "ENOUGH", 1)
    if not late:
        monkeypatch.setattr(workers, "_started", _when_all_are_there)
    texts = [BAD if number % 7 == 3 else GOOD for number in range(60)]
    texts[20] = b""
    (tmp_path / "a.jsonl").write_bytes(lines(*texts))
    (tmp_path / "b.json").write_bytes(BAD)
    (tmp_path / "c.jsonl").write_bytes(lines(*texts[:9]))
    said = []
    for processes in ("1", "2"):
        code = main(["validate", str(tmp_path), "--format", format_, "--jobs", processes, "nil"])
        captured = capsys.readouterr()
        said.append((code, captured.out, captured.err))
    assert said[0] == said[1]
    assert said[0][0] == 2
    if format_ == "json":
        rows = [json.loads(line) for line in said[0][1].splitlines()]
        expected: list[tuple[str, int | None]]
        expected = [("a.jsonl", n) for n, text in enumerate(texts, 1) if text]
        expected += [("b.json", None), *(("c.jsonl", n) for n in range(1, 10))]
        assert [(Path(row["source"]).name, row["line"]) for row in rows] == expected


@pytest.mark.parametrize("form", ["file", "stream"])
def test_what_there_is_much_to_say_of_comes_in_parts(tmp_path: Path, form: str) -> None:
    options = ValidateOptions(most=6)
    texts = [b"{}", b"", b"{", GOOD, b"{}", b"[]", b"", GOOD, b"{}"]
    job: jobs.Job | None
    if form == "file":
        path = tmp_path / "a.jsonl"
        path.write_bytes(lines(*texts))
        (job,) = jobs.jobs(find([str(path)]), 10**7)
    else:
        job = jobs.Block(source="x", first=True, data=lines(*texts), size=5)
    size = job.size
    outcomes = []
    while job is not None:
        outcomes.append(check_job(options, job))
        job = outcomes[-1].rest
    assert [(o.bodies, o.invalid, o.lines, o.first) for o in outcomes] == [
        (4, 3, 5, True),
        (3, 2, 4, False),
    ]
    assert [o.size for o in outcomes] == [0, size]
    said = [[e.line for e in o.entries if isinstance(e, CheckedBody)] for o in outcomes]
    assert said == [[0, 2, 4], [0, 3]]


def test_a_file_that_grows_counts_as_it_was_found(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(GOOD[:100])
    work = list(jobs.jobs(find([str(path)]), 10**7))
    with path.open("ab") as file:
        file.write(GOOD[100:] + b"\n" + lines(*[BAD] * 5))
    outcomes = [check_job(ValidateOptions(), job) for job in work]
    assert [(outcome.bodies, outcome.invalid) for outcome in outcomes] == [(1, 0)]


@pytest.mark.parametrize("packed", [False, True])
def test_the_form_is_that_of_the_first_complete_line(tmp_path: Path, packed: bool) -> None:
    """However long that line is, as long as it may be a body."""
    long = json.dumps({"x": "y" * (3 * jobs.PEEK)}).encode()
    path = tmp_path / ("a.log.gz" if packed else "a.log")
    text = b"\n" + lines(long, GOOD, GOOD)
    path.write_bytes(gzip.compress(text) if packed else text)
    outcomes = [check_job(ValidateOptions(), job) for job in jobs.jobs(find([str(path)]), 10**7)]
    assert sum(outcome.bodies for outcome in outcomes) == 3
    assert sum(outcome.invalid for outcome in outcomes) == 1


def test_a_file_that_shrinks_or_goes_is_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(GOOD, GOOD))
    work = list(jobs.jobs(find([str(path)]), 10**7))
    path.write_bytes(lines(GOOD))
    assert [check_job(ValidateOptions(), job).bodies for job in work] == [1]
    path.unlink()
    (outcome,) = [check_job(ValidateOptions(), job) for job in work]
    assert outcome.bodies == 0
    assert len(outcome.entries) == 1


def test_a_slow_stream_is_validated_as_it_comes() -> None:
    reader, writer = os.pipe()
    heard = threading.Event()

    def speak() -> None:
        os.write(writer, lines(bodies()["failed"]))
        heard.wait(30)
        os.write(writer, lines(bodies()["failed"]))
        os.close(writer)

    speaker = threading.Thread(target=speak)
    speaker.start()
    with os.fdopen(reader, "rb") as file:
        work = jobs._of_stream(Input("x", None), jobs._Stream(file, False), 10**7)
        first = next(work)
        heard.set()
        rest = list(work)
    speaker.join()
    assert isinstance(first, jobs.Block)
    assert first.hurried
    assert len(rest) == 1
