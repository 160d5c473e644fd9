"""Discriminators and embedded documents."""

from __future__ import annotations

from pathlib import Path

from .bad import Bad, check, edit, found, parametrized, small

VARIANTS = "callbacks/variants.yaml"
JOB = "callbacks/job.yaml"
INFO = "embedded/info.yaml"
FAILED = "  failed: {status: [4],"
NAMES = "  standard: {task_id: ID, status: State, type: Kind, details: Result}\n"
CHAIN = "  chain: {names: standard, flow: true,"
CONTENT = "  contentSchema: {$ref: '#/$defs/info'}\n"
MEDIA_TYPE = "  contentMediaType: application/json\n"


def test_two_dialects_with_the_same_names_and_form(tmp_path: Path) -> None:
    new = "  chain:  #! variants-overlap\n    {names: standard, flow: false,"
    check(
        tmp_path,
        Bad("dialects", VARIANTS, CHAIN, new),
        Bad(
            "no dialect is left",
            VARIANTS,
            NAMES,
            NAMES.replace(":", ":  #! variant-missing\n   ", 1),
        ),
    )


def test_two_roles_with_the_same_name(tmp_path: Path) -> None:
    new = "type: State,  #! variants-overlap\n   "
    check(tmp_path, Bad("roles", VARIANTS, "type: Kind,", new))


def test_two_phases_with_the_same_status(tmp_path: Path) -> None:
    check(
        tmp_path,
        Bad("phases", VARIANTS, FAILED, "  failed: {status: [4, 3],  #! variants-overlap\n   "),
        Bad("job", JOB, "    State: {const: 4}\n\nchain:", "    State: {enum: [4, 3]}\n\nchain:"),
        Bad(
            "chain",
            JOB,
            "chain'\n  properties:\n    State: {const: 4}\n",
            "chain'\n  properties:\n    State: {enum: [3, 4]}\n",
        ),
    )


def test_two_casings_that_share_a_name(tmp_path: Path) -> None:
    small(tmp_path)
    legacy = "  legacy: {task_id: id, status: State, type: kind, details: result}\n"
    edit(tmp_path, Bad("", VARIANTS, NAMES, NAMES + legacy))
    assert [code for _, _, code in found(tmp_path)] == [
        "variant-missing",
        "variant-missing",
        "variants-overlap",
    ]


@parametrized(
    Bad(
        "dialect",
        VARIANTS,
        CHAIN,
        "  chains:  #! variant-without-schema variant-without-schema variant-without-schema"
        " no-example no-example\n    {names: standard, flow: true,",
    ),
    Bad("phase", VARIANTS, FAILED, "  broken: {status: [4],"),
)
def test_a_variant_without_a_schema(bad: Bad, tmp_path: Path) -> None:
    small(tmp_path)
    edit(tmp_path, bad)
    entries = found(tmp_path)
    codes = {code for file, _, code in entries if file == VARIANTS}
    assert codes == {"variant-without-schema", "no-example"}
    assert {code for file, _, code in entries if file == JOB} == {"unused-schema"}


@parametrized(
    Bad(
        "casing", VARIANTS, CHAIN, "  chain: {names: standards, flow: true,  #! unknown-casing\n   "
    ),
    Bad(
        "role",
        VARIANTS,
        "details: Result}",
        "details: Results}  #! unknown-property unknown-property",
    ),
    Bad(
        "carried name",
        VARIANTS,
        "    carries: [info]\n",
        "    carries: [info, infos]  #! unknown-property\n",
    ),
    Bad(
        "status that no phase has",
        JOB,
        "    State: {const: 4}\n\nchain:",
        "    State: {const: 5}  #! phase-status\n\nchain:",
    ),
    Bad(
        "any status",
        JOB,
        "    State: {const: 4}\n\nchain:",
        "    State: {minimum: 4}  #! phase-status\n\nchain:",
    ),
)
def test_what_discriminators_speak_of_is_there(bad: Bad, tmp_path: Path) -> None:
    if bad.what == "casing":
        small(tmp_path)
        edit(tmp_path, bad)
        codes = {code for _, _, code in found(tmp_path)}
        assert codes == {"unknown-casing", "variant-missing"}
    else:
        check(tmp_path, bad)


@parametrized(
    Bad("no media type", INFO, MEDIA_TYPE + CONTENT, CONTENT.replace("\n", "  #! content\n")),
    Bad(
        "no string",
        INFO,
        "  type: string\n" + MEDIA_TYPE + CONTENT,
        "  type: [string, array]\n" + MEDIA_TYPE + CONTENT.replace("\n", "  #! content\n"),
    ),
    Bad(
        "a condition beside it",
        INFO,
        CONTENT,
        CONTENT + "  if: {const: a}  #! content\n  then: {minLength: 1}  #! content\n",
    ),
    Bad(
        "media type alone",
        "definitions/scalars.yaml",
        "  source: The tables give no form.\n",
        "  source: The tables give no form.\n  contentMediaType: application/json  #! content\n",
    ),
    Bad(
        "embedded twice",
        INFO,
        "",
        "more:  #! unused-schema\n  title: More\n  title_zh: 更多\n"
        "  source: Somewhere.\n  type: string\n  contentMediaType: application/json\n"
        "  contentSchema: {$ref: '#/$defs/info'}  #! content\n",
    ),
)
def test_an_embedded_document(bad: Bad, tmp_path: Path) -> None:
    check(tmp_path, bad)


def test_an_embedded_document_that_may_be_of_two_types(tmp_path: Path) -> None:
    head = "info:\n  title: Information\n  title_zh: 信息\n  table: info\n"
    check(
        tmp_path,
        Bad("type", INFO, f"{head}  type: object\n", f"{head}  type: [object, array]\n"),
        Bad("place", INFO, CONTENT, CONTENT.replace("\n", "  #! content\n")),
    )


def test_an_embedded_document_in_a_schema_without_a_name(tmp_path: Path) -> None:
    check(
        tmp_path,
        Bad(
            "in a property",
            "callbacks/result.yaml",
            "      $ref: '#/$defs/info.string'\n",
            "      type: string\n      contentMediaType: application/json\n"
            "      contentSchema: {$ref: '#/$defs/info'}  #! content\n",
        ),
        Bad("unused", INFO, "info.string:\n", "info.string:  #! unused-schema\n"),
        Bad("twice", INFO, CONTENT, CONTENT.replace("\n", "  #! content\n")),
    )
