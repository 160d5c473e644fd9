"""`explain`, `codes`, `variants`, `schema`: what the specification knows, in both languages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import jsonschema
import pytest
from markdown_it import MarkdownIt

import kvs_schema
from kvs_schema import docs
from kvs_schema.catalogue.store import graph, specification
from kvs_schema.cli import main
from kvs_schema.docs.model import field_names
from kvs_schema.results.messages import site
from kvs_schema.validation.callbacks import encode_document

Capture = pytest.CaptureFixture[str]


def _said(capsys: Capture, *arguments: str, code: int = 0) -> str:
    assert main(list(arguments)) == code
    captured = capsys.readouterr()
    return captured.out if code == 0 else captured.err


def _attached(schema: str, node: Any, key: str = "") -> Iterator[tuple[str, list[str]]]:
    """The properties in a schema, each with the errata that its own schema names."""
    if isinstance(node, list):
        for each in node:
            yield from _attached(schema, each, key)
    elif isinstance(node, dict):
        for name, below in node.get("properties", {}).items():
            yield from _attached(schema, below, name)
        errata = [*node.get("errata", ()), *node.get("deviations", ())]
        if key and errata and f"{schema}.{key}" in field_names(graph()):
            yield f"{schema}.{key}", [each for each in errata if each != "unlisted"]
        for keyword, below in node.items():
            if keyword not in ("properties", "items", "$ref", "row", "if"):
                yield from _attached(schema, below, key)


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(" ".join(data.split()))


def _texts(markdown: str) -> list[str]:
    """The texts of a Markdown page between its markup."""
    reader = _Texts()
    reader.feed(MarkdownIt().enable("table").render(markdown))
    return [text for text in reader.found if text]


class TestExplain:
    def test_a_code(self, capsys: Capture) -> None:
        said = _said(capsys, "explain", "2032")
        code = kvs_schema.error_codes.callback[2032]
        assert said.startswith(f"2032  {code.title}")
        assert f"- Text in the KVS documentation: {code.message}\n" in said
        assert specification()["categories"][code.category]["description"] in said

    def test_a_code_of_both_tables(self, capsys: Capture) -> None:
        said = _said(capsys, "explain", "0")
        for table in kvs_schema.error_codes.tables.values():
            assert f"({table.title})" in said
            assert f"- Text in the KVS documentation: {table[0].message}\n" in said

    def test_a_code_in_no_table_and_the_errata_that_speak_of_it(self, capsys: Capture) -> None:
        said = _said(capsys, "explain", "2062")
        assert "Not in any error table" in said
        assert "erratum: code-in-no-table" in said
        assert "Not in any error table" in _said(capsys, "explain", "--", "-7")

    def test_an_erratum_with_its_evidence_and_where_it_is_named(self, capsys: Capture) -> None:
        said = _said(capsys, "explain", "zero-dropped")
        erratum = kvs_schema.errata["zero-dropped"]
        for text in (erratum.title, erratum.explanation, erratum.tolerant, erratum.strict):
            assert text in said
        assert "metainfo.streams" in said

    def test_a_category_and_the_table_of_each_code(self, capsys: Capture) -> None:
        said = _said(capsys, "explain", "success")
        for table in kvs_schema.error_codes.tables.values():
            assert f"- {table.title}: 0\n" in said

    def test_a_field_wherever_it_stands(self, capsys: Capture) -> None:
        said = _said(capsys, "explain", "thumnailsinfo")
        for heading in ("thumnailsinfo  ", "output.thumnailsinfo  ", "outinfo.thumnailsinfo  "):
            assert f"\n{heading}" in f"\n{said}"

    @pytest.mark.parametrize(
        "topic",
        [
            "metainfo.streams.width",
            "metainfo.streams#/properties/width/type",
            "METAINFO.STREAMS.WIDTH",
        ],
    )
    def test_one_field_and_the_errata_that_ask_for_it(self, capsys: Capture, topic: str) -> None:
        said = _said(capsys, "explain", topic)
        assert said.startswith("metainfo.streams.width  (field)")
        assert "erratum: zero-dropped" in said

    @pytest.mark.parametrize(
        ("pointer", "headings"),
        [
            ("/Details/items/0/metainfo#/streams/1/width", ["metainfo.streams.width"]),
            ("/Details/items/0/outMediainfo#/streams/1/width", ["outMediainfo.streams.width"]),
            ("/Details/3/OutInfo/metainfo#/format/size", ["metainfo.format.size"]),
            ("/Details/items/0/segmentsinfo#/7/duration", ["segmentsinfo.segment.duration"]),
            ("/Details/items/0/metainfo#", ["metainfo"]),
            ("/Details/items/0/metainfo", ["output.metainfo"]),
            ("/Details/items/0", ["details.items"]),
            ("details.ITEMS", ["details.items"]),
            ("Details.items", ["details.items"]),
            ("SrcInfo.path", ["CreateWaveTask.source.path"]),
            ("task.finished#/properties/Status/const", ["task.finished.Status"]),
            ("metainf#/properties/width", ["metainfo.streams.width", "outMediainfo.streams.width"]),
            ("/body/SrcInfo/0/path", ["CreateWaveTask.source.path"]),
            ("/body/SrcInfo/path", ["CreateWaveTask.source.path"]),
            ("/query/X-Amz-Date", ["CreateWaveTask.request.query.X-Amz-Date"]),
            ("/Status", ["task.Status", "flow.Status"]),
            # Of a document that is part of another: all that it may be.
            ("/streams/1/width", ["metainfo.streams.width", "outMediainfo.streams.width"]),
            ("/segmentsinfo#/0/duration", ["segmentsinfo.segment.duration"]),
            # What leads nowhere is looked up by its last name.
            ("/nowhere#/width", ["metainfo.streams.width", "outMediainfo.streams.width"]),
        ],
    )
    def test_a_pointer_a_path_or_a_rule(
        self, capsys: Capture, pointer: str, headings: list[str]
    ) -> None:
        said = _said(capsys, "explain", pointer)
        assert re.findall(r"^(\S+)  .*\((?:field|schema)\)$", said, re.M) == headings

    def test_every_pointer_of_a_finding_leads_to_what_its_rule_is_about(
        self, capsys: Capture
    ) -> None:
        embedded = 0
        for example in specification()["examples"].values():
            body = encode_document("callback", example["body"])
            report = kvs_schema.check_document(example["schema"], body)
            for finding in (*report.violations, *report.deviations):
                names = [token for token in finding.location[-1] if isinstance(token, str)]
                if not names:
                    continue
                said = _said(capsys, "explain", finding.pointer)
                headings = re.findall(r"^(\S+)  .*\((?:field|schema)\)$", said, re.M)
                assert 1 <= len(headings) <= 2, finding.pointer
                assert all(heading.endswith(f".{names[-1]}") for heading in headings)
                if len(finding.location) > 1:
                    embedded += 1
                    document = str(finding.location[0][-1])
                    assert {h.partition(".")[0] for h in headings} == {document}
        assert embedded > 10

    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_whatever_is_explained_has_a_page(
        self, capsys: Capture, lang: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KVS_SCHEMA_DOCS_URL", "https://docs.example/kvs")
        for table in kvs_schema.error_codes.tables.values():
            page = docs.render("error-table", table.name, lang)
            page += docs.render("error-categories", table.name, lang)
            names = [str(code) for code in table] + list(specification()["categories"])
            said = _said(capsys, "explain", "--lang", lang, *names)
            start = f"{site(lang)}reference/errors/{table.name}/#"
            anchors = re.findall(rf"{re.escape(start)}(\S+)$", said, re.M)
            assert set(map(str, table)) <= set(anchors)
            for anchor in anchors:
                assert f'id="{anchor}"' in page
        for name in specification()["classifier"]["types"]:
            said = _said(capsys, "explain", "--lang", lang, name)
            assert f"{site(lang)}reference/variants/#types\n" in said

    def test_a_rule_of_a_deviation_leads_to_its_erratum(self, capsys: Capture) -> None:
        report = kvs_schema.check_callback(specification()["examples"]["failed"]["body"])
        rule = report.deviations[0].rule
        assert rule is not None
        assert "failed-fields-missing  " in _said(capsys, "explain", rule)

    def test_a_part_without_words_of_its_own_is_what_it_refers_to(self, capsys: Capture) -> None:
        for part in ("body", "query"):
            assert _said(capsys, "explain", f"/{part}").startswith(
                f"CreateWaveTask.request.{part} "
            )
        assert "  (schema)\n" in _said(capsys, "explain", "/headers")

    def test_a_name_for_several_schemas_explains_each(self, capsys: Capture) -> None:
        said = _said(capsys, "explain", "callback")
        for dialect in specification()["classifier"]["dialects"]:
            assert re.search(rf"^{re.escape(dialect)}  .*\(schema\)$", said, re.M)
        said = _said(capsys, "explain", "CreateWaveTask")
        assert "CreateWaveTask.request  " in said
        assert "CreateWaveTask.response  " in said

    @pytest.mark.parametrize(
        ("topic", "en", "zh"),
        [
            ("task.TaskID", "Required: yes", "必填：是"),
            ("details.status", "Required: no", "必填：否"),
            ("details.errnum", "- details.finished: required", "- details.finished：必填"),
            ("output.dstpath", "- output.finished: required", "- output.finished：必填"),
            ("metainfo.streams.sample_rate", "Required: on a condition", "必填：视条件"),
            ("subtask.OutInfo", "    Required when Status is 3", "    必填（当 Status 为 3）"),
        ],
    )
    def test_when_a_field_must_be_there(
        self, capsys: Capture, topic: str, en: str, zh: str
    ) -> None:
        assert f"{en}\n" in _said(capsys, "explain", topic)
        assert f"{zh}\n" in _said(capsys, "--lang", "zh", "explain", topic)

    def test_every_erratum_of_a_property_is_shown(self, capsys: Capture) -> None:
        shown = {
            (field, erratum)
            for name, schema in specification()["schemas"].items()
            for field, errata in _attached(name, schema)
            for erratum in errata
        }
        assert len({erratum for _, erratum in shown}) > 30
        for field in dict.fromkeys(field for field, _ in shown):
            said = _said(capsys, "explain", field)
            for erratum in (erratum for other, erratum in shown if other == field):
                title = kvs_schema.errata[erratum].title
                assert f"erratum: {erratum}  {title}\n" in said, (field, erratum)

    @pytest.mark.parametrize("lang", docs.LANGS)
    def test_a_field_of_a_table_has_the_facts_of_its_page(self, capsys: Capture, lang: Any) -> None:
        fields = [
            f"{name}.{key}"
            for name, schema in specification()["schemas"].items()
            for key, field in schema.get("properties", {}).items()
            if isinstance(field, dict) and "row" in field
        ]
        assert len(fields) > 100
        for field in fields:
            said = " ".join(_said(capsys, "explain", "--lang", lang, field).split())
            page = docs.render("field", field, lang)  # on a terminal nothing is folded
            facts = _texts(re.sub("<summary>.*?</summary>", "", page))
            assert len(facts) > 5
            assert [fact for fact in facts if fact not in said] == [], field

    def test_all_levels_of_a_variant(self, capsys: Capture) -> None:
        said = _said(capsys, "explain", "task.finished")
        page = docs.render("variant", "task.finished")
        parts = re.findall(r'^## <a id="([\w.]+)"></a>', page, re.M)
        parts = [part for part in parts if part in specification()["schemas"]]
        assert {"task.finished", "details.finished", "output.finished"} <= set(parts)
        for part in parts[1:]:
            assert re.search(rf"^  .* {re.escape(part)}$", said, re.M), part
        assert "erratum: errmsg-missing  " in said
        assert "- First level: TaskID Status Type Details\n" in said
        assert '{"' not in said  # the bodies of its examples are on the page

    def test_every_keyword_of_findings(self, capsys: Capture) -> None:
        messages = specification()["messages"]
        for keyword, entry in messages["findings"].items():
            said = _said(capsys, "explain", keyword)
            assert f"{keyword}  {entry['title']}  (keyword of findings)\n" in said
            assert entry["description"] in said
            for reason in entry.get("reasons", ()):
                assert messages["reasons"][reason]["en"].partition("{")[0] in said
        assert messages["keywords"].keys() <= messages["findings"].keys()

    @pytest.mark.parametrize("topic", ["3", "finished", "FINISHED"])
    def test_a_status_and_the_variants_that_report_it(self, capsys: Capture, topic: str) -> None:
        said = _said(capsys, "explain", topic)
        assert said.startswith("finished  Succeeded  (status)\n")
        for dialect in specification()["classifier"]["dialects"]:
            assert f"\n  {dialect}.finished  " in said
        assert "task.failed" not in said

    def test_a_value_that_errata_mention(self, capsys: Capture) -> None:
        said = _said(capsys, "explain", "audiowave")
        assert "type-values-elsewhere  " in said
        assert "audiowave" not in specification()["classifier"]["types"]

    def test_many_things_of_one_name_are_listed(self, capsys: Capture) -> None:
        said = _said(capsys, "explain", "callback").splitlines()
        assert len(said) == 5
        assert said[-1] == "For one of them: kvs-schema explain NAME"
        for line in said[:-1]:
            assert _said(capsys, "explain", line.partition(" ")[0]).startswith(f"{line}\n")

    def test_errata_that_ask_for_a_field_in_a_narrower_schema(self, capsys: Capture) -> None:
        assert "erratum: errmsg-missing" in _said(capsys, "explain", "details.errmsg")

    def test_places_in_the_document_are_said_in_chinese(self, capsys: Capture) -> None:
        said = _said(capsys, "--lang", "zh", "explain", "errmsg-missing")
        assert "文档：Details 表，errmsg 行\n" in said

    def test_near_matches(self, capsys: Capture) -> None:
        said = _said(capsys, "explain", "thumbnailsinfo", code=2)
        assert "did you mean thumnailsinfo, " in said
        assert _said(capsys, "explain", "qqqqqq", code=2).count("\n") == 1

    @pytest.mark.parametrize("topic", ["", "/", "#", "/0", "/#", "..", "[", "a#b", "/~1", "9" * 20])
    def test_what_is_no_name_is_one_line(self, capsys: Capture, topic: str) -> None:
        said = _said(capsys, "explain", topic, code=2)
        assert said.startswith(f"kvs-schema: unknown name {topic!r}; ")
        assert said.count("\n") == 1

    @pytest.mark.parametrize("lang", ["en", "zh"])
    def test_everything_that_has_a_name_is_explained(self, capsys: Capture, lang: str) -> None:
        known = specification()
        topics = [*known["schemas"], *known["errata"], *known["categories"]]
        topics += [*known["classifier"]["types"], *map(str, kvs_schema.error_codes.callback)]
        said = _said(capsys, "explain", "--lang", lang, *topics)
        word = "title_zh" if lang == "zh" else "title"
        for erratum in kvs_schema.errata.values():
            assert f"{erratum.id}  {getattr(erratum, word)}" in said
        for code in kvs_schema.error_codes.callback.values():
            assert f"\n{code.code}  {getattr(code, word)}" in said
        for variant in kvs_schema.variants():
            assert f"{variant.name}  {getattr(variant, word)}" in said


class TestLists:
    def test_codes_as_json(self, capsys: Capture) -> None:
        rows = [
            json.loads(line) for line in _said(capsys, "codes", "--format", "json").splitlines()
        ]
        assert [(row["table"], row["code"]) for row in rows] == [
            (name, code) for name, table in kvs_schema.error_codes.tables.items() for code in table
        ]
        assert {row["message"] for row in rows if row["code"] == 3158} == {
            kvs_schema.error_codes.callback[3158].message
        }

    def test_codes_of_one_table(self, capsys: Capture) -> None:
        said = _said(capsys, "codes", "--table", "public").splitlines()
        assert len(said) == 31
        said = _said(capsys, "codes", "--table", "pubic", code=2).splitlines()
        assert said == ["kvs-schema: unknown error table 'pubic'; did you mean 'public'?"]

    @pytest.mark.parametrize("command", ["codes", "variants"])
    def test_columns_line_up_in_chinese(self, capsys: Capture, command: str) -> None:
        from kvs_schema.cli.terminal.screen import width

        head, *rows = _said(capsys, command, "--lang", "zh").splitlines()
        last = head.split()[-1]
        column = width(head[: head.index(last)])
        for row in rows:
            cells = [width(row[:at]) for at in range(len(row)) if row[at] != " "]
            assert column in cells or max(cells) < column

    def test_variants(self, capsys: Capture) -> None:
        said = _said(capsys, "variants")
        for variant in kvs_schema.variants():
            assert variant.title in said
        rows = [json.loads(r) for r in _said(capsys, "variants", "--format", "json").splitlines()]
        assert [row["name"] for row in rows] == [v.name for v in kvs_schema.variants()]


class TestSchema:
    @pytest.mark.parametrize("flags", [[], ["--strict"], ["--opened"], ["--strict", "--opened"]])
    def test_it_is_what_the_library_gives(self, capsys: Capture, flags: list[str]) -> None:
        printed = json.loads(_said(capsys, "schema", "task.finished", *flags))
        strict, opened = "--strict" in flags, "--opened" in flags
        assert printed == kvs_schema.schema("task.finished", strict=strict, opened=opened)
        jsonschema.Draft202012Validator.check_schema(printed)

    def test_its_words_are_in_the_language(self, capsys: Capture) -> None:
        found = json.loads(_said(capsys, "--lang", "zh", "schema", "task"))
        source = specification()["schemas"]["task"]
        assert found["title"] == source["title_zh"]
        told = found["$defs"]["task"]["properties"]["TaskID"]["description"]
        assert told == source["properties"]["TaskID"]["description_zh"]

    def test_without_a_name_the_names(self, capsys: Capture) -> None:
        names = [line.split()[0] for line in _said(capsys, "schema").splitlines()[1:]]
        assert names == [*kvs_schema.schema_names(), "report", "audit"]

    def test_an_unknown_name(self, capsys: Capture) -> None:
        assert "did you mean 'metainfo'" in _said(capsys, "schema", "metinfo", code=2)
