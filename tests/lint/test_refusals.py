"""Refusals: each place of a request has a code of the table that declares refusals."""

from __future__ import annotations

from pathlib import Path

from .bad import Bad, due, edit, found, parametrized, small

ERRORS = "errors/public.yaml"
REQUEST = "requests/Make.yaml"
TABLE = """table: public
title: Public errors
title_zh: 公共错误
refusals:
  keywords: {required: {code: 1, basis: documented}}
  signature: {code: 2, basis: guess}
  full: {code: 2, basis: guess, http: 503}
codes:
  0: {message: Success, title: Success, title_zh: 成功, category: success}
  1: {message: missing, title: Missing, title_zh: 缺少, category: input}
  2: {message: bad, title: Bad, title_zh: 无效, category: input}
"""
POINTS = "      description_zh: 打点数。\n"
ACCESS = "      description_zh: 访问权限。\n"
REFUSAL = "      refusal: {code: 1, basis: guess}\n"


def refusing(folder: Path) -> Path:
    """The small specification with a table that declares refusals."""
    small(folder)
    (folder / ERRORS).write_text(TABLE, "utf-8")
    request = folder / REQUEST
    text = request.read_text("utf-8")
    for place in (POINTS, ACCESS):
        text = text.replace(place, f"{place}{REFUSAL}")
    request.write_text(text, "utf-8")
    return folder


def test_without_a_table_no_place_needs_one(tmp_path: Path) -> None:
    assert found(small(tmp_path / "a")) == []
    assert found(refusing(tmp_path / "b")) == []


@parametrized(
    Bad(
        "a place has none",
        REQUEST,
        f"    Access:\n      row: {{type: string, required: false}}\n"
        f"      description: Who may read it.\n{ACCESS}{REFUSAL}",
        "    Access:  #! no-refusal\n      row: {type: string, required: false}\n"
        f"      description: Who may read it.\n{ACCESS}",
    ),
    Bad(
        "no such code",
        REQUEST,
        f"{POINTS}{REFUSAL}",
        f"{POINTS}      refusal: {{code: 3, basis: guess}}  #! unknown-refusal\n",
    ),
    Bad(
        "a success",
        ERRORS,
        "signature: {code: 2, basis: guess}",
        "signature: {code: 0, basis: guess}  #! wrong-form",
    ),
    Bad(
        "no such code for a keyword",
        ERRORS,
        "  keywords: {required: {code: 1, basis: documented}}\n",
        "  keywords:\n    required: {code: 7, basis: guess}  #! unknown-refusal\n",
    ),
    Bad(
        "basis",
        REQUEST,
        f"{POINTS}{REFUSAL}",
        f"{POINTS}      refusal: {{code: 1, basis: hearsay}}  #! wrong-form\n",
    ),
    Bad(
        "no request",
        "callbacks/job.yaml",
        "job:\n  title: Job\n",
        "job:\n  title: Job\n  refusal: {code: 1, basis: guess}  #! unused-refusal\n",
    ),
)
def test_a_refusal_that_cannot_be_given(bad: Bad, tmp_path: Path) -> None:
    edit(refusing(tmp_path), bad)
    assert found(tmp_path) == due(tmp_path, [bad.file])
