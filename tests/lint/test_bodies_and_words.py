"""Error tables, examples, cases and messages."""

from __future__ import annotations

from pathlib import Path

from .bad import Bad, check, found, parametrized, small

ERRORS = "errors/callback.yaml"
MESSAGES = "messages.yaml"
TEXTS = "texts/more.yaml"
FINISHED = "examples/chain.finished.yaml"
CASES = "cases/job.yaml"
SYNTAX = (
    "  syntax: {en: 'not JSON: syntax error at line {position}', zh: '第{position}行不是 JSON'}"
)


@parametrized(
    Bad("order", ERRORS, "  2002: {", "  1999: {  #! code-order\n    "),
    Bad("same code", ERRORS, "  2002: {", "  2001: {  #! duplicate-key\n    "),
    Bad(
        "category",
        ERRORS,
        "title: File missing, title_zh: 文件不存在, category: input}",
        "title: File missing, title_zh: 文件不存在,\n    category: inputs}  #! unknown-category",
    ),
    Bad(
        "category of none",
        "errors/categories.yaml",
        "categories:\n",
        "categories:\n  more: {  #! unused-category\n"
        "    title: a, title_zh: b, description: c, description_zh: d,\n"
        "    action: e, action_zh: f, advice: g, advice_zh: h}\n",
    ),
    Bad(
        "same table",
        "errors/more.yaml",
        "",
        "table: callback  #! error-table-twice\ntitle: a\ntitle_zh: b\n"
        "codes:\n  0: {message: a, title: a, title_zh: b, category: success}\n",
    ),
)
def test_an_error_table(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


@parametrized(
    Bad(
        "schema",
        "examples/more.yaml",
        "",
        "title: a\ntitle_zh: b\nsource: c\n"
        "schema: jobs  #! unknown-reference\ndeviations: []\nunlisted: []\nbody: {}\n",
    ),
    Bad(
        "order",
        FINISHED,
        "[chain-in-no-table, level-missing]",
        "[level-missing, chain-in-no-table]  #! deviation-order",
    ),
    Bad(
        "erratum",
        FINISHED,
        "[chain-in-no-table, level-missing]",
        "[chain-in-table, level-missing]  #! unknown-erratum",
    ),
    Bad(
        "note",
        FINISHED,
        "[chain-in-no-table, level-missing]",
        "[chain-in-no-table, lists-itself]  #! erratum-effect",
    ),
)
def test_an_example(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


def test_a_variant_without_an_example(tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / FINISHED).unlink()
    line = (
        (tmp_path / "callbacks/variants.yaml")
        .read_text()
        .splitlines()
        .index("  chain: {names: standard, flow: true, title: Jobs in a row, title_zh: 串行任务}")
    )
    assert found(tmp_path) == [("callbacks/variants.yaml", line + 1, "no-example")]


@parametrized(
    Bad("example", CASES, "  of: job.finished\n", "  of: job.finish  #! unknown-example\n"),
    Bad("schema", CASES, "  schema: Make.request\n", "  schema: Make  #! unknown-reference\n"),
    Bad("erratum", CASES, "erratum: level-middle}", "erratum: level}  #! unknown-erratum"),
    Bad(
        "deviation",
        CASES,
        "  deviations: [level-middle]\n",
        "  deviations: [lists-itself]  #! erratum-effect\n",
    ),
)
def test_a_case(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


@parametrized(
    Bad(
        "unknown placeholder",
        MESSAGES,
        SYNTAX,
        "  syntax:  #! placeholder\n    en: 'at line {lines}'  #! placeholder\n"
        "    zh: '第{position}行不是 JSON'",
    ),
    Bad(
        "in one language",
        MESSAGES,
        SYNTAX,
        "  syntax: {en: 'not JSON: syntax error at {position}', zh: '不是 JSON'}  #! placeholder",
    ),
    Bad(
        "unclosed",
        MESSAGES,
        SYNTAX,
        "  syntax:\n    en: 'at {line'  #! placeholder\n    zh: '不是 JSON'",
    ),
    Bad(
        "in an advice",
        MESSAGES,
        "  syntax: {en: look at it, zh: 请检查}",
        "  syntax:\n    en: at {position}  #! placeholder\n    zh: 在{position}  #! placeholder",
    ),
    Bad(
        "advice for no reason",
        MESSAGES,
        "  syntax: {en: look at it, zh: 请检查}",
        "  sintax: {en: look at it, zh: 请检查}  #! unknown-reason",
    ),
    Bad(
        "keyword with no such reason",
        MESSAGES,
        "reasons: [syntax]",
        "reasons: [sintax]  #! unknown-reason",
    ),
)
def test_a_message(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


@parametrized(
    Bad("no Chinese", TEXTS, "", "more:\n  one: {en: a}  #! missing-name\n"),
    Bad("empty", TEXTS, "", "more:\n  one: {en: a, zh: ''}  #! wrong-form\n"),
    Bad("one form", TEXTS, "", "more:\n  one:\n    zh: b\n    en: {one: a}  #! missing-name\n"),
    Bad("name", TEXTS, "", "more:\n  One: {en: a, zh: b}  #! name-form\n"),
    Bad("placeholders", TEXTS, "", "more:\n  one: {en: 'a {b}', zh: 'a {c}'}  #! placeholder\n"),
    Bad(
        "of one form",
        TEXTS,
        "",
        "more:\n  one:  #! placeholder\n    en: {one: a, other: '{count}'}\n    zh: '{count}'\n",
    ),
    Bad("of argparse", TEXTS, "", "argparse:\n  a %s: {en: a %s, zh: b %r}  #! placeholder\n"),
    Bad(
        "of no name",
        TEXTS,
        "",
        "more:\n  one:\n    en: 'a {}'  #! placeholder\n    zh: 'b {}'  #! placeholder\n",
    ),
)
def test_a_text(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


def test_a_section_has_one_file(tmp_path: Path) -> None:
    check(
        tmp_path,
        Bad("first", "texts/a.yaml", "", "more:\n  one: {en: a, zh: b}\n"),
        Bad("second", TEXTS, "", "more:  #! section-twice\n  two: {en: a, zh: b}\n"),
    )


def test_a_keyword_without_a_message(tmp_path: Path) -> None:
    check(
        tmp_path,
        Bad(
            "words", MESSAGES, "  pattern: {en: 'expected {expected}', zh: '应为{expected}'}\n", ""
        ),
        Bad(
            "use",
            "definitions/scalars.yaml",
            "  pattern: ^[0-9]+$\n",
            "  pattern: ^[0-9]+$  #! keyword-without-message\n",
        ),
    )
