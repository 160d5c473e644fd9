"""Patterns: anchored, read alike by both engines, matched in linear time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kvs_schema.build.lint import regular
from kvs_schema.catalogue import store

from .bad import Bad, check


def code_of(pattern: str) -> str | None:
    try:
        regular.check(pattern)
    except regular.PatternError as error:
        return error.code
    return None


@pytest.mark.parametrize("code", ["anchor", "portable", "ambiguous", "syntax"])
def test_a_bad_pattern_is_found_in_the_sources(code: str, tmp_path: Path) -> None:
    pattern = {"anchor": "[0-9]+", "portable": "^\\d+$", "ambiguous": "^([0-9]+)+$"}
    written = f"'{pattern.get(code, '^[b-a]$')}'  #! pattern-{code}"
    check(tmp_path, Bad(code, "definitions/scalars.yaml", "^[0-9]+$", written))


def test_a_pattern_inside_a_condition_or_a_deviation_is_found(tmp_path: Path) -> None:
    old = "if: {required: [kind], properties: {kind: {const: sound}}}"
    condition = old.replace("{const: sound}", "{const: sound}, level: {pattern: a}")
    condition = condition.replace("[kind]", "[kind, level]") + "  #! pattern-anchor"
    deviation = "    level-missing: {required: [level], properties: {rate: {pattern: a}}}"
    check(
        tmp_path,
        Bad("condition", "embedded/info.yaml", old, condition),
        Bad(
            "deviation",
            "embedded/info.yaml",
            "    level-missing: {required: [level]}",
            f"{deviation}  #! pattern-anchor",
        ),
    )


@pytest.mark.parametrize(
    "pattern",
    ["a", "^a", "a$", "^a|b$", "(^a$)", "^(^a)$", "^a$b$", "^(a$)$", "^a\\$", "^a$|^b$", ""],
)
def test_a_pattern_that_is_not_anchored(pattern: str) -> None:
    assert code_of(pattern) in ("pattern-anchor", "pattern-syntax")


@pytest.mark.parametrize(
    "pattern",
    [
        *("^\\d+$", "^\\w$", "^\\s*$", "^\\bword$", "^[\\d.]+$", "^\\D$", "^\\p{L}+$", "^\\u0041$"),
        *("^(?=a)a$", "^(?!a)b$", "^(?<=a)b$", "^(?<!a)b$", "^(a)\\1$", "^(?P<n>a)$", "^(?i:a)$"),
        *("^.+$", "^(?#a)b$", "^\\Aa$", "^a\\Z$"),
    ],
)
def test_a_pattern_that_engines_read_in_their_own_ways(pattern: str) -> None:
    assert code_of(pattern) == "pattern-portable"


@pytest.mark.parametrize(
    "pattern",
    [
        *("^[a$", "^(a$", "^a)$", "^*a$", "^a**$", "^a+?$", "^a++$", "^a{2$", "^a{3,2}$", "^a{0}$"),
        *("^[]$", "^[b-a]$", "^[[a]]$", "^[a&&b]$", "^[a--b]$", "^a{1,99999}$", "^(a{900}){900}$"),
    ],
)
def test_a_pattern_that_is_none(pattern: str) -> None:
    assert code_of(pattern) in ("pattern-syntax", "pattern-anchor")


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "^(a+)+$",
            "^(a*)*$",
            "^(a|a)*$",
            "^(a|ab)(c|bcd)$",
            "^a*a*$",
            "^(a?){9}$",
            "^([a-z]+)*x$",
        ),
        *(
            "^(.?a)*$".replace(".", "[^b]"),
            "^[0-9]*[5-9]$",
            "^(a|b|[ab])+$",
            "^(x+x+)+y$",
            "^(|a)?$",
        ),
        *("^a?a$", "^(ab?)*b$", "^[0-9]{2,4}[0-9]$"),
    ],
)
def test_a_pattern_that_can_be_matched_in_several_ways(pattern: str) -> None:
    assert code_of(pattern) == "pattern-ambiguous"


@pytest.mark.parametrize(
    ("pattern", "matching", "other"),
    [
        ("^$", "", "a"),
        ("^[0-9]+$", "0123", "12a"),
        ("^-?[0-9]+(\\.[0-9]+)?$", "-1.5", "1."),
        ("^[0-9]+(\\.[0-9]+|/[0-9]+)?$", "30/1", "30/"),
        ("^/[^/]+/[^/]+(/[^/]*)*$", "/a/b//", "/a"),
        ("^[0-9]{8}T[0-9]{6}Z$", "20170519T081513Z", "20170519T08151Z"),
        ("^(?:[a-f]{2,4}-)*x$", "ab-abcd-x", "abcde-x"),
        ("^[^]]{2,}]?$".replace("[^]]", "[^\\]]").replace("]?", "\\]?"), "ab]", "a"),
        ("^[-+.]?a$", "-a", "--a"),
    ],
)
def test_a_pattern_that_can_be_used(pattern: str, matching: str, other: str) -> None:
    assert code_of(pattern) is None
    assert re.fullmatch(pattern, matching)
    assert not re.fullmatch(pattern, other)
    assert regular.shortest_match(pattern) <= len(matching)


@pytest.mark.parametrize(
    ("pattern", "length"),
    [("^$", 0), ("^a*$", 0), ("^a+$", 1), ("^(ab|c)d{3}$", 4), ("^a{2,}b?$", 2), ("^(a|)b$", 1)],
)
def test_the_shortest_text_that_a_pattern_matches(pattern: str, length: int) -> None:
    assert regular.shortest_match(pattern) == length


def test_every_pattern_of_the_specification_can_be_used() -> None:
    def patterns(value: object) -> list[str]:
        if isinstance(value, dict):
            own = [value["pattern"]] if isinstance(value.get("pattern"), str) else []
            return own + [p for member in value.values() for p in patterns(member)]
        return [p for e in value for p in patterns(e)] if isinstance(value, list) else []

    found = patterns(store.specification()["schemas"])
    assert len(found) > 5
    assert {code_of(pattern) for pattern in found} == {None}
