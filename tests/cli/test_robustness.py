"""Whatever happens, there is no traceback, the exit code is right, and what was done is said."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from kvs_schema.cli.main import _FOLDERS

from .running import BAD, COMMAND, GOOD, bodies, environment, lines, run

posix = pytest.mark.skipif(os.name != "posix", reason="signals and pipes of POSIX")
full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")


def _started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
        preexec_fn=_interruptible,
    )


def _interruptible() -> None:
    """What runs in the background of a shell ignores interrupts, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@posix
@pytest.mark.parametrize("megabytes", [0, 14], ids=["alone", "with processes"])
@pytest.mark.parametrize(
    ("send", "code"),
    [
        # A terminal sends Ctrl-C to every process of the group, others end the first one.
        (lambda pid: os.killpg(pid, signal.SIGINT), 130),
        (lambda pid: os.kill(pid, signal.SIGTERM), 143),
    ],
    ids=["SIGINT", "SIGTERM"],
)
def test_interrupted(megabytes: int, send: Callable[[int], None], code: int) -> None:
    process = _started("validate", "--jsonl", "--jobs", "2")
    assert process.stdin is not None
    assert process.stdout is not None
    count = megabytes * 1024 * 1024 // (len(GOOD) + 1)
    process.stdin.write(lines(*[GOOD] * count, BAD))
    process.stdin.flush()
    assert f"<stdin>:{count + 1}:".encode() in process.stdout.readline()
    send(process.pid)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert f"interrupted; so far {count + 1:,} bod" in out.decode()
    assert err == b""


@posix
@pytest.mark.parametrize(
    "arguments", [["codes"], ["validate", "--format", "json", "-"], ["--help"]]
)
def test_nobody_reads_the_output(arguments: list[str]) -> None:
    process = _started(*arguments)
    assert process.stdout is not None
    process.stdout.close()
    try:
        _, err = process.communicate(lines(*[GOOD] * 200), timeout=60)
    except BrokenPipeError:
        process.wait(60)
        err = process.stderr.read() if process.stderr else b""
    assert (process.returncode, err) == (141, b"")


@posix
def test_head() -> None:
    shell = ("bash", "-c", '"$0" -m kvs_schema "$@" | head -n 1; exit "${PIPESTATUS[0]}"')
    body = lines(*[BAD] * 3000)
    done = run(sys.executable, "validate", "--format", "json", stdin=body, command=shell)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (141, "", 1)


@posix
def test_closed_streams() -> None:
    for closing in (">&-", "2>&-", "<&-", ">&- 2>&- <&-"):
        shell = ("bash", "-c", f'"$0" -m kvs_schema validate {closing}')
        done = run(sys.executable, stdin=GOOD, command=shell)
        assert done.returncode == (0 if closing == "2>&-" else 2)
        assert "Traceback" not in done.stderr


#: Of each command and option that prints something, arguments with which all goes well.
PRINTING = {
    "audit": ["audit", "--help"],
    "codes": ["codes"],
    "conformance": ["conformance", "--help"],
    "decode": ["decode"],
    "demo": ["demo"],
    "docs": ["docs", "--out", "docs"],
    "emulate": ["emulate", "--help"],
    "encode": ["encode"],
    "examples": ["examples"],
    "explain": ["explain", "2032"],
    "export": ["export", "export"],
    "fuzz": ["fuzz", "--help"],
    "lint": ["lint"],
    "redact": ["redact", "-", "-o", "redacted"],
    "sample": ["sample"],
    "schema": ["schema"],
    "send": ["send", "--help"],
    "validate": ["validate"],
    "variants": ["variants"],
    "--help": ["--help"],
    "--version": ["--version"],
    "examples --list": ["examples", "--list"],
    "validate --format json": ["validate", "--format", "json"],
    "validate --help": ["validate", "--help"],
}


def test_every_command_prints_something() -> None:
    commands = {name for names in _FOLDERS.values() for name in names}
    assert commands <= PRINTING.keys()


