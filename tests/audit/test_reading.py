"""Every body is read once, however an archive is stored and cut; what cannot be read is named."""

from __future__ import annotations

import gzip
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet

from kvs_schema.audit import Audit, AuditError, audit, audit_batches, running
from kvs_schema.audit.counting import BodyCounter
from kvs_schema.audit.reading import Dated, ReadOptions, Split, plan, read_split
from kvs_schema.audit.running import AuditOptions, TaskResult, do_task
from kvs_schema.audit.value import merged
from kvs_schema.spec.exceptions import MissingExtraError

from .archives import counted, lines, mixed, plain, sent

BODIES = [*plain(60), *mixed(60)]
EXPECTED = counted(BODIES)


def by_splits(
    folder: Path | str, size: int, rng: random.Random | None = None, **read: Any
) -> Audit:
    """Audit a folder in splits of a size, in any order, in this process."""
    options = AuditOptions(ReadOptions(split=size, **read))
    found = plan([str(folder)], options.read)
    assert not found.failures
    splits = list(found.splits)
    (rng or random.Random(3)).shuffle(splits)
    results = [do_task(options, (split,)) for split in splits]
    assert not any(result.failures for result in results)
    return merged(result.audit for result in results)


def zstd(data: bytes) -> bytes:
    return bytes(pyarrow.compress(data, "zstd", asbytes=True))


def table(path: Path, bodies: list[bytes], **columns: Any) -> None:
    found = pyarrow.table({"body": pyarrow.array(bodies, pyarrow.binary()), **columns})
    parquet.write_table(found, path, row_group_size=7)


