"""Add the page that validates a body in the browser, where Node and Ajv make its validators."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

from kvs_schema.catalogue import store
from kvs_schema.catalogue.names import CALLBACK, variant_names
from kvs_schema.export.json_schema import schema
from kvs_schema.export.vectors import vectors
from kvs_schema.spec.vocabulary import NULLABLE, said, within
from kvs_schema.validation.collector import holder_of

ROOT = Path(__file__).parent.parent
PAGE = "try.md"
SCRIPT, STYLES = "assets/try.js", "assets/try.css"
#: Where the tests install Ajv; the page has the same version.
AJV = ROOT / "tests" / "node_modules" / "ajv"
FILES = (
    ROOT / "examples" / "conformance" / "node" / "reader.js",
    *(ROOT / "docs" / "try" / f"{name}.js" for name in ("receiver", "words", "page")),
)


def on_config(config: Any) -> Any:
    """Leave the page out of the navigation where it cannot be made."""
    if script() is None:
        config.nav = _without(config.nav)
    else:
        config.extra_css.append(STYLES)
    return config


def on_files(files: Any, *, config: Any) -> Any:
    """Add the script of the page, or leave the page out."""
    found = script()
    if found is not None:
        styles = (ROOT / "docs" / "try" / "page.css").read_text(encoding="utf-8")
        files.append(File.generated(config, SCRIPT, content=found))
        files.append(File.generated(config, STYLES, content=styles))
    elif page := files.get_file_from_path(PAGE):
        files.remove(page)
    return files


@cache
def script() -> str | None:
    """Return the script of the page; None, and say so, without Node or Ajv."""
    node = shutil.which("node")
    if node is None or not AJV.is_dir():
        missing = "Node" if node is None else f"Ajv in {AJV.parent.relative_to(ROOT)}"
        sys.stdout.write(f"without the page {PAGE}: {missing} is not installed\n")
        return None
    with tempfile.TemporaryDirectory() as folder:
        data, output = Path(folder) / "specification.json", Path(folder) / "try.js"
        data.write_text(json.dumps(specification(), ensure_ascii=False), encoding="utf-8")
        bundle = [node, str(ROOT / "docs" / "try" / "bundle.mjs"), str(AJV)]
        command = [*bundle, str(data), str(output), *map(str, FILES)]
        subprocess.run(command, check=True)  # noqa: S603
        return output.read_text(encoding="utf-8")


def specification() -> dict[str, Any]:
    """Return what the page must know: schemas, classifier, shapes and words."""
    program, sources = store.program(), store.specification()
    rules = schema(CALLBACK, strict=True, opened=True)
    dialects = list(program["classifier"]["dialects"])
    layouts = [program["layouts"][dialect] for dialect in dialects]
    contents = list(dict.fromkeys(name for layout in layouts for name in _contents(layout)))
    names = [*variant_names(), *dialects]
    parts = {name: program["layouts"][name] for name in (*names, *contents)}
    tables = program["error_tables"]
    return {
        "schema": {"$schema": rules["$schema"], "$defs": _marked(rules["$defs"])},
        "names": names,
        "classifier": program["classifier"],
        "shapes": {name: _shape(layout) for name, layout in parts.items()},
        "kinds": {name: program["tolerant"][name]["type"] for name in contents},
        "holders": {name: holder_of(name) for name in contents},
        "nullable": program["nullable"],
        "error_tables": [table.removeprefix("#/$defs/").replace("/", "#/", 1) for table in tables],
        "codes": sorted({int(code) for t in sources["errors"].values() for code in t["codes"]}),
        "words": sources["messages"],
        "errata": {name: _titles(entry) for name, entry in sources["errata"].items()},
        "titles": {
            name: _titles(entry) for name, entry in sources["schemas"].items() if "title" in entry
        },
        "tables": {name: _titles(table) for name, table in sources["errors"].items()},
        "pages": {name: path.removesuffix(".yaml") for name, path in sources["origins"].items()},
        "examples": [
            {"name": name, **_titles(entry), "body": each["body"]}
            for each in vectors()
            if each["schema"] in variant_names() and "deviations" in each
            for name in [each["id"].removeprefix("example/")]
            for entry in [sources["examples"][name]]
        ],
        "rule_tables": {
            name: part["errorTable"]
            for name, source in sources["schemas"].items()
            for _, part in within(source)
            if "errorTable" in part
        },
    }


def _titles(entry: Any) -> dict[str, Any]:
    return {lang: said(entry, "title", lang) for lang in ("en", "zh")}


def _contents(layout: Any) -> Iterator[str]:
    """Yield the names of the embedded documents in a layout."""
    if "content" in layout:
        yield layout["content"]
    for child in layout.get("properties", {}).values():
        yield from _contents(child)


def _shape(shape: Any) -> Any:
    found = {key: shape[key] for key in ("null", "content", "roots") if key in shape}
    if "properties" in shape:
        found["properties"] = {key: _shape(child) for key, child in shape["properties"].items()}
    return found


def _marked(value: Any, nullable: bool = False) -> Any:
    """Return exported schemas; the comments of copies that accept null too have a third word."""
    if isinstance(value, list):
        return [_marked(part, nullable) for part in value]
    if not isinstance(value, dict):
        return value
    found = {
        key: _marked(part, nullable or key.startswith(NULLABLE)) for key, part in value.items()
    }
    if nullable and isinstance(value.get("$comment"), str):
        rule, _, erratum = value["$comment"].partition(" ")
        found["$comment"] = f"{rule} {erratum} nullable"
    return found


def _without(nav: Any) -> Any:
    """Return the navigation without the page."""
    if isinstance(nav, list):
        return [_without(item) for item in nav if not _is_page(item)]
    if isinstance(nav, dict):
        return {title: _without(below) for title, below in nav.items()}
    return nav


def _is_page(item: Any) -> bool:
    return item == PAGE or (isinstance(item, dict) and list(item.values()) == [PAGE])