@posix
@pytest.mark.parametrize("arguments", PRINTING.values(), ids=PRINTING)
@pytest.mark.parametrize(
    ("output", "unbuffered", "told"),
    [
        pytest.param(">&-", "", "standard output is closed", id="closed"),
        pytest.param(">/dev/full", "", "No space left on device", id="full", marks=full),
        pytest.param(
            ">/dev/full",
            "1",
            "No space left on device",
            id="unbuffered",
            marks=[full, pytest.mark.thorough],
        ),
    ],
)
def test_output_that_cannot_be_written_is_said(
    output: str, unbuffered: str, told: str, arguments: list[str], tmp_path: Path
) -> None:
    shell = ("bash", "-c", f'cd "$0" && exec "$@" {output}', str(tmp_path))
    env = environment(PYTHONUNBUFFERED=unbuffered)
    done = run(*arguments, stdin=GOOD, env=env, command=(*shell, *COMMAND))
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"kvs-schema: {told}\n")


@posix
def test_quiet_needs_no_output() -> None:
    for body, code in ((GOOD, 0), (BAD, 1)):
        shell = ("bash", "-c", 'exec "$@" >&-', "bash")
        done = run("validate", "-q", stdin=body, command=(*shell, *COMMAND))
        assert (done.returncode, done.stderr) == (code, "")


@posix
def test_a_closed_output_in_chinese() -> None:
    shell = ("bash", "-c", 'exec "$@" >&-', "bash")
    done = run("variants", "--lang", "zh", command=(*shell, *COMMAND))
    assert (done.returncode, done.stderr) == (2, "kvs-schema: 标准输出已关闭\n")


@posix
def test_what_cannot_be_read_is_said_and_the_rest_is_validated(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to(tmp_path / "nowhere")
    (tmp_path / "b.jsonl.gz").write_bytes(b"no gzip")
    (tmp_path / "c.json.gz").write_bytes(b"\x1f\x8b\x08\x00cut")
    (tmp_path / "d.json").mkdir()
    (tmp_path / "loop.json").symlink_to(tmp_path / "loop.json")
    (tmp_path / "z.json").write_bytes(GOOD)
    listener = socket.socket(socket.AF_UNIX)
    here = Path.cwd()
    os.chdir(tmp_path)  # the name of a socket must be short
    listener.bind("s.jsonl")
    os.chdir(here)
    done = run("validate", tmp_path, tmp_path / ("n" * 300))
    listener.close()
    assert done.returncode == 2
    assert "z.json: valid" in done.stdout
    assert "1 body: 1 valid, 0 invalid; 6 inputs could not be read" in done.stdout
    told = [line.split(": ")[1].rpartition("/")[2] for line in done.stderr.splitlines()]
    assert told == ["a.json", "b.jsonl.gz", "c.json.gz", "loop.json", "s.jsonl", "n" * 300]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_no_permission(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(GOOD)
    (tmp_path / "a.json").chmod(0)
    done = run("validate", tmp_path / "a.json")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "Permission denied" in done.stderr


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(*[GOOD] * 3000))
    stop = threading.Event()

    def grow() -> None:
        with path.open("ab", buffering=0) as file:
            while not stop.wait(0.001):
                file.write(GOOD[:500])
                file.write(GOOD[500:] + b"\n")

    growing = threading.Thread(target=grow)
    growing.start()
    try:
        done = run("validate", "--jobs", "2", path)
    finally:
        stop.set()
        growing.join()
    assert (done.returncode, done.stderr) == (0, "")


#: Runs a command from a small process: a child begins with the peak of the one that starts it.
_MEASURED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
print(peak, file=sys.stderr)
sys.exit(code)
"""


def _peak(*arguments: str, stdin: int | None = None) -> tuple[int, int, str]:
    """Exit code, peak of memory in MiB of the largest of the processes, and the output."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *COMMAND, *arguments],
        stdin=stdin,
        capture_output=True,
        env=environment(),
        check=False,
    )
    return done.returncode, int(done.stderr), done.stdout.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss in KiB, sparse files")
