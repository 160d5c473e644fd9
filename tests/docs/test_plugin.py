"""Another project's site, built with the plugin of the installed wheel."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from .conftest import ROOT, run
from .pages import dead_links, html_pages

PAGE = """---
title: Codes
---

# Codes

<!-- kvs: error-table callback -->

Another language:

<!-- kvs: erratum size-is-digits lang=zh level=3 -->

<!-- kvs: field-table metainfo.format -->

<!-- kvs: example failed -->

<!-- kvs: diagram classification -->

```html
<!-- kvs: error-table callback -->
```
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel unpacked as pip does, with this environment's dependencies."""
    folder = tmp_path_factory.mktemp("wheel")
    built = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = folder.glob("*.whl")
    target = folder / "site"
    command = ("pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", str(target))
    placed = run(sys.executable, "-m", *command, str(wheel), cwd=folder)
    assert placed.returncode == 0, placed.stdout + placed.stderr
    return target


def project(folder: Path, theme: str, *, plugin: str = "kvs-schema", page: str = PAGE) -> Path:
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").write_text("# Ours\n\n[codes](codes.md)\n", encoding="utf-8")
    (folder / "docs" / "codes.md").write_text(page, encoding="utf-8")
    config = f"site_name: Ours\nplugins:\n  - search\n  - {plugin}\ntheme:\n  name: {theme}\n"
    (folder / "mkdocs.yml").write_text(config, encoding="utf-8")
    return folder


def build(folder: Path, installed: Path) -> str:
    result = run(
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "--quiet",
        cwd=folder,
        PYTHONPATH=str(installed),
        KVS_SCHEMA_DOCS_URL="https://docs.example/",
    )
    return result.stderr if result.returncode else ""


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs", "material"])
def test_a_page_of_another_project(theme: str, installed: Path, tmp_path: Path) -> None:
    folder = project(tmp_path, theme)
    assert build(folder, installed) == ""
    pages = html_pages(folder / "site")
    page = pages[folder / "site" / "codes" / "index.html"]
    assert {"2032", "size-is-digits", "metainfo.format.size"} <= page.anchors
    assert "文件大小以数字字符串给出" in page.text
    assert "<!-- kvs: error-table callback -->" in page.text
    assert page.twice == set()
    assert any("reference/errata/metainfo/#size-is-digits" in link for link in page.links)
    assert dead_links(folder / "site", pages) == []
    index = json.loads((folder / "site/search/search_index.json").read_text("utf-8"))
    assert "codes/#2032" in {entry["location"] for entry in index["docs"]}


@pytest.mark.parametrize("theme", ["material", pytest.param("mkdocs", marks=pytest.mark.thorough)])
def test_the_whole_reference_in_another_project(
    theme: str, installed: Path, tmp_path: Path
) -> None:
    plugin = "kvs-schema: {lang: zh, reference: api/kvs}"
    folder = project(tmp_path, theme, plugin=plugin)
    assert build(folder, installed) == ""
    pages = html_pages(folder / "site")
    assert dead_links(folder / "site", pages) == []
    errors = pages[folder / "site/api/kvs/errors/callback/index.html"]
    assert "文档原文" in errors.text
    page = pages[folder / "site" / "codes" / "index.html"]
    assert "../api/kvs/errata/metainfo/#size-is-digits" in page.links
    assert json.loads((folder / "site/api/kvs/schemas/callback.json").read_text("utf-8"))["$defs"]


def test_the_navigation_is_filled_in_where_it_names_the_folder(
    installed: Path, tmp_path: Path
) -> None:
    folder = project(tmp_path, "mkdocs", plugin="kvs-schema: {reference: kvs}")
    with (folder / "mkdocs.yml").open("a", encoding="utf-8") as config:
        config.write("nav:\n  - index.md\n  - codes.md\n  - KVS: kvs/\n")
    assert build(folder, installed) == ""
    home = html_pages(folder / "site")[folder / "site" / "index.html"]
    assert {"kvs/errata/", "kvs/variants/task.finished/", "kvs/errors/public/"} <= home.links


def test_an_unknown_name_stops_the_build_with_page_line_and_nearest(
    installed: Path, tmp_path: Path
) -> None:
    page = PAGE.replace("field-table metainfo.format", "field-table metainfo.fromat")
    error = build(project(tmp_path, "mkdocs", page=page), installed)
    line = page.split("\n").index("<!-- kvs: field-table metainfo.fromat -->") + 1
    assert f"codes.md:{line}: " in error
    assert "did you mean 'metainfo.format'" in error
    assert "Traceback" not in error


def test_an_unknown_option_stops_the_build(installed: Path, tmp_path: Path) -> None:
    folder = project(tmp_path, "mkdocs", plugin="kvs-schema: {lang: de}")
    assert "lang" in build(folder, installed)


def test_no_generated_page_is_kept_in_the_sources() -> None:
    kept = {path.relative_to(ROOT / "docs").parts[1] for path in (ROOT / "docs").glob("*/*/")}
    assert kept & {"reference", "generated"} == set()
