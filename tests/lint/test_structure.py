"""Files that do not hold to their schema in `meta/`."""

from __future__ import annotations

from pathlib import Path

from .bad import Bad, check, parametrized

SCALARS = "definitions/scalars.yaml"
VARIANTS = "callbacks/variants.yaml"
TEXT = "  source: The tables give no form.\n  type: string\n"


def text(line: str, code: str = "wrong-form") -> Bad:
    """The schema `text` with a line that has the wrong form."""
    return Bad(line.strip(), SCALARS, TEXT, f"{TEXT}  {line}  #! {code}\n")


@parametrized(
    text("patern: ^a$", "unknown-keyword"),
    text("oneOf: [{type: string}]", "unknown-keyword"),
    text("format: date", "unknown-keyword"),
    text("minLength: one"),
    text("minLength: -1"),
    text("minLength: true"),
    text("minimum: '0'"),
    text("pattern: 5"),
    text("pattern: ''"),
    text("enum: []"),
    text("enum: [a, a]"),
    text("enum: [[a]]"),
    text("const: {a: 1}"),
    text("required: a"),
    text("required: [a, a]"),
    text("properties: []"),
    text("properties: {a: true}"),
    text("items: [{type: string}]"),
    text("allOf: []"),
    text("not: false"),
    text("if: true"),
    text("deviations: {}"),
    text("contentSchema: {type: object}", "missing-name unknown-keyword"),
    text("contentMediaType: text/plain"),
    text("row: {type: int}", "missing-name"),
    text("form: decimal"),
    text("attribute: camelCase"),
    text("description: ' spaces '"),
    Bad("type", SCALARS, TEXT, TEXT.replace("string", "strng  #! wrong-form")),
    Bad("one type in a list", SCALARS, TEXT, TEXT.replace("string", "[string]  #! wrong-form")),
    Bad("type twice", SCALARS, TEXT, TEXT.replace("string", "[string, string]  #! wrong-form")),
    Bad("title", SCALARS, "  title: Any string\n", "  title: [Any, string]  #! wrong-form\n"),
    Bad("no schema", SCALARS, "", "more: string  #! wrong-form\n"),
    Bad("empty schema", SCALARS, "", "more: {}  #! wrong-form\n"),
)
def test_a_keyword_that_is_unknown_or_has_the_wrong_form(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


@parametrized(
    Bad("names", VARIANTS, "  names: 2\n", "  names: two  #! wrong-form\n"),
    Bad("role", VARIANTS, "task_id: ID,", "taskid: ID,  #! missing-name unknown-name\n   "),
    Bad("phase", VARIANTS, "status: [3],", "status: 3,  #! wrong-form\n   "),
    Bad(
        "dialect",
        VARIANTS,
        "names: standard, flow: false,",
        "flow: 1,  #! missing-name wrong-form\n   ",
    ),
    Bad("type of task", VARIANTS, "    carries: [info]\n", "    carries: info  #! wrong-form\n"),
    Bad("table", "tables.yaml", "  job: {section: Job,", "  job: {  #! missing-name\n   "),
    Bad("recorded row", "tables.yaml", "true}\n", "perhaps}  #! wrong-form\n"),
    Bad("error table", "errors/callback.yaml", "table: callback\n", "table: 5  #! wrong-form\n"),
    Bad("title of a code", "errors/callback.yaml", "title: File missing,", " #! missing-name\n"),
    Bad("code", "errors/callback.yaml", "  2002:", "  -2002:  #! name-form\n   "),
    Bad(
        "note in one language",
        "errors/callback.yaml",
        "category: success}",
        "category: success,\n    note: a note}  #! missing-name",
    ),
    Bad("category", "errors/categories.yaml", "  input: {", "  Input!: {  #! name-form\n    "),
    Bad(
        "category in one language",
        "errors/categories.yaml",
        "  input: {title: Input, title_zh: 输入,",
        "  input: {title: Input,  #! missing-name\n   ",
    ),
    Bad(
        "message in one language",
        "messages.yaml",
        "  syntax: {en: look at it, zh: 请检查}",
        "  syntax: {en: look at it}  #! missing-name",
    ),
    Bad("kind", "messages.yaml", "kinds:\n  object: {", "kinds:  #! missing-name\n  thing: {"),
    Bad("word", "messages.yaml", "words:\n  or:", "words:  #! missing-name\n  nor:"),
    Bad("deviations", "examples/job.failed.yaml", "[]\nunlisted", "none  #! wrong-form\nunlisted"),
    Bad("body", "examples/job.failed.yaml", "{ID: a}", "text  #! wrong-form"),
    Bad("verdict", "cases/job.yaml", "  tolerant: valid\n", "  tolerant: fine  #! wrong-form\n"),
    Bad(
        "case", "cases/job.yaml", "- description: A", "- says: a  #! missing-name unknown-name\n  #"
    ),
    Bad(
        "body and example", "cases/job.yaml", "A middle level\n", "Both  #! wrong-form\n  body: 5\n"
    ),
)
def test_a_file_that_is_not_as_its_meta_schema_has_it(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


def test_an_example_of_ours_says_why_it_is_there(tmp_path: Path) -> None:
    example = "examples/job.failed.yaml"
    check(
        tmp_path,
        Bad("reason", example, "reason: Shows it.\n", ""),
        Bad("place", example, "title: Example of job.failed\n", "title: One  #! missing-name\n"),
    )
