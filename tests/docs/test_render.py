"""The Markdown itself: complete, in both languages, with no theme, extension or network."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kvs_schema import UnknownNameError, docs, errata, error_codes, schema_names
from kvs_schema.catalogue.store import specification, texts
from kvs_schema.docs import Lang
from kvs_schema.docs.markdown.kinds import KINDS
from kvs_schema.docs.words import place

from .pages import Page, dead_links, markdown_pages

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module", params=docs.LANGS)
def lang(request: pytest.FixtureRequest) -> Lang:
    return "zh" if request.param == "zh" else "en"


@pytest.fixture(scope="module")
def written(lang: Lang, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp(f"markdown-{lang}")
    docs.write(folder, lang)
    return folder


@pytest.fixture(scope="module")
def pages(written: Path) -> dict[str, Page]:
    found = markdown_pages(written)
    return {path.relative_to(written).as_posix(): page for path, page in found.items()}


def test_every_kind_and_name_renders(lang: Lang) -> None:
    for kind, found in KINDS.items():
        names: list[str | None] = [*found.named()] or [None]
        for name in names[:3] + names[-3:]:
            assert docs.render(kind, name, lang).strip()


def test_links_and_anchors_of_plain_markdown_lead_somewhere(written: Path) -> None:
    assert dead_links(written, markdown_pages(written)) == []


def test_findings_link_to_anchors_that_exist(pages: dict[str, Page]) -> None:
    assert set(errata) <= pages["errata.md"].anchors  # an older address of each
    for name, entry in specification()["errata"].items():
        assert name in pages[f"errata/{entry['section']}.md"].anchors
        assert f"errata/{entry['section']}.md#{name}" in pages["errata.md"].links
    for name, origin in specification()["origins"].items():
        assert name in pages[f"{origin.removesuffix('.yaml')}.md"].anchors
    for table in error_codes.tables.values():
        assert {str(code) for code in table} <= pages[f"errors/{table.name}.md"].anchors


def test_every_field_has_an_anchor(pages: dict[str, Page]) -> None:
    anchors = set().union(*(page.anchors for page in pages.values()))
    for name, schema in specification()["schemas"].items():
        for field in schema.get("properties", {}):
            assert {f"{name}.{field}", f"{name}.{field}-field"} & anchors, f"{name}.{field}"
    assert "metainfo.streams.width" in anchors


def test_every_variant_has_its_page_with_tables_and_marks(pages: dict[str, Page]) -> None:
    for dialect in specification()["classifier"]["dialects"]:
        for phase in specification()["classifier"]["phases"]:
            text = pages[f"variants/{dialect}.{phase}.md"].text
            assert text.count("| --- | --- | --- | --- |") >= 3
            assert "```json" in text


def test_everything_the_sources_say_is_told(lang: Lang, pages: dict[str, Page]) -> None:
    text = " ".join(page.text for page in pages.values())
    flat = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), text).replace("`", "")
    suffix = "_zh" if lang == "zh" else ""
    for erratum in specification()["errata"].values():
        for key in ("title", "explanation", "tolerant", "strict"):
            assert erratum[f"{key}{suffix}"] in flat
    for schema in specification()["schemas"].values():
        for field in schema.get("properties", {}).values():
            assert field.get(f"description{suffix}", "") in flat
    for table in specification()["errors"].values():
        for row in table["codes"].values():
            assert row["message"] in flat
            assert row[f"title{suffix}"] in flat


def test_fields_and_errata_link_to_each_other(pages: dict[str, Page]) -> None:
    assert "../errata/metainfo.md#size-is-digits" in pages["embedded/metainfo.md"].links
    assert "../embedded/metainfo.md#metainfo.format.size" in pages["errata/metainfo.md"].links
    assert "../errors/callback.md#2019" in pages["errata/errors.md"].links
    assert "../errata/errors.md#code-2019-fake" in pages["errors/callback.md"].links


def test_the_evidence_of_an_entry_is_folded_and_equal_levels_are_said_once(lang: Lang) -> None:
    for name, entry in specification()["errata"].items():
        shown, _, folded = docs.render("erratum", name, lang).partition("<details>")
        quotes = [q for side in entry["evidence"].values() if isinstance(side, list) for q in side]
        assert folded.count("<br>") >= len(quotes)
        assert "<br>" not in shown
        if entry["strict"] == entry["tolerant"]:
            assert "| --- |" not in shown


def test_values_of_narrowed_fields_are_told() -> None:
    table = docs.render("field-table", "task.finished")
    assert "Always `3`" in table
    assert table.index("`TaskID`") < table.index("`Status`") < table.index("`Details`")
    rows = docs.render("field-table", "metainfo.streams")
    assert "**Strict**: required when `codec_type` is `video`" in rows
    assert "Required when `codec_type` is `audio`" in rows


def test_examples_show_both_forms_and_the_strict_level() -> None:
    text = docs.render("example", "avinfo")
    assert '"metainfo": "{\\"streams\\"' in text
    assert '"metainfo": {' in text
    assert "/Details/items/0/metainfo#/format/size" in text


def test_a_variant_begins_with_what_to_do_and_an_ordinary_example(pages: dict[str, Page]) -> None:
    classifier = specification()["classifier"]
    for dialect in classifier["dialects"]:
        for phase, spec in classifier["phases"].items():
            page = pages[f"variants/{dialect}.{phase}.md"]
            before = page.text.partition("\n## ")[0]
            assert spec["action"] in before or spec["action_zh"] in before
            example = page.text.partition("```json\n")[2].partition("```")[0]
            assert "itmes" not in example
            headings = re.findall(r"^#+ (?:<a[^>]*></a>)?(.*)$", page.text, re.M)
            assert len(headings) == len(set(headings))


def test_every_code_says_what_to_do(lang: Lang) -> None:
    categories = specification()["categories"]
    key = {"en": "action", "zh": "action_zh"}[lang]
    for name, errors in specification()["errors"].items():
        rows = docs.render("error-table", name, lang).splitlines()[2:]
        for row, spec in zip(rows, errors["codes"].values(), strict=True):
            assert f"**{categories[spec['category']][key]}**" in row
    for name in ("error-code", "error-category"):
        said = docs.render(name, {"error-code": "callback/2032"}.get(name, "network"), lang)
        assert categories["network"][key] in said


def test_no_line_in_small_type_has_many_links(pages: dict[str, Page]) -> None:
    for page in pages.values():
        for small in re.findall(r"<small>.*?</small>", page.text):
            assert small.count("](") < 4, small


def test_a_default_is_a_warning(lang: Lang) -> None:
    assert "public-read" in docs.render("schema", "CreateWaveTask.request.body", lang)
    text = docs.render("schema", "CreateWaveTask.request.body", lang)
    (box,) = re.findall(r"(?:^>.*\n)+", text, flags=re.MULTILINE)
    assert "DstAcl" in box
    assert "dst-acl-values" in box


def test_chinese_speaks_chinese() -> None:
    for key, text in texts().items():
        same = text["zh"] == text["en"]
        words = re.sub(r"\{[^}]*\}", "", text["zh"])
        assert same or HAN.search(words) or not re.search(r"[a-z]{3}", words), key
    for erratum in specification()["errata"].values():
        for quotes in erratum["evidence"].values():
            if isinstance(quotes, list):
                for quote in quotes:
                    assert not re.search(
                        r"\b(table|example|section|heading|row|remark)\b",
                        place(quote["where"], "zh"),
                    )


def test_exports_of_every_schema_are_written(written: Path) -> None:
    for name in schema_names():
        for suffix in ("", ".strict", ".opened", ".strict.opened"):
            assert (written / "schemas" / f"{name}{suffix}.json").is_file()


@pytest.mark.parametrize(
    ("kind", "name", "nearest"),
    [
        ("eror-table", "callback", "error-table"),
        ("error-table", "calback", "callback"),
        ("field-table", "metainfo.stream", "metainfo.streams"),
        ("erratum", "size-is-digit", "size-is-digits"),
        ("error-code", "callback/20322", "callback/2032"),
    ],
)
def test_unknown_names_are_errors_with_the_nearest(kind: str, name: str, nearest: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        docs.render(kind, name)
    assert caught.value.nearest is not None
    assert repr(nearest) in str(caught.value) or kind == "error-code"


def test_places_of_the_document_are_named_in_both_languages() -> None:
    assert place("request table, row b", "en") == "request table, row b"
    assert place("request table, row b", "zh") == "请求表，b 行"
    assert place("request table, always", "zh") == "请求表，always"


def test_an_unknown_language_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="language"):
        docs.render("errata", lang="de")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="language"):
        docs.write(tmp_path, "de")  # type: ignore[arg-type]


def test_addresses_are_those_of_the_site_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KVS_SCHEMA_DOCS_URL", "https://docs.example/kvs")
    text = docs.render("erratum", "size-is-digits", "zh")
    target = "https://docs.example/kvs/zh/reference/embedded/metainfo/#metainfo.format.size"
    assert target in text


def test_what_a_condition_asks_of_a_part_stands_with_the_part(pages: dict[str, Page]) -> None:
    schema = specification()["schemas"]["CreateWaveTask.request"]
    asked = schema["else"]["properties"]["query"]["required"]
    [row] = [
        line
        for line in pages["requests/CreateWaveTask.md"].text.splitlines()
        if "CreateWaveTask.request.query-field" in line and line.startswith("|")
    ]
    assert "`headers.authorization`" in row
    assert all(f"`{name}`" in row for name in asked)


class TestField:
    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_every_erratum_of_a_field_is_shown(self, lang: Lang) -> None:
        for name, expected in (
            ("task.TaskID", ["task-id-form"]),
            ("metainfo.streams.width", ["zero-dropped", "stream-kind-conditions"]),
            ("output.dstpath", ["null-for-absent", "failed-fields-missing", "dstpath-form"]),
            ("details.errmsg", ["errmsg-missing", "progress-fields-missing"]),
        ):
            text = docs.render("field", name, lang)
            for erratum in expected:
                assert f"`{erratum}`" in text, (name, erratum)

    @pytest.mark.parametrize(
        ("lang", "word"), [("en", "of a task (integer) |"), ("zh", "码（整数） |")]
    )
    def test_a_form_whose_title_does_not_say_its_type(self, lang: Lang, word: str) -> None:
        assert word in docs.render("field", "details.errnum", lang)
        assert word not in docs.render("field", "metainfo.streams.width", lang)

    def test_narrower_schemas_that_require_a_field_are_listed(self) -> None:
        lines = docs.render("field", "output.dstpath").splitlines()
        assert any("`output.finished`" in line and "required" in line for line in lines)

    def test_evidence_and_errata_are_folded(self) -> None:
        row = docs.render("field", "output.dstpath").splitlines()[2]
        shown, _, folded = row.partition("<details>")
        assert "errata" not in shown
        assert "`dstpath-form`" not in shown
        assert "`dstpath-form`" in folded

    def test_the_row_is_that_of_the_table(self) -> None:
        row = docs.render("field", "task.TaskID").splitlines()[2]
        assert row.partition(" | ")[2] in docs.render("field-table", "task")

    @pytest.mark.parametrize(
        ("lang", "summary"),
        [("en", "KVS documentation: `string`, required: "), ("zh", "官方文档：`string`，必填：")],
    )
    def test_the_words_of_the_vendor_are_folded(
        self, lang: Lang, summary: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = specification()["schemas"]["task"]["properties"]["TaskID"]["row"]
        monkeypatch.setitem(row, "text", "任务 | 标识")
        text = docs.render("field", "task.TaskID", lang)
        quoted = '<span lang="zh-CN">任务 &#124; 标识</span>'
        row = text.splitlines()[2]
        assert f"{summary}{quoted}" in row.partition("<details>")[2]
