"""Deviations, the errata, and null for what is absent."""

from __future__ import annotations

from pathlib import Path

from .bad import Bad, check, edit, found, parametrized, small

SCALARS = "definitions/scalars.yaml"
INFO = "embedded/info.yaml"
JOB = "callbacks/job.yaml"
RESULT = "callbacks/result.yaml"
MISSING = "    path-missing: {required: [path]}\n"
UNLISTED = "  additionalProperties: {deviations: {unlisted: false}}\n"
OUTPUT = f"  deviations:\n{MISSING}{UNLISTED}"


NOTE = """\
  another:
    title: Another
    title_zh: 勘误
    section: all
    effect: note
    explanation: The table says otherwise.
    explanation_zh: 表格的说法不同。
    evidence: {reality: Words., reality_zh: 文字。}
"""


@parametrized(
    Bad(
        "unknown",
        RESULT,
        MISSING,
        f"{MISSING}    path-mising: {{required: [info]}}  #! unknown-erratum\n",
    ),
    Bad(
        "not a deviation",
        RESULT,
        MISSING,
        f"{MISSING}    lists-itself: {{required: [info]}}  #! erratum-effect\n",
    ),
    Bad(
        "unknown for null",
        "responses/Make.yaml",
        "  required: [Code]\n",
        "  required: [Code]\n  nullAbsent: null-absent  #! unknown-erratum\n",
    ),
    Bad(
        "not a deviation for null",
        "responses/Make.yaml",
        "  required: [Code]\n",
        "  required: [Code]\n  nullAbsent: lists-itself  #! erratum-effect\n",
    ),
    Bad(
        "claims to be one",
        "errata.yaml",
        "    effect: note\n",
        "    effect: deviation  #! unreached-erratum\n",
    ),
    Bad(
        "section",
        "errata.yaml",
        "    section: all\n    effect: note\n",
        "    section: al  #! unknown-section\n    effect: note\n",
    ),
    Bad(
        "claims to apply at both levels",
        "errata.yaml",
        "    effect: note\n",
        "    effect: both  #! unreached-erratum\n",
    ),
    Bad(
        "named as a rule at both levels",
        "responses/Make.yaml",
        "  required: [Code]\n",
        "  required: [Code]\n  errata: [lists-itself]  #! erratum-effect\n",
    ),
    Bad(
        "without evidence",
        "errata.yaml",
        "    title: A table lists itself\n    title_zh: 勘误\n    section: all\n"
        "    effect: note\n    explanation: The table says otherwise.\n"
        "    explanation_zh: 表格的说法不同。\n    evidence:\n      document:\n"
        "        - {where: table, says: some words}\n",
        "    title: A table lists itself\n    title_zh: 勘误\n    section: all\n"
        "    effect: note\n    explanation: The table says otherwise.\n"
        "    explanation_zh: 表格的说法不同。\n    evidence: {}  #! wrong-form\n",
    ),
    Bad(
        "without Chinese title",
        "errata.yaml",
        "  lists-itself:\n    title: A table lists itself\n    title_zh: 勘误\n",
        "  lists-itself:  #! missing-name\n    title: A table lists itself\n",
    ),
    Bad(
        "with another effect",
        "errata.yaml",
        "    effect: note\n",
        "    effect: warning  #! wrong-form\n",
    ),
    Bad(
        "the same for both levels, and for one",
        "errata.yaml",
        "",
        f"{NOTE}    both_levels: Any.\n    both_levels_zh: 任意。\n"
        "    strict: Any.  #! wrong-form\n",
    ),
    Bad(
        "the same for both levels in one language",
        "errata.yaml",
        "",
        f"{NOTE}    both_levels: Any.\n".replace("another:", "another:  #! missing-name"),
    ),
)
def test_a_deviation_and_its_erratum_name_each_other(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


@parametrized(
    Bad(
        "in a condition",
        INFO,
        "{kind: {const: sound}}}\n",
        "{kind: {const: sound, deviations: {level-middle: {const: sound}}}}}"
        "  #! deviation-place implied\n",
    ),
    Bad(
        "in not",
        INFO,
        "{rate: {not: {type: 'null'}}}",
        "{rate: {not: {type: 'null', deviations: {level-middle: {minLength: 2}}}}}"
        "  #! deviation-place",
    ),
    Bad(
        "in a deviation",
        RESULT,
        MISSING,
        "    path-missing: {required: [path], deviations: {level-middle: {required: [info]}}}"
        "  #! deviation-place\n",
    ),
    Bad(
        "under additionalProperties",
        RESULT,
        OUTPUT,
        f"  deviations:\n{MISSING}"
        "  additionalProperties: {deviations: {unlisted: false, level-middle: false}}"
        "  #! deviation-place\n",
    ),
    Bad(
        "unlisted that is not false",
        RESULT,
        OUTPUT,
        f"  deviations:\n{MISSING}"
        "  additionalProperties: {deviations: {unlisted: {type: string}}}  #! deviation-place\n",
    ),
    Bad(
        "unlisted elsewhere",
        RESULT,
        MISSING,
        f"{MISSING}    unlisted: false  #! deviation-place\n",
    ),
    Bad(
        "closing an object",
        RESULT,
        MISSING,
        "    path-missing: {required: [path], additionalProperties: false}  #! blind-deviation\n",
    ),
)
def test_a_place_where_no_deviation_can_stand(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


@parametrized(
    Bad(
        "property",
        RESULT,
        "      $ref: '#/$defs/text'\n",
        "      $ref: '#/$defs/text'\n      deviations: {level-middle: {minLength: 2}}\n",
    ),
    Bad(
        "items",
        INFO,
        "      items: {$ref: '#/$defs/part'}\n",
        "      items: {$ref: '#/$defs/part', deviations: {level-middle: {required: [rate]}}}\n",
    ),
    Bad(
        "then",
        INFO,
        "        required: [rate]\n",
        "        required: [rate]\n        deviations: {level-middle: {required: [level]}}\n",
    ),
    Bad(
        "narrowing",
        JOB,
        "    State: {const: 4}\n\nchain:",
        "    State: {const: 4}\n  deviations: {level-middle: {properties: {ID: {minLength: 9}}}}\n"
        "\nchain:",
    ),
)
def test_a_place_where_a_deviation_can_stand(bad: Bad, tmp_path: Path) -> None:
    small(tmp_path)
    edit(tmp_path, bad)
    assert found(tmp_path) == []


@parametrized(
    Bad(
        "required in a branch",
        INFO,
        "        required: [rate]\n        properties: {rate: {not: {type: 'null'}}}\n",
        "        required: [rate]  #! null-passes\n",
    ),
    Bad(
        "required by a narrowing",
        JOB,
        "  properties:\n    State: {const: 4}\n\nchain:",
        "  properties:\n    State: {const: 4}\n"
        "    Result: {required: [files]}  #! null-passes\n\nchain:",
    ),
    Bad(
        "refused by a branch",
        INFO,
        "        required: [rate]\n        properties: {rate: {not: {type: 'null'}}}\n",
        "        properties:\n          rate: {type: string}  #! null-refused\n",
    ),
    Bad(
        "refused by allOf",
        RESULT,
        "    path:\n",
        "    path:  #! null-refused\n      allOf: [{type: string}]\n",
    ),
    Bad(
        "refused by a narrowing",
        JOB,
        "    State: {const: 4}\n\nchain:",
        "    State: {const: 4}\n    Result:\n      properties:\n"
        "        code: {type: integer}  #! null-refused\n\nchain:",
    ),
)
def test_null_passes_where_a_name_may_be_absent_and_nowhere_else(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)
