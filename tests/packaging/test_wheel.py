"""The wheel and the sdist, built and used outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import kvs_schema

ROOT = Path(kvs_schema.__file__).parent.parent


def run(*command: str, cwd: Path, **environment: str) -> str:
    result = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel built from it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder), cwd=ROOT)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "source", filter="data")
    (source,) = (folder / "source").iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=source)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path) -> Path:
    """The wheel unpacked as pip does, with this environment's dependencies."""
    (wheel,) = built.glob("*.whl")
    target = built / "site"
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile")
    run(*pip, "--target", str(target), str(wheel), cwd=built)
    return target


def test_wheel_holds_the_compiled_form_and_the_sources(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "kvs_schema/py.typed" in names
    assert "kvs_schema/emulator/page/index.html" in names
    assert "kvs_schema/_compiled/program.json" in names
    assert "kvs_schema/schemas/errors/callback.yaml" in names
    folders = {name.partition("/")[0] for name in names}
    assert {f for f in folders if not f.endswith(".dist-info")} == {"kvs_schema"}
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_wheel_validates_without_yaml(installed: Path, tmp_path: Path) -> None:
    script = (
        "import sys; sys.modules['yaml'] = None\n"
        "import kvs_schema\n"
        "report = kvs_schema.check_callback(b'{}')\n"
        "print(kvs_schema.__file__, report.summary('zh'), len(kvs_schema.errata))"
    )
    output = run(sys.executable, "-c", script, cwd=tmp_path, PYTHONPATH=str(installed))
    assert output.startswith(str(installed))


def test_wheel_has_the_command_and_the_strategies(installed: Path, tmp_path: Path) -> None:
    command = (sys.executable, "-m", "kvs_schema")
    environment = {"PYTHONPATH": str(installed)}
    sample = run(*command, "sample", "task.failed", "--count", "3", cwd=tmp_path, **environment)
    archive = tmp_path / "bodies.jsonl"
    archive.write_text(sample, encoding="utf-8")
    run(*command, "validate", str(archive), cwd=tmp_path, **environment)
    assert "2032" in run(*command, "explain", "2032", cwd=tmp_path, **environment)


def test_version_is_said_once(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    assert wheel.name.startswith(f"kvs_schema-{kvs_schema.__version__}-")


def test_links_are_those_of_the_site_that_the_build_names(built: Path, tmp_path: Path) -> None:
    site = "https://docs.example/kvs"
    build = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path))
    run(*build, cwd=ROOT, KVS_SCHEMA_DOCS_URL=site)
    for folder, links in ((built, False), (tmp_path, True)):
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (metadata,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
            assert (f"Documentation, {site}/" in archive.read(metadata).decode()) is links
            assert (b"Project-URL" in archive.read(metadata)) is links
            compiled = archive.read("kvs_schema/_compiled/specification.json").decode()
            assert (site in compiled) is links
