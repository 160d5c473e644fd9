"""Every engine gives the same audit, also with repeats; a lost worker costs a retry or the run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kvs_schema.audit import Audit, AuditError, audit
from kvs_schema.audit.running import engine_of

from .archives import counted, lines, mixed, plain
from .killing import MARK

BODIES = [*plain(100), *mixed(100), *plain(30)]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of a few files, which has some bodies twice."""
    for part in range(4):
        lines(tmp_path / "archive" / f"{part}.jsonl", BODIES[part::4])
    return tmp_path / "archive"


def test_loky_gives_the_same_digest(archive: Path) -> None:
    found = audit(archive, engine="loky", jobs=2, split=9000)
    assert found == counted(BODIES)
    assert sum(found.of("input").values()) == found.bodies == len(BODIES)


@pytest.mark.parametrize("engine", ["loky", "dask"])
def test_a_killed_worker(archive: Path, engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask does its tasks again; loky ends with 2 and has nothing that looks complete."""
    mark, out = archive.parent / "killed", archive.parent / "a.audit.json"
    script = (
        "import sys\n"
        "from kvs_schema.audit import running\n"
        "from kvs_schema.cli import main\n"
        "from tests.audit.killing import do_task_or_die\n"
        "if __name__ == '__main__':\n"
        "    running.do_task = do_task_or_die\n"
        "    sys.exit(main(sys.argv[1:]))\n"
    )
    path = archive.parent / "killing.py"
    path.write_text(script)
    root = str(Path(__file__).parents[2])
    options = ("--split", "9000", "--jobs", "2", "--engine", engine, "-q")
    done = subprocess.run(
        [sys.executable, path, "audit", archive, "-o", out, *options],
        env={**os.environ, MARK: str(mark), "PYTHONPATH": root, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert mark.exists()
    if engine == "dask":
        assert done.returncode == 0, done.stderr
        assert Audit.load(out) == counted(BODIES)
    else:
        assert done.returncode == 2, done.stderr
        assert "worker process" in done.stderr
        assert "Traceback" not in done.stderr
        assert not out.exists()


def test_unknown_engines() -> None:
    with pytest.raises(AuditError, match="unknown engine 'ray'"):
        engine_of("ray")


SPARK = """
import sys
from pyspark.sql import SparkSession
from kvs_schema.audit import Audit
from kvs_schema.audit.running import audit_batches
import json, pyarrow

def audited(batches):
    found = audit_batches(batches)
    yield pyarrow.RecordBatch.from_pydict({"audit": [json.dumps(found.as_dict())]})

spark = SparkSession.builder.master("local[2]").getOrCreate()
bodies = spark.read.parquet(sys.argv[1]).repartition(int(sys.argv[2]))
rows = bodies.mapInArrow(audited, "audit string").toLocalIterator()
found = sum((Audit.from_dict(json.loads(row.audit)) for row in rows), Audit())
found.save(sys.argv[3])
spark.stop()
"""


@pytest.mark.thorough  # make full installs Spark
@pytest.mark.skipif(
    "java" in os.environ.get("KVS_SCHEMA_WITHOUT", "").split(),
    reason="Spark needs Java, and KVS_SCHEMA_WITHOUT says to go on without",
)
def test_a_job_of_spark(tmp_path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    path, out = tmp_path / "a.parquet", tmp_path / "a.audit.json"
    parquet.write_table(pyarrow.table({"body": pyarrow.array(BODIES, pyarrow.binary())}), path)
    local = {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    for parts in (1, 7):
        job = [sys.executable, "-c", SPARK, str(path), str(parts), str(out)]
        subprocess.run(
            job,
            check=True,
            capture_output=True,
            env={**os.environ, **local},
        )
        assert Audit.load(out) == counted(BODIES)


def test_paths_are_relative_to_the_folder_of_each_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bodies in (3, 5):
        folder = tmp_path / str(bodies)
        lines(folder / "a.jsonl", plain(bodies))
        monkeypatch.chdir(folder)
        assert audit("a.jsonl", jobs=2).bodies == bodies