class TestMemory:
    def test_a_body_of_two_gibibytes_in_an_archive(self, tmp_path: Path) -> None:
        path = tmp_path / "huge.jsonl"
        with path.open("wb") as file:
            file.write(lines(GOOD))
            file.seek(2 * 1024**3, os.SEEK_CUR)
            file.write(lines(b"", GOOD, BAD))
        code, peak, out = _peak("validate", "--jobs", "2", str(path))
        said = [line for line in out.splitlines() if "huge.jsonl:" in line]
        assert code == 1
        assert [line.split("huge.jsonl:")[1].split(":")[0] for line in said] == ["2", "2", "4", "4"]
        assert "larger than 16777216 bytes" in said[0]
        assert "4 bodies: 2 valid, 2 invalid (1 partial, 1 foreign, 2 violations)" in out
        assert peak < 120

    def test_a_huge_body_in_a_stream(self, tmp_path: Path) -> None:
        path = tmp_path / "huge"
        with path.open("wb") as file:
            file.write(lines(GOOD))
            file.seek(500 * 1024**2, os.SEEK_CUR)
            file.write(lines(b"", GOOD))
        with path.open("rb") as stdin:
            code, peak, out = _peak("validate", "--jobs", "1", stdin=stdin.fileno())
        assert code == 1
        assert "3 bodies: 2 valid, 1 invalid" in out
        assert "<stdin>:2:1: " in out
        assert peak < 120

    def test_a_long_archive_needs_no_more_than_a_short_one(self, tmp_path: Path) -> None:
        assert run("variants").returncode == 0  # a changed checkout is compiled here
        peaks = []
        for count in (3_000, 30_000):
            path = tmp_path / f"{count}.jsonl"
            path.write_bytes(lines(*[GOOD] * count))
            code, peak, _ = _peak("validate", "--jobs", "1", str(path))
            assert code == 0
            peaks.append(peak)
        assert peaks[1] - peaks[0] < 16  # the longer one has 50 MiB


class TestWithoutExtras:
    def test_the_base_install_is_enough(self, tmp_path: Path) -> None:
        _block(tmp_path, "rich", "yaml", "hypothesis", "mkdocs")
        env = environment(FORCE_COLOR="1")
        env["PYTHONPATH"] = os.pathsep.join([str(tmp_path), env["PYTHONPATH"]])
        demo = ["demo", str(tmp_path / "demo")]
        for arguments in (demo, ["codes"], ["explain", "2032"], ["validate"], ["schema"]):
            done = run(*arguments, stdin=lines(*bodies().values()), env=env)
            assert (done.returncode, done.stderr) == (0, ""), arguments
            assert "\x1b" not in done.stdout

    @pytest.mark.parametrize(
        ("arguments", "extra"), [(["sample"], "testing"), (["lint"], "sources")]
    )
    def test_a_missing_extra_is_one_line(
        self, tmp_path: Path, arguments: list[str], extra: str
    ) -> None:
        _block(tmp_path, "hypothesis", "yaml")
        env = environment()
        env["PYTHONPATH"] = os.pathsep.join([str(tmp_path), env["PYTHONPATH"]])
        done = run(*arguments, env=env)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert f"pip install 'kvs-schema[{extra}]'" in done.stderr


def _block(folder: Path, *modules: str) -> None:
    """Make modules impossible to import, as where they are not installed."""
    for name in modules:
        (folder / f"{name}.py").write_text(f"raise ModuleNotFoundError('no {name}', name='{name}')")


def test_broken_sources_are_one_line_each(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("a: [")
    done = run("variants", env=environment(KVS_SCHEMA_SOURCES=str(tmp_path)))
    assert done.returncode == 2
    assert re.match(r"kvs-schema: bad\.yaml:[12]: ", done.stderr)
    assert all(line.startswith("kvs-schema: ") for line in done.stderr.splitlines())
