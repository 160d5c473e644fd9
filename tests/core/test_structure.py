"""The shape of the package: its names, and which module may know which."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections import Counter
from inspect import isfunction
from pathlib import Path
from types import ModuleType
from typing import get_type_hints

import pytest

import kvs_schema
from kvs_schema import strategies
from kvs_schema.catalogue import store

PACKAGE = Path(kvs_schema.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("yaml", "hypothesis", "jsonschema", "rich", "mkdocs", "referencing", "pytest")
#: Keywords by which one schema leads to others.
LEADING = {"allOf", "then", "else", "$ref", "deviations"}
#: Modules that may name them, besides the rules of lint.
NAME_LEADING_KEYWORDS = {
    # the graph
    "spec/graph.py",
    "spec/vocabulary.py",
    # the compiled schemas for the engine, and the locations in them that it reports
    "build/engine_schemas.py",
    "build/fast_schemas.py",
    "build/layouts.py",
    "validation/collector.py",
    "validation/engines/rust.py",
    # the reference engine
    "validation/engines/reference.py",
    # the exports
    "export/json_schema.py",
    "export/openapi.py",
    "export/shape.py",
    "export/types.py",
    # writes a schema of its own, for hypothesis-jsonschema
    "strategies/generate/scalars.py",
}
#: Functions that follow one of them, and the modules that may import them, besides those.
FOLLOWING = {"referenced", "subschemas", "within"}
IMPORT_FOLLOWING = {
    "build/derived.py",
    "docs/markdown/codes.py",
    "docs/markdown/fields.py",
    "docs/markdown/phrases.py",
    "docs/model.py",
    "strategies/generate/members.py",
    "strategies/generate/nodes.py",
}
#: Modules in which one of them is no keyword, but a key of examples and reports or a word.
NAME_ONE_AS_A_WORD = {
    "cli/parser.py": {"deviations"},
    "docs/markdown/errata.py": {"deviations"},
    "export/vectors.py": {"deviations"},
    "fuzzing/scripts.py": {"deviations"},
    "results/findings.py": {"deviations"},
    "strategies/callbacks.py": {"deviations"},
    "strategies/hostile.py": {"$ref"},
    "strategies/machine.py": {"deviations"},
    "strategies/wire.py": {"deviations"},
    "testing/specification_coverage.py": {"deviations"},
}


def test_no_class_name_occurs_twice() -> None:
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                name = node.name.lstrip("_")
                homes.setdefault(name, []).append(str(path.relative_to(PACKAGE)))
    assert {name: found for name, found in homes.items() if len(found) > 1} == {}


def test_rooms_are_small() -> None:
    """At most nine modules in a folder, and at most 400 lines in a module."""
    folders = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert {str(folder): count for folder, count in folders.items() if count > 9} == {}
    lines = {str(path): path.read_text(encoding="utf-8").count("\n") for path in MODULES}
    assert {path: count for path, count in lines.items() if count > 400} == {}


def test_every_room_says_what_it_is_for() -> None:
    for path in MODULES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_only_listed_modules_follow_keywords_that_lead_to_other_schemas() -> None:
    """Others ask the graph which schemas apply to a value."""
    found: dict[str, set[str]] = {}
    following: set[str] = set()
    for path in MODULES:
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and node.value in LEADING:
                found.setdefault(name, set()).add(str(node.value))
            if isinstance(node, ast.ImportFrom) and FOLLOWING & {each.name for each in node.names}:
                following.add(name)
    others = found.keys() - NAME_LEADING_KEYWORDS
    named = {name: found[name] for name in others if not name.startswith("build/lint/")}
    assert named == NAME_ONE_AS_A_WORD
    assert found.keys() >= NAME_LEADING_KEYWORDS
    others = following - NAME_LEADING_KEYWORDS
    assert {name for name in others if not name.startswith("build/lint/")} == IMPORT_FOLLOWING


def test_a_verdict_loads_nothing_heavy() -> None:
    script = (
        "import sys, kvs_schema\n"
        'kvs_schema.validate_callback(b\'{"TaskID":"t","Status":2,"Type":"a","Details":{}}\')\n'
        "from kvs_schema.catalogue import store\n"
        "assert not store.texts.cache_info().misses\n"
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
    specification = store.specification()
    known = {table["section"] for table in specification["tables"].values()}
    known |= {table["title"] for table in specification["errors"].values()}
    named = {
        name: found[1].split("; ")
        for name in kvs_schema.__all__
        if (found := re.search(r"^KVS documentation: (.*)\.$", doc_of(name), re.MULTILINE))
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
