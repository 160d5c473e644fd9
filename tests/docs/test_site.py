"""Our own site: built without a warning, without dead links, complete in both languages."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

import kvs_schema
from kvs_schema import docs, export, strategies
from kvs_schema.catalogue.texts import LANGS
from kvs_schema.cli.parser import parser
from kvs_schema.export.json_schema import schema_in

from .conftest import ROOT
from .pages import Page, dead_links, html_pages


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return {p.relative_to(site).as_posix(): page for p, page in html_pages(site).items()}


def test_no_wrapped_line_becomes_an_item_of_a_list() -> None:
    """Such as one that begins with the number at the end of a sentence."""
    numbered = re.compile(r"\s*\d+[.)]\s")
    wrapped = [
        f"{path.relative_to(ROOT)}: {line}"
        for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
        for before, line in pairwise(path.read_text("utf-8").splitlines())
        if numbered.match(line) and before.strip() and not numbered.match(before)
    ]
    assert wrapped == []


def test_no_link_and_no_anchor_is_dead(site: Path) -> None:
    assert dead_links(site, html_pages(site)) == []


def test_no_anchor_stands_twice(pages: dict[str, Page]) -> None:
    assert {name: page.twice for name, page in pages.items() if page.twice} == {}


def test_nothing_is_fetched_from_elsewhere(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        for link in page.links:
            assert not link.endswith((".js", ".css", ".woff2")) or "://" not in link, name


def test_both_languages_have_the_same_pages_and_anchors(pages: dict[str, Page]) -> None:
    english = {name for name in pages if not name.startswith("zh/")}
    assert {f"zh/{name}" for name in english} == set(pages) - english
    for name in english:
        if name.startswith("reference/"):
            assert pages[name].anchors == pages[f"zh/{name}"].anchors


def test_findings_have_their_pages(pages: dict[str, Page]) -> None:
    for prefix in ("", "zh/"):
        assert f"{prefix}reference/variants/index.html" in pages
        findings = pages[f"{prefix}guides/findings/index.html"]
        assert {"json", "duplicateKey", "limit", "type"} <= findings.anchors


def test_the_python_page_has_every_public_name(pages: dict[str, Page]) -> None:
    for prefix in ("", "zh/"):
        anchors = pages[f"{prefix}python/index.html"].anchors
        for module in (kvs_schema, strategies, export, docs):
            hidden = {"__version__", "schema", "schema_names", "LANGS", "Lang"}
            names = set(module.__all__) - (hidden if module is not kvs_schema else {"__version__"})
            assert {n for n in names if f"{module.__name__}.{n}" not in anchors} == set()


def test_the_command_line_page_has_every_command(pages: dict[str, Page]) -> None:
    for prefix, lang in (("", "en"), ("zh/", "zh")):
        page = pages[f"{prefix}command-line/index.html"]
        top = parser("zh" if lang == "zh" else "en")
        commands = next(action for action in top._actions if action.dest == "command")
        assert commands.choices is not None
        for name in commands.choices:
            assert f"kvs-schema-{name}" in page.anchors
        assert str(top.description).splitlines()[0] in page.text


@pytest.mark.parametrize("prefix", ["", "zh/"])
@pytest.mark.parametrize(
    ("word", "location"),
    [
        ("2032", "reference/errors/callback/#2032"),
        ("1002", "reference/errors/public/#1002"),
        ("thumnailsinfo", "reference/callbacks/outputs/#output.thumnailsinfo"),
        ("size-is-digits", "reference/errata/metainfo/#size-is-digits"),
    ],
)
def test_the_search_index_leads_to_the_place(
    site: Path, prefix: str, word: str, location: str
) -> None:
    index = json.loads((site / prefix / "search/search_index.json").read_text("utf-8"))
    (found,) = (entry for entry in index["docs"] if entry["location"] == location)
    assert word in found["title"] + found["text"]


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_chinese_words_are_segmented(site: Path, prefix: str) -> None:
    index = json.loads((site / prefix / "search/search_index.json").read_text("utf-8"))
    words = {w for e in index["docs"] for w in f"{e['title']} {e['text']}".split("\u200b")}
    assert "截图" in words


def test_schemas_are_downloads(site: Path) -> None:
    for prefix, lang in zip(("", "zh/"), LANGS, strict=True):
        path = site / prefix / "reference/schemas/task.finished.strict.opened.json"
        expected = schema_in(lang, "task.finished", strict=True, opened=True)
        assert json.loads(path.read_text("utf-8")) == expected


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_promise_names_tests_that_exist(lang: str) -> None:
    page = (ROOT / "docs" / lang / "promises.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::([\w:]+)`", page)
    assert named
    for path, name in named:
        source = (ROOT / path).read_text(encoding="utf-8")
        for part in name.split("::"):
            assert re.search(rf"^\s*(?:async )?(?:def|class) {part}\b", source, re.M), (path, name)
