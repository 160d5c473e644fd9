"""Directives in Markdown: where they are seen, and what is wrong with them."""

from __future__ import annotations

import pytest

from kvs_schema import docs
from kvs_schema.docs.markdown.context import Context, site_links
from kvs_schema.docs.site.directives import DirectiveError, expanded


def expand(text: str) -> str:
    return expanded(text, Context("en", site_links("en")))


def test_a_directive_gives_what_render_gives() -> None:
    text = expand("before\n\n<!-- kvs: erratum size-is-digits -->\n\nafter")
    assert text == f"before\n\n{docs.render('erratum', 'size-is-digits').rstrip()}\n\nafter"


def test_options_choose_language_and_heading() -> None:
    text = expand("<!-- kvs: erratum size-is-digits lang=zh level=4 -->")
    assert text.startswith("#### ")
    assert "文件大小以数字字符串给出" in text


def test_a_directive_keeps_its_indentation() -> None:
    lines = expand("- item\n\n    <!-- kvs: error-table public -->").split("\n")
    assert all(line.startswith("    ") for line in lines[2:] if line)


@pytest.mark.parametrize(
    "text",
    [
        "```html\n<!-- kvs: error-table nothing -->\n```",
        "~~~\n<!-- kvs: nothing -->\n```\n<!-- kvs: nothing -->\n~~~",
        "- list\n\n    ```\n    <!-- kvs: nothing -->\n    ```",
        "in a line: <!-- kvs: nothing -->",
        "`<!-- kvs: nothing -->`",
        "<!-- another comment -->",
    ],
)
def test_code_and_running_text_are_left_alone(text: str) -> None:
    assert expand(text) == text


def test_fences_end() -> None:
    assert "kvs:" not in expand("```\nx\n```\n\n<!-- kvs: error-table callback -->")


@pytest.mark.parametrize(
    ("directive", "said"),
    [
        ("error-table calback", "did you mean 'callback'"),
        ("error-tabel callback", "did you mean 'error-table'"),
        ("error-table", "unknown error table"),
        ("errata size-is-digits", "part of errata"),
        ("erratum size-is-digits now", "part of erratum"),
        ("errata lang=cn", "unknown lang 'cn'"),
        ("errata language=zh", "did you mean 'lang'"),
        ("", "unknown kind of documentation"),
    ],
)
def test_what_does_not_exist_is_an_error_on_its_line(directive: str, said: str) -> None:
    with pytest.raises(DirectiveError) as caught:
        expand(f"one\n\n<!-- kvs: {directive} -->\n")
    ((line, text),) = caught.value.problems
    assert line == 3
    assert said in text


def test_all_problems_of_a_page_are_told() -> None:
    with pytest.raises(DirectiveError) as caught:
        expand("<!-- kvs: a -->\n<!-- kvs: errata x -->")
    assert [line for line, _ in caught.value.problems] == [1, 2]