@pytest.mark.parametrize("parts", [1, 2, 7, 5000])
def test_the_digest_does_not_depend_on_the_splits(tmp_path: Path, parts: int) -> None:
    path = lines(tmp_path / "a.jsonl", BODIES)
    found = by_splits(tmp_path, max(1, path.stat().st_size // parts))
    assert found == EXPECTED
    assert found.of("input") == {(str(path),): len(BODIES)}
    assert (found + found).digest != found.digest
    assert (found + found).examples == found.examples


def test_the_digest_does_not_depend_on_how_bodies_are_stored(tmp_path: Path) -> None:
    text = b"\n \n".join(BODIES) + b"\n\r\n"
    quarter = len(BODIES) // 4
    for name in ("lines", "gzip", "zstd", "table", "mixed"):
        (tmp_path / name).mkdir()
    (tmp_path / "lines" / "a.ndjson").write_bytes(text)
    halves = gzip.compress(text[:1000]) + gzip.compress(text[1000:])
    (tmp_path / "gzip" / "a.jsonl.gz").write_bytes(halves)
    (tmp_path / "zstd" / "a.jsonl.zst").write_bytes(zstd(text[:99]) + zstd(text[99:]))
    table(tmp_path / "table" / "a.parquet", [*BODIES, b" "])
    table(tmp_path / "mixed" / "a.parquet", BODIES[:quarter])
    lines(tmp_path / "mixed" / "b.jsonl", BODIES[quarter : 2 * quarter])
    lines(tmp_path / "mixed" / "deep" / "c.jsonl", BODIES[2 * quarter : -1])
    (tmp_path / "mixed" / "deep" / "d.json").write_bytes(BODIES[-1])
    (tmp_path / "mixed" / ".hidden.jsonl").write_bytes(b"x\n")
    (tmp_path / "mixed" / "notes.txt").write_bytes(b"x\n")
    for folder in tmp_path.iterdir():
        assert by_splits(folder, 4096) == EXPECTED, folder.name


def test_inputs_that_are_named_twice_count_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines(tmp_path / "day=2026-11-05" / "a.jsonl", BODIES)
    lines(tmp_path / "day=20261106" / "a[1].log", BODIES[:9])
    monkeypatch.chdir(tmp_path)
    paths = ["day=2026*", "day=20261106/a[[]1].log", "./day=2026-11-05/a.jsonl"]
    found = plan([*paths, "day=20261106/a[1].log"], ReadOptions())
    assert [split.url for split in found.splits] == [
        "day=2026-11-05/a.jsonl",
        "day=20261106/a[1].log",
    ]
    days = merged(do_task(AuditOptions(), found.splits).audit for _ in range(1)).days
    assert {day: outcomes.total() for day, outcomes in days.items()} == {
        "2026-11-05": len(BODIES),
        "2026-11-06": 9,
    }


def test_days_of_a_column(tmp_path: Path) -> None:
    body, when = sent({"TaskID": "a20161223"}), pyarrow.scalar(1793836800, pyarrow.timestamp("s"))
    for day, expected in (
        ("2026-11-05", "2026-11-05"),
        ("5 Nov", "2016-12-23"),
        (None, "2016-12-23"),
        (when.as_py(), "2026-11-05"),
    ):
        column = pyarrow.array([day])
        table(tmp_path / "a.parquet", [body], when=column)
        assert list(by_splits(tmp_path, 4096, day_column="when").days) == [expected]
        batches = pyarrow.table({"text": [body.decode()], "when": column}).to_batches()
        found = audit_batches(batches, column="text", day_column="when")
        assert list(found.days) == [expected]


def test_a_long_line_costs_no_more_than_its_limit(tmp_path: Path) -> None:
    """A line of 2 GiB in the long run; of it, only the beginning is kept."""
    size = 2**31 if os.environ.get("KVS_SCHEMA_AUDIT") else 2**26
    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(BODIES[0] + b'\n{"TaskID": "')
        file.truncate(size)  # a hole: NUL bytes that take no room
        file.seek(0, os.SEEK_END)
        file.write(b'"}\n' + BODIES[1] + b"\n")
    read = ReadOptions(split=size // 3, longest=1000)
    options = AuditOptions(read)
    found = [do_task(options, (split,)) for split in plan([str(path)], read).splits]
    whole = merged(result.audit for result in found)
    assert whole.bodies == 3
    assert (
        max(
            len(body)
            for split in plan([str(path)], read).splits
            for body, _ in read_split(split, read)
        )
        < 10**5
    )


def failures(path: Path, **read: Any) -> list[str]:
    """What is said of a path, of which nothing may be counted."""
    options = AuditOptions(ReadOptions(**read))
    found = plan([str(path)], options.read)
    result: TaskResult = do_task(options, found.splits)
    assert result.audit.bodies == 0
    return [why.said("en") for _, why in (*found.failures, *result.failures)]


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    text = b"".join(body + b"\n" for body in BODIES)
    for name, data, said in (
        ("cut.jsonl.gz", gzip.compress(text)[:-9], "damaged"),
        ("cut.jsonl.zst", zstd(text)[:-9], "damaged"),
        ("none.jsonl.gz", text, "damaged"),
        ("cut.parquet", b"PAR1" + text, "footer"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        [found] = failures(path)
        assert said in found, name
        with pytest.raises(AuditError, match=name):
            audit(path, jobs=1)
    path = tmp_path / "other.parquet"
    parquet.write_table(pyarrow.table({"bodies": ["{}"], "n": [1]}), path)
    assert failures(path) == ["no column 'body'; there are: bodies, n"]
    assert failures(path, column="n") == ["the column 'n' has neither text nor bytes"]
    assert failures(tmp_path / "absent.jsonl") == ["No such file or directory"]
    (tmp_path / "empty").mkdir()
    assert len(failures(tmp_path / "empty")) == len(failures(tmp_path / "*.csv")) == 1
    with pytest.raises(AuditError, match="no column"):
        audit_batches(pyarrow.table({"n": [1]}).to_batches())


def test_an_audit_that_was_aborted_adds_nothing_to_the_next() -> None:
    good, bad = (pyarrow.table({name: BODIES[:3]}).to_batches() for name in ("body", "other"))
    with pytest.raises(AuditError, match="no column"):
        audit_batches([*good, *bad])
    assert audit_batches([]).bodies == 0
    assert audit_batches(good).bodies == 3


def test_an_audit_inside_another_does_not_change_it() -> None:
    """Batches may be made by something that audits, too."""
    [batch] = pyarrow.table({"body": BODIES[:3]}).to_batches()

    def batches() -> Iterator[Any]:
        for _ in range(2):
            assert audit_batches([batch]).bodies == 3
            yield batch

    assert audit_batches(batches()).bodies == 6


def test_a_missing_extra_ends_an_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_one(split: Split, options: ReadOptions) -> Iterator[Dated]:
        yield BODIES[0], None
        raise MissingExtraError("audit", "audit")

    task = plan([str(lines(tmp_path / "a.jsonl", BODIES[:3]))], ReadOptions()).splits
    with monkeypatch.context() as patch:
        patch.setattr(running, "read_split", read_one)
        with pytest.raises(MissingExtraError):
            do_task(AuditOptions(), task)
    assert do_task(AuditOptions(), task).audit.bodies == 3


def test_a_bug_of_the_audit_is_not_an_input_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> None:
        raise KeyError("a bug")

    task = plan([str(lines(tmp_path / "a.jsonl", BODIES[:3]))], ReadOptions()).splits
    monkeypatch.setattr(BodyCounter, "_add", fail)
    with pytest.raises(KeyError, match="a bug"):
        do_task(AuditOptions(), task)


def test_a_file_that_is_replaced_while_it_is_read(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", BODIES)
    options = ReadOptions()
    [split] = plan([str(path)], options).splits
    reading = read_split(split, options)
    next(reading)
    shutil.copy(lines(tmp_path / "b.jsonl", BODIES[1:]), path)
    with pytest.raises(AuditError, match="changed while it was read"):
        list(reading)


def test_mixed_encodings_are_bodies_that_are_not_valid(tmp_path: Path) -> None:
    body = BODIES[0].decode()
    odd = [body.encode("utf-16"), "截图".encode("gbk"), b"\xef\xbb\xbf" + body.encode(), b"\0\0"]
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join([*odd, BODIES[0]]))
    count = sum(1 for line in path.read_bytes().split(b"\n") if line and not line.isspace())
    found = by_splits(tmp_path, 100)
    assert (found.bodies, found.invalid) == (count, count - 1)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a fake S3 with a bucket."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(port=0)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        server.start()
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
        server.stop()


def test_s3_with_an_endpoint_of_its_own(s3: str, tmp_path: Path) -> None:
    import s3fs

    system = s3fs.S3FileSystem(endpoint_url=s3)
    system.mkdir("logs")
    text = b"\n".join(BODIES)
    table(tmp_path / "c.parquet", BODIES)
    for name, stored in {
        "day=2026-11-05/a.jsonl": text,
        "day=2026-11-06/b.jsonl.gz": gzip.compress(text),
        "week/c.parquet": (tmp_path / "c.parquet").read_bytes(),
        "week/d.jsonl.zst": zstd(text),
    }.items():
        local = tmp_path / "local" / name
        local.parent.mkdir(parents=True, exist_ok=True)
        local.write_bytes(stored)
        system.pipe(f"logs/{name}", stored)
    for folder in ("day=2026-11-05", "week", "day=*"):
        here = by_splits(tmp_path / "local" / folder, 5000)
        assert by_splits(f"s3://logs/{folder}", 5000, endpoint=s3).digest == here.digest
    found = by_splits("s3://logs/day=2026-11-*", 5000, endpoint=s3)
    assert found.bodies == 2 * len(BODIES)
    assert {d: n.total() for d, n in found.days.items()} == dict.fromkeys(
        ("2026-11-05", "2026-11-06"), len(BODIES)
    )
    assert by_splits("s3://logs/day=2026-11-05/a.jsonl", 5000, endpoint=s3).bodies == len(BODIES)
    assert set(found.of("input")) == {
        ("s3://logs/day=2026-11-05/a.jsonl",),
        ("s3://logs/day=2026-11-06/b.jsonl.gz",),
    }
    assert Split("s3://logs/x").start == 0
