"""Finds the compiled specification: in an installed package beside the code, in a checkout by
compiling `schemas/`, cached by a digest of the sources and of the compiler.

`KVS_SCHEMA_SOURCES` names another directory of sources, for trying a change of them.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..spec.exceptions import SpecificationError

if TYPE_CHECKING:
    from ..spec.graph import Graph

PACKAGE = Path(__file__).parent.parent
COMPILED = PACKAGE / "_compiled"
#: The parts of the compiled form. The verdict on a valid callback needs the first only.
PARTS = ("fast", "program", "specification", "cases", "parsers")

_DAY = 24 * 60 * 60


@cache
def fast() -> dict[str, Any]:
    """Return what the fast path needs; see `build.assemble.fast`."""
    return _part("fast")


@cache
def program() -> dict[str, Any]:
    """Return what validation needs; see `build.assemble.program`."""
    return _part("program")


@cache
def specification() -> dict[str, Any]:
    """Return all that the sources say; see `build.assemble.specification`."""
    return _part("specification")


@cache
def graph() -> Graph:
    """Return the graph of the specification, shared so that its nodes are made once."""
    from ..spec.graph import Graph  # a verdict does not need it

    return Graph(specification()["schemas"])


@cache
def texts() -> dict[str, Any]:
    """Return the texts of this package by key and language; see `build.assemble.texts`.

    They are its own whatever `KVS_SCHEMA_SOURCES` names, and are compiled alone in a checkout, so
    that the command line can say what is wrong with the other sources.
    """
    if COMPILED.is_dir():
        return _read(COMPILED, "texts")
    own = PACKAGE.parent / "schemas"
    folder = _folder(own)
    if not (folder / "texts.json").is_file():
        from ..build.artefacts import write_texts

        write_texts(own, folder)
    return _read(folder, "texts")


@cache
def cases() -> dict[str, Any]:
    """Return bodies with the verdict that each must get, by the name of their file."""
    return _part("cases")


@cache
def parsers() -> dict[str, Any]:
    """Return bodies that parsers read differently; see `build.assemble.parsers`."""
    return _part("parsers")


def sources_directory() -> Path:
    """Return the directory of the sources: of the environment, the checkout, or the wheel."""
    named = os.environ.get("KVS_SCHEMA_SOURCES")
    if named:
        return Path(named)
    in_wheel = PACKAGE / "schemas"
    return in_wheel if in_wheel.is_dir() else PACKAGE.parent / "schemas"


def _part(name: str) -> dict[str, Any]:
    folder = COMPILED
    if os.environ.get("KVS_SCHEMA_SOURCES") or not COMPILED.is_dir():
        folder = _compiled_sources(sources_directory())
    return _read(folder, name)


def _read(folder: Path, name: str) -> dict[str, Any]:
    path = folder / f"{name}.json"
    try:
        part: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        remedy = (
            "reinstall kvs-schema" if folder is COMPILED else "delete this folder and try again"
        )
        raise SpecificationError(
            f"{path}: the compiled specification cannot be read ({error}); {remedy}"
        ) from error
    return part


@cache
def _compiled_sources(sources: Path) -> Path:
    """Return the folder of the compiled form of sources, which are compiled if it is not there."""
    folder = _folder(sources)
    if not all((folder / f"{part}.json").is_file() for part in PARTS):
        from ..build.artefacts import write_compiled

        write_compiled(sources, folder)
    return folder


@cache
def _folder(sources: Path) -> Path:
    """Return the folder for the compiled form of sources, made if it is not there."""
    if not sources.is_dir():
        raise SpecificationError(
            f"{sources}: neither a compiled specification nor sources; reinstall kvs-schema"
        )
    try:
        folder = _cache() / _digest(sources)
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            _tidy(folder)
    except (OSError, RuntimeError):  # nowhere to write, or no home
        folder = Path(tempfile.mkdtemp(prefix="kvs_schema_"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _tidy(kept: Path) -> None:
    """Remove what was compiled of other sources more than a day ago."""
    for folder in kept.parent.iterdir():
        if folder != kept and time.time() - folder.stat().st_mtime > _DAY:
            shutil.rmtree(folder, ignore_errors=True)


def _cache() -> Path:
    """Return the folder of compiled sources: in a checkout itself, else in the user's cache."""
    if (PACKAGE.parent / "schemas").is_dir():
        return PACKAGE.parent / ".kvs_schema_cache"
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(named) if named else Path.home() / ".cache") / "kvs_schema"


def _digest(sources: Path) -> str:
    import hashlib

    digest = hashlib.sha256()
    code = [path for room in ("spec", "build") for path in sorted((PACKAGE / room).rglob("*.py"))]
    for path in [*code, *sorted(sources.rglob("*.yaml"))]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
