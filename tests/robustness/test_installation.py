"""A broken installation says what is broken and what to do; nothing opens a connection."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kvs_schema
from kvs_schema.catalogue import store

PACKAGE = Path(kvs_schema.__file__).parent


def run(script: str, path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(path), **environment},
        cwd=path,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as a wheel lays it out: compiled, with its sources inside."""
    from kvs_schema.build.artefacts import write_compiled
    from kvs_schema.catalogue.store import sources_directory

    site = tmp_path_factory.mktemp("site")
    ignored = shutil.ignore_patterns("__pycache__", "_compiled")
    shutil.copytree(PACKAGE, site / "kvs_schema", ignore=ignored)
    (site / "kvs_schema/_compiled").mkdir()
    write_compiled(sources_directory(), site / "kvs_schema/_compiled")
    return site


USE = "import kvs_schema; print(kvs_schema.check_callback(b'{}').valid)"


def test_compiled_form_is_used(installed: Path) -> None:
    result = run(USE, installed)
    assert (result.stdout.strip(), result.stderr) == ("False", "")
    assert not (installed / ".kvs_schema_cache").exists()


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", None])
@pytest.mark.parametrize("part", ["program", "specification"])
def test_a_damaged_part_is_named(
    installed: Path, tmp_path: Path, part: str, damage: bytes | None
) -> None:
    shutil.copytree(installed, tmp_path / "site")
    path = tmp_path / "site/kvs_schema/_compiled" / f"{part}.json"
    if damage is None:
        path.unlink()
    else:
        path.write_bytes(damage)
    result = run("import kvs_schema; kvs_schema.check_callback(b'{}').summary()", tmp_path / "site")
    last = result.stderr.strip().splitlines()[-1]
    assert f"{part}.json" in last
    assert "reinstall kvs-schema" in last


def test_missing_sources_are_named(tmp_path: Path) -> None:
    result = run(USE, PACKAGE.parent, KVS_SCHEMA_SOURCES=str(tmp_path / "none"))
    assert str(tmp_path / "none") in result.stderr.splitlines()[-1]


def test_unknown_engine_is_refused() -> None:
    result = run(USE, PACKAGE.parent, KVS_SCHEMA_ENGINE="fast")
    assert "known are jsonschema-rs and jsonschema" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize("blocked", [("jsonschema_rs",), ("orjson",), ("jsonschema_rs", "orjson")])
def test_platforms_without_a_build_use_the_reference(blocked: tuple[str, ...]) -> None:
    script = (
        f"import sys; sys.modules.update(dict.fromkeys({blocked!r}))\n"
        "import kvs_schema, json\n"
        "from kvs_schema.catalogue import store\n"
        "for example in store.specification()['examples'].values():\n"
        "    if 'CreateWaveTask' in example['schema']: continue\n"
        "    sent = json.dumps(kvs_schema.encode_callback(example['body'])).encode()\n"
        "    report = kvs_schema.check_callback(sent)\n"
        "    assert report.valid, report.summary()\n"
        "    assert kvs_schema.validate_callback(sent) == report.callback\n"
        "    assert not kvs_schema.check_callback(sent[:-1]).valid\n"
        '    assert not kvs_schema.check_callback(b\'{"a":1,"a":2}\').valid\n'
        "print('ok')"
    )
    result = run(script, PACKAGE.parent)
    assert result.stdout.strip() == "ok", result.stderr


NO_NETWORK = """
import sys
def audit(event, arguments):
    if event.startswith("socket.") or event in ("urllib.Request", "http.client.connect"):
        raise RuntimeError(event)
sys.addaudithook(audit)
import kvs_schema, json
from kvs_schema.catalogue import store
for example in store.specification()["examples"].values():
    kvs_schema.check_callback(json.dumps(example["body"]))
    kvs_schema.check_callback(kvs_schema.encode_callback(example["body"]))
kvs_schema.check_request("CreateWaveTask", body={})
for name in kvs_schema.schema_names():
    kvs_schema.schema(name)
print(kvs_schema.check_callback(b"{}").summary("zh") and "ok")
"""


@pytest.mark.parametrize("engine", ["jsonschema-rs", "jsonschema"])
def test_nothing_opens_a_connection(engine: str) -> None:
    result = run(NO_NETWORK, PACKAGE.parent, KVS_SCHEMA_ENGINE=engine)
    assert result.stdout.strip() == "ok", result.stderr


@pytest.mark.parametrize(
    ("module", "blocked", "extra"),
    [
        ("kvs_schema.strategies", "hypothesis", "testing"),
        ("kvs_schema.fuzzing", "httpx", "testing"),
        ("kvs_schema.emulator", "httpx", "emulator"),
        ("kvs_schema.emulator", "starlette", "emulator"),
        ("kvs_schema.docs.site.plugin", "mkdocs", "docs"),
    ],
)
def test_a_missing_extra_is_named(module: str, blocked: str, extra: str) -> None:
    script = f"import sys; sys.modules[{blocked!r}] = None; import {module}"
    result = run(script, PACKAGE.parent)
    assert f"pip install 'kvs-schema[{extra}]'" in result.stderr.splitlines()[-1]


def test_what_was_compiled_long_ago_is_removed(tmp_path: Path) -> None:
    old, recent, kept = (tmp_path / name for name in ("old", "recent", "kept"))
    for folder in (old, recent, kept):
        folder.mkdir()
        (folder / "fast.json").write_text("{}")
    for folder in (old, kept):
        os.utime(folder, (0, 0))
    store._tidy(kept)
    assert sorted(folder.name for folder in tmp_path.iterdir()) == ["kept", "recent"]
