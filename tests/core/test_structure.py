"""The shape of the package: its names, and which module may know which."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from inspect import isfunction
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

import pytest

import kvs_schema
from kvs_schema import catalogue, strategies

PACKAGE = Path(kvs_schema.__file__).parent

#: From the bottom up; a module knows those before it, and none after it.
LAYERS = [
    "exceptions",
    "limits",
    "exact",
    "observation",
    "sources",
    "keywords",
    "verdicts",
    "compiler",
    "catalogue",
    "lint",
    "codes",
    "callback",
    "text",
    "opening",
    "messages",
    "findings",
    "classify",
    "quick",
    "engine",
    "reference",
    "pruning",
    "judge",
    "ledger",
    "views",
    "validate",
    "bundles",
    "documents",
    "export",
]
#: On top of them; only the command line, which loads each command when asked, knows the others.
EXTRAS = ("strategies", "docs", "pytest_plugin")
TOP = ("cli", "coverage")
HEAVY = ("yaml", "hypothesis", "jsonschema", "rich", "mkdocs", "referencing", "pytest")


def known_by(path: Path, *, late: bool) -> set[str]:
    """Our modules that a file imports: at once, or (late) inside a function."""
    depth = len(path.relative_to(PACKAGE).parts)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(function, ast.If) and ast.unparse(function.test) == "TYPE_CHECKING")
        for node in ast.walk(function)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (id(node) in inside) == late:
            if node.level == depth:
                found |= (
                    {node.module.split(".")[0]} if node.module else {a.name for a in node.names}
                )
            elif node.level == 0 and (node.module or "").startswith("kvs_schema"):
                found |= {(node.module or "").partition(".")[2].split(".")[0]}
    return found - {"", "__version__"}


def modules_of(layer: str) -> list[Path]:
    single = PACKAGE / f"{layer}.py"
    return [single] if single.exists() else sorted((PACKAGE / layer).rglob("*.py"))


@pytest.mark.parametrize("layer", LAYERS)
def test_dependencies_point_one_way(layer: str) -> None:
    allowed = {*LAYERS[: LAYERS.index(layer)], layer}
    for path in modules_of(layer):
        assert known_by(path, late=False) <= allowed, path


@pytest.mark.parametrize("extra", EXTRAS)
def test_extras_do_not_know_each_other_at_once(extra: str) -> None:
    for path in modules_of(extra):
        assert not known_by(path, late=False) & (set(EXTRAS) - {extra}), path


def test_nothing_imports_the_command_line() -> None:
    for path in PACKAGE.rglob("*.py"):
        if "cli" not in path.relative_to(PACKAGE).parts and path.name != "__main__.py":
            known = known_by(path, late=False) | known_by(path, late=True)
            assert "cli" not in known, path


def test_every_module_has_a_layer() -> None:
    top = {path.stem if path.suffix else path.name for path in PACKAGE.iterdir()}
    ours = {name for name in top if not name.startswith(("_", "py.typed"))} - {"schemas"}
    assert ours <= {*LAYERS, *EXTRAS, *TOP, "py"}


def test_a_verdict_loads_nothing_heavy() -> None:
    script = (
        "import sys, kvs_schema\n"
        'kvs_schema.validate_callback(b\'{"TaskID":"t","Status":2,"Type":"a","Details":{}}\')\n'
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)  # compiled
    result = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert result.stdout.strip() == "[]"


def test_public_names_are_documented_and_sorted() -> None:
    assert list(kvs_schema.__all__) == sorted(kvs_schema.__all__)
    for name in kvs_schema.__all__:
        value = getattr(kvs_schema, name)
        if callable(value):
            assert value.__doc__, name


def test_docstrings_name_sections_of_the_document_that_exist() -> None:
    specification = catalogue.specification()
    known = {table["section"] for table in specification["tables"].values()}
    known |= {table["title"] for table in specification["errors"].values()}
    named = {
        name: found[1].split("; ")
        for name in kvs_schema.__all__
        if (found := re.search(r"^KVS document: (.*)\.$", doc_of(name), re.MULTILINE))
    }
    assert {section for sections in named.values() for section in sections} == known
    assert named.keys() >= {name for name in kvs_schema.__all__ if name.startswith("validate_")}


def doc_of(name: str) -> str:
    return inspect.getdoc(getattr(kvs_schema, name)) or ""


@pytest.mark.parametrize("module", [kvs_schema, strategies], ids=lambda module: module.__name__)
def test_annotations_of_functions_can_be_resolved(module: ModuleType) -> None:
    """By Hypothesis' ghostwriter, by frameworks that inject what is asked for."""
    functions = [found for name in module.__all__ if isfunction(found := getattr(module, name))]
    assert len(functions) > 10
    for function in functions:
        assert "return" in get_type_hints(function), function.__name__
    assert "callback" in get_type_hints(kvs_schema.Report)
