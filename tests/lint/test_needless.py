"""Rules that say nothing, and branches that nothing can reach."""

from __future__ import annotations

from pathlib import Path

from .bad import Bad, check, edit, found, parametrized, small

SCALARS = "definitions/scalars.yaml"
INFO = "embedded/info.yaml"
JOB = "callbacks/job.yaml"
RESULT = "callbacks/result.yaml"
REQUEST = "requests/Make.yaml"
ENUM = "  enum: [low, middle, high]\n"
REF = "      $ref: '#/$defs/text'\n"
DEVIATION = "    level-middle: {enum: [low, high]}\n"
IF = "      if: {required: [kind], properties: {kind: {const: sound}}}\n"
THEN = "      then: {$ref: '#/$defs/output'}\n"


@parametrized(
    Bad("type beside enum", SCALARS, ENUM, f"{ENUM}  type: string  #! implied\n"),
    Bad("pattern beside enum", SCALARS, ENUM, f"{ENUM}  pattern: ^[a-z]+$  #! implied\n"),
    Bad(
        "type beside const",
        JOB,
        "    State: {const: 4}\n\nchain:",
        "    State: {const: 4, type: integer}  #! implied\n\nchain:",
    ),
    Bad(
        "enum beside const",
        JOB,
        "    State: {const: 4}\n\nchain:",
        "    State: {const: 4, enum: [4]}  #! implied\n\nchain:",
    ),
    Bad(
        "length beside pattern",
        SCALARS,
        "  pattern: ^[0-9]+$\n",
        "  pattern: ^[0-9]+$\n  minLength: 1  #! implied\n",
    ),
    Bad(
        "length by reference",
        INFO,
        "      $ref: '#/$defs/digits'\n",
        "      $ref: '#/$defs/digits'\n      minLength: 1  #! implied\n",
    ),
    Bad("type by reference", RESULT, REF, f"{REF}      type: string  #! implied\n"),
    Bad(
        "bound by reference",
        INFO,
        "      $ref: '#/$defs/count'\n",
        "      $ref: '#/$defs/count'\n      minimum: 0  #! implied\n",
    ),
    Bad(
        "required by reference",
        JOB,
        "  $ref: '#/$defs/job'\n  properties:\n    State: {const: 4}\n",
        "  $ref: '#/$defs/job'\n  required: [Kind]  #! implied\n"
        "  properties:\n    State: {const: 4}\n",
    ),
    Bad(
        "deviation that repeats a name",
        INFO,
        "    level-missing: {required: [level]}\n",
        "    level-missing: {required: [level, kind]}  #! implied\n",
    ),
    Bad(
        "deviation that repeats a type",
        RESULT,
        REF,
        f"{REF}      deviations: {{level-middle: {{type: string}}}}  #! implied implied\n",
    ),
    Bad(
        "deviation that allows all",
        SCALARS,
        DEVIATION,
        "    level-middle: {enum: [low, middle, high, top]}  #! implied\n",
    ),
    Bad(
        "not of what cannot be",
        SCALARS,
        "text:\n  title: Any string\n",
        "text:\n  not: {const: 5}  #! implied\n  title: Any string\n",
    ),
)
def test_a_rule_that_another_implies(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


@parametrized(
    Bad(
        "bound without type",
        "responses/Make.yaml",
        "      type: integer\n",
        "      minimum: 0  #! no-type\n",
    ),
    Bad(
        "bound of a string",
        SCALARS,
        "  source: The tables give no form.\n",
        "  source: The tables give no form.\n  maximum: 9  #! inapplicable\n",
    ),
    Bad(
        "pattern of an integer",
        INFO,
        "      $ref: '#/$defs/count'\n",
        "      $ref: '#/$defs/count'\n      pattern: ^a$  #! inapplicable\n",
    ),
    Bad(
        "length of an integer",
        INFO,
        "      $ref: '#/$defs/count'\n",
        "      $ref: '#/$defs/count'\n      minLength: 2  #! inapplicable\n",
    ),
    Bad("items of a string", RESULT, REF, f"{REF}      items: {{type: string}}  #! inapplicable\n"),
    Bad(
        "elements of a string",
        RESULT,
        REF,
        f"{REF}      minItems: 1  #! inapplicable keyword-without-message\n",
    ),
    Bad(
        "error table of a string",
        RESULT,
        REF,
        f"{REF}      errorTable: callback  #! inapplicable\n",
    ),
    Bad(
        "unknown error table",
        SCALARS,
        "{errorTable: callback}",
        "{errorTable: calback}  #! unknown-error-table",
    ),
)
def test_a_rule_that_has_nothing_to_apply_to(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


@parametrized(
    Bad("then without if", INFO, IF + "      then:\n", "      then:  #! unreachable\n"),
    Bad(
        "if without then",
        RESULT,
        f"      if: {{type: object}}\n{THEN}",
        "      if: {type: object}  #! unreachable\n",
    ),
    Bad(
        "excluded constant", INFO, IF, IF.replace("sound", "smell").rstrip() + "  #! unreachable\n"
    ),
    Bad(
        "excluded values",
        INFO,
        IF,
        IF.replace("{const: sound}", "{enum: [a, b]}").rstrip() + "  #! unreachable\n",
    ),
    Bad(
        "all values",
        INFO,
        IF,
        IF.replace("{const: sound}", "{enum: [sound, picture]}").rstrip() + "  #! unreachable\n",
    ),
    Bad(
        "excluded type",
        RESULT,
        "      if: {type: object}\n",
        "      if: {type: integer}  #! unreachable\n",
    ),
    Bad(
        "all types",
        RESULT,
        f"      if: {{type: object}}\n{THEN}",
        "      if: {type: [object, array, 'null']}  #! unreachable\n"
        "      else: {$ref: '#/$defs/output'}\n",
    ),
    Bad(
        "condition that absence meets",
        INFO,
        IF,
        IF.replace("{const: sound}", "{const: sound}, level: {const: low}").rstrip()
        + "  #! vacuous-condition\n",
    ),
    Bad(
        "status that is no status",
        JOB,
        "    State: {const: 4}\n\nchain:",
        "    State: {const: four}  #! unsatisfiable phase-status\n\nchain:",
    ),
    Bad(
        "narrowing to an excluded value",
        JOB,
        "    State: {const: 4}\n\nchain:",
        "    State: {const: 4}\n    Kind: {const: 5}  #! unsatisfiable\n\nchain:",
    ),
    Bad(
        "narrowing to an excluded type",
        JOB,
        "    State: {const: 4}\n\nchain:",
        "    State: {const: 4}\n    Kind: {type: array}  #! unsatisfiable\n\nchain:",
    ),
    Bad(
        "branch to an excluded value",
        INFO,
        "{rate: {not: {type: 'null'}}}",
        "{rate: {not: {type: 'null'}}, level: {enum: [top]}}  #! unsatisfiable null-refused",
    ),
    Bad(
        "deviation without a value",
        SCALARS,
        DEVIATION,
        "    level-middle: {enum: [lower, higher]}  #! unsatisfiable\n",
    ),
    Bad(
        "crossed bounds", REQUEST, "      minimum: 11\n", "      minimum: 4096  #! unsatisfiable\n"
    ),
)
def test_a_branch_that_nothing_reaches_and_a_rule_that_nothing_meets(
    bad: Bad, tmp_path: Path
) -> None:
    check(tmp_path, bad)


def test_a_deviation_may_empty_variants_that_have_no_strict_body(tmp_path: Path) -> None:
    """Both dialects' failed phase is given a status that the tables do not have."""
    small(tmp_path)
    for name, after in (("job", "\n\nchain:"), ("chain", "\n")):
        old = f"  $ref: '#/$defs/{name}'\n  properties:\n    State: {{const: 4}}{after}"
        text = (tmp_path / JOB).read_text()
        assert old in text
        new = old.replace("{const: 4}", "{const: 4, deviations: {level-middle: {const: 3}}}")
        head, _, tail = text.rpartition(old)
        (tmp_path / JOB).write_text(head + new + tail)
    assert found(tmp_path) == []


def test_a_condition_on_null_is_met_where_null_counts_as_absent(tmp_path: Path) -> None:
    small(tmp_path)
    new = "{const: sound}, rate: {not: {type: 'null'}}"
    edit(
        tmp_path,
        Bad("", INFO, IF, IF.replace("{const: sound}", new).replace("[kind]", "[kind, rate]")),
    )
    assert found(tmp_path) == []
