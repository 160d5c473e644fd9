"""Names of schemas, references, titles, sources, tables and the names of objects."""

from __future__ import annotations

from pathlib import Path

from kvs_schema.build.lint import lint

from .bad import Bad, check, edit, found, parametrized, small

SCALARS = "definitions/scalars.yaml"
INFO = "embedded/info.yaml"
JOB = "callbacks/job.yaml"
RESULT = "callbacks/result.yaml"
REQUEST = "requests/Make.yaml"
PATH_ROW = "      row: {type: string, required: true}\n"
PATH = f"    path:\n{PATH_ROW}      description: Where it is.\n      description_zh: 路径。\n"
WORDS = "  title: More\n  title_zh: 更多\n  source: Somewhere.\n  type: string\n"


@parametrized(
    Bad("character", SCALARS, "", f"so_and_so:  #! schema-name unused-schema\n{WORDS}"),
    Bad("first character", SCALARS, "", f"5a:  #! schema-name unused-schema\n{WORDS}"),
    Bad("nullable", SCALARS, "", f"nullable.x:  #! schema-name unused-schema\n{WORDS}"),
    Bad("callback", SCALARS, "", f"callback:  #! schema-name unused-schema\n{WORDS}"),
    Bad("twice", REQUEST, "", f"count:  #! schema-twice\n{WORDS}"),
    Bad("unused", SCALARS, "", f"more:  #! unused-schema\n{WORDS}"),
)
def test_a_name_of_a_schema(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


def test_what_only_unused_schemas_refer_to_is_unused(tmp_path: Path) -> None:
    one = f"one:  #! unused-schema\n{WORDS.replace('type: string', '$ref: ' + repr('#/$defs/two'))}"
    check(tmp_path, Bad("two", SCALARS, "", f"{one}two:  #! unused-schema\n{WORDS}"))


def reference(written: str, code: str) -> Bad:
    old = "      $ref: '#/$defs/result'\n"
    return Bad(written, JOB, old, f"      $ref: '{written}'  #! {code}\n")


@parametrized(
    reference("#/$defs/resalt", "unknown-reference"),
    reference("#/$defs/", "unknown-reference"),
    reference("result", "reference-form"),
    reference("#/definitions/result", "reference-form"),
    reference("#/$defs/result/properties/code", "reference-form"),
    reference("result.yaml#/result", "reference-form"),
    reference("#/$defs/job", "circular-reference"),
    Bad(
        "content",
        INFO,
        "contentSchema: {$ref: '#/$defs/info'}",
        "contentSchema: {$ref: '#/$defs/infos'}  #! unknown-reference",
    ),
    Bad(
        "circle through others",
        INFO,
        "      $ref: '#/$defs/level'\n",
        "      $ref: '#/$defs/info'  #! circular-reference\n",
    ),
)
def test_a_reference(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


def test_a_reference_names_the_schema_that_may_be_meant(tmp_path: Path) -> None:
    small(tmp_path)
    edit(tmp_path, reference("#/$defs/resalt", "unknown-reference"))
    assert [p.message for p in lint(tmp_path)] == [
        "unknown schema 'resalt'; did you mean 'result'?"
    ]


@parametrized(
    Bad("title", SCALARS, "text:\n  title: Any string\n", "text:  #! untitled\n"),
    Bad(
        "Chinese title",
        SCALARS,
        "text:\n  title: Any string\n  title_zh: 任意字符串\n",
        "text:  #! untitled\n  title: Any string\n",
    ),
    Bad("descriptions", RESULT, PATH, "    path:  #! undescribed undescribed\n" + PATH_ROW),
    Bad(
        "Chinese description",
        RESULT,
        PATH,
        f"    path:  #! undescribed\n{PATH_ROW}      description: Where it is.\n",
    ),
)
def test_words_that_are_missing(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


def test_a_property_that_refers_to_a_described_schema_is_described(tmp_path: Path) -> None:
    small(tmp_path)
    edit(
        tmp_path, Bad("", INFO, "info:\n", "info:\n  description: All.\n  description_zh: 全部。\n")
    )
    old = "      row: {type: array, required: true}\n      description: The parts.\n"
    edit(tmp_path, Bad("", INFO, old, "      row: {type: array, required: true}\n"))
    assert [code for _, _, code in found(tmp_path)] == ["undescribed"]


@parametrized(
    Bad(
        "schema",
        SCALARS,
        "text:\n  title: Any string\n  title_zh: 任意字符串\n  source: The tables give no form.\n",
        "text:  #! no-source\n  title: Any string\n  title_zh: 任意字符串\n",
    ),
    Bad(
        "property with a row",
        RESULT,
        "    path:\n      row: {type: string, required: true}\n",
        "    path:  #! no-source\n",
    ),
    Bad(
        "property with a source",
        "responses/Make.yaml",
        "    Code:\n      source: Make example\n",
        "    Code:  #! no-source\n",
    ),
    Bad(
        "branch",
        INFO,
        "    - source: Part table, row rate.\n"
        "      if: {required: [kind], properties: {kind: {const: sound}}}\n      then:\n",
        "    - if: {required: [kind], properties: {kind: {const: sound}}}\n"
        "      then:  #! no-source\n",
    ),
    Bad(
        "allOf",
        INFO,
        "  allOf:\n",
        "  allOf:\n    - properties: {rate: {minLength: 2}}  #! no-source\n",
    ),
    Bad(
        "narrowing",
        JOB,
        "  title_zh: 成功的任务\n  source: Job table, row State.\n  $ref: '#/$defs/job'\n"
        "  properties:\n    State: {const: 3}\n",
        "  title_zh: 成功的任务\n  table: job\n  $ref: '#/$defs/job'\n"
        "  properties:\n    State: {const: 3}  #! no-source\n",
    ),
)
def test_a_rule_without_a_source(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


def test_a_branch_of_a_property_with_a_row_needs_no_other_source(tmp_path: Path) -> None:
    small(tmp_path)
    old = "      then: {$ref: '#/$defs/output'}\n"
    edit(tmp_path, Bad("", RESULT, old, f"{old}      else: {{minItems: 2}}\n"))
    edit(tmp_path, Bad("", "messages.yaml", "  not: {", "  minItems: {en: a, zh: b}\n  not: {"))
    assert found(tmp_path) == []


@parametrized(
    Bad("unknown table", RESULT, "  table: output\n", "  table: outputs  #! unknown-table\n"),
    Bad(
        "row without table",
        "responses/Make.yaml",
        "      source: Make example\n",
        "      row: {type: int, required: true}  #! row-without-table\n",
    ),
    Bad(
        "row of no property",
        INFO,
        "      items: {$ref: '#/$defs/part'}\n",
        "      items:\n        row: {type: int, required: false}  #! row-without-table\n"
        "        $ref: '#/$defs/part'\n",
    ),
    Bad(
        "unused table",
        "tables.yaml",
        "tables:\n",
        "tables:\n  more: {section: s, heading: h, required_column: r}  #! unused-table\n",
    ),
    Bad(
        "recorded row without erratum",
        "tables.yaml",
        "erratum: lists-itself",
        "erratum: list-itself  #! unknown-erratum",
    ),
    Bad(
        "row that nothing requires",
        RESULT,
        "      row: {type: string, required: false}\n",
        "      row: {type: string, required: true}  #! row-not-required\n",
    ),
)
def test_a_table(bad: Bad, tmp_path: Path) -> None:
    if bad.what == "unknown table":
        small(tmp_path)
        edit(tmp_path, bad)
        codes = [(file, code) for file, _, code in found(tmp_path)]
        assert codes == [(RESULT, "unknown-table"), ("tables.yaml", "unused-table")]
    else:
        check(tmp_path, bad)


def test_a_row_that_stands_twice(tmp_path: Path) -> None:
    check(
        tmp_path,
        Bad("in two schemas", REQUEST, "  table: make\n", "  table: output\n"),
        Bad("other table", "tables.yaml", "  make: {", "  make: {  #! unused-table\n   "),
        Bad(
            "row",
            REQUEST,
            "    Access:\n      row: {type: string, required: false}\n",
            "    path:\n      row: {type: string, required: false}  #! row-twice\n",
        ),
    )


def test_a_row_that_is_recorded_and_asserted(tmp_path: Path) -> None:
    old = "    size:\n      row: {type: int, required: true}\n"
    new = "    size:\n      row: {type: int, required: true}  #! row-twice\n"
    check(
        tmp_path,
        Bad("recorded", "tables.yaml", "      info:\n", "      size:\n"),
        Bad("row", INFO, old, new),
    )


@parametrized(
    Bad(
        "no properties",
        SCALARS,
        "",
        f"more:  #! unused-schema\n{WORDS.replace('string', 'object')}"
        "  additionalProperties: false  #! names-not-listed\n",
    ),
    Bad(
        "narrowing",
        JOB,
        "    State: {const: 4}\n\nchain:",
        "    State: {const: 4}\n"
        "    Stat: {const: 4}  #! names-not-listed no-source undescribed undescribed\n\nchain:",
    ),
    Bad(
        "condition",
        INFO,
        "if: {required: [kind], properties: {kind: {const: sound}}}",
        "if: {required: [kind, kin], properties: {kind: {const: sound}, kin: {const: a}}}"
        "  #! names-not-listed unknown-required-name",
    ),
    Bad(
        "then",
        INFO,
        "        required: [rate]\n        properties: {rate: {not: {type: 'null'}}}\n",
        "        required: [rate]\n        properties:\n          rate: {not: {type: 'null'}}\n"
        "          rates: {type: string}  #! names-not-listed\n",
    ),
    Bad(
        "deviation",
        RESULT,
        "    path-missing: {required: [path]}\n",
        "    path-missing: {required: [path], properties: {pth: {minLength: 1}}}"
        "  #! names-not-listed no-type\n",
    ),
    Bad(
        "required",
        INFO,
        "  required: [kind]\n",
        "  required: [kind, kinds]  #! unknown-required-name\n",
    ),
    Bad(
        "required in a deviation",
        RESULT,
        "{required: [path]}\n",
        "{required: [path, pth]}  #! unknown-required-name\n",
    ),
    Bad(
        "required in a condition",
        INFO,
        "if: {required: [kind],",
        "if: {required: [kind, kin],  #! unknown-required-name\n          ",
    ),
    Bad("counts nothing", INFO, "      counts: parts\n", "      counts: part  #! counts-nothing\n"),
    Bad(
        "counts no array", INFO, "      counts: parts\n", "      counts: size  #! counts-nothing\n"
    ),
)
def test_names_of_an_object(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


def test_an_array_of_the_object_around_can_be_counted(tmp_path: Path) -> None:
    small(tmp_path)
    edit(tmp_path, Bad("", INFO, "      counts: parts\n", ""))
    old = "      $ref: '#/$defs/digits'\n"
    edit(tmp_path, Bad("", INFO, old, f"      counts: parts\n{old}"))
    assert found(tmp_path) == []
