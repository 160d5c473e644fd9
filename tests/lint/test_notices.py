"""Notices: each check leads to fields, and what cannot be evaluated is a problem."""

from __future__ import annotations

from pathlib import Path

from .bad import Bad, check, found, parametrized, small

NOTICES = "notices.yaml"
UNIQUE = "      - {in: [info], unique: parts.kind}\n"
ABSENT = "      - {in: [job], when: {State: 3}, absent: Result.outputs.path}\n"


@parametrized(
    Bad("no verb", NOTICES, ABSENT, "      - {in: [job], when: {State: 3}}  #! notice-verb\n"),
    Bad(
        "two verbs",
        NOTICES,
        UNIQUE,
        "      - {in: [info], count: size, unique: size}  #! notice-verb\n",
    ),
    Bad("unknown verb", NOTICES, UNIQUE, "      - {in: [info], uniq: size}  #! unknown-name\n"),
    Bad("kind", NOTICES, UNIQUE, "      - {in: [info], unreadable: {size: day}}  #! wrong-form\n"),
    Bad(
        "two values",
        NOTICES,
        UNIQUE,
        "      - {in: [info], some: {size: 1, parts: 2}}  #! wrong-form\n",
    ),
    Bad("schema", NOTICES, UNIQUE, "      - {in: [infos], unique: parts}  #! notice-schema\n"),
    Bad("attribute", NOTICES, UNIQUE, "      - {in: [info], unique: sizes}  #! notice-attribute\n"),
    Bad(
        "key where the field has an attribute",
        NOTICES,
        ABSENT,
        ABSENT.replace("outputs", "files").replace("\n", "  #! notice-attribute\n"),
    ),
    Bad(
        "condition",
        NOTICES,
        ABSENT,
        ABSENT.replace("State", "Status").replace("\n", "  #! notice-attribute\n"),
    ),
    Bad("counts nothing", NOTICES, UNIQUE, "      - {in: [job], count: State}  #! notice-count\n"),
    Bad("one field", NOTICES, UNIQUE, "      - {in: [info], differ: size}  #! notice-attribute\n"),
    Bad(
        "placeholder",
        NOTICES,
        "    message: {en: nothing was written, zh: 没有输出}\n",
        "    message:\n      en: nothing was {written}  #! placeholder\n"
        "      zh: 没有{written}  #! placeholder\n",
    ),
    Bad(
        "placeholder of one language",
        NOTICES,
        "    message: {en: nothing was written,",
        "    message: {en: '{actual} was written',  #! placeholder\n      ",
    ),
)
def test_a_check_that_cannot_be_evaluated(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


def test_a_specification_without_notices(tmp_path: Path) -> None:
    small(tmp_path)
    (tmp_path / NOTICES).unlink()
    assert found(tmp_path) == []
