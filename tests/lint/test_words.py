"""The check of words finds the phrases that must not come back, and leaves quotations alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CHECK = Path(__file__).parents[2] / ".ci" / "words.py"


def checked(path: Path) -> tuple[int, str]:
    command = [sys.executable, str(CHECK), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("phrase", "instead"),
    [
        ("A name that stands twice is found.", "duplicate key"),
        ("This is no callback.", "is not a"),
        ("Bodies are judged one by one.", "validate"),
        ("What the tables ask is a deviation.", "requires"),
        ("It says what the document's tables say.", "the KVS documentation"),
        ("每条规则都有差一点就有效的请求体。", "仅一处错误的反例"),
        ("这个字段必有。", "必填"),
    ],
)
def test_a_phrase_is_found_with_its_line(tmp_path: Path, phrase: str, instead: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Title\n\n{phrase}\n", encoding="utf-8")
    code, said = checked(page)
    assert code == 1
    assert said.startswith(f"{page}:3: ")
    assert instead in said


def test_quotations_and_other_meanings_are_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "rows.yaml"
    page.write_text(
        "row: {type: string, required: 是否必有, text: 必有}\n"
        "required_column: 是否必有\n"
        "# 回调不必有效; a `judge` of old; ## Validate {#judge}\n",
        encoding="utf-8",
    )
    assert checked(page) == (0, "")
