"""What the guides print is what comes out: every block of Python and every command is run.

A block of Python runs after those before it on its page, in one folder and one name space; a block
of `text` right after it is its output. A `console` block holds commands after `$ ` and what they
print. Blocks with a title are files: they are written first. `<!-- not run -->` before a block
leaves it out.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    path
    for lang in ("en", "zh")
    for path in [DOCS / lang / "index.md", *(DOCS / lang / "guides").glob("*.md")]
)
_BLOCK = re.compile(
    r"(?P<skip><!-- not run -->\n+)?^(?P<indent> *)(?P<fence>`{3,})(?P<info>[^\n`]*)\n"
    r"(?P<code>.*?)^(?P=indent)(?P=fence)$",
    re.M | re.S,
)


class Block(NamedTuple):
    language: str
    title: str
    code: str
    skip: bool
    start: int
    end: int


def blocks(text: str) -> Iterator[Block]:
    for match in _BLOCK.finditer(text):
        language, _, rest = match["info"].strip().partition(" ")
        title = re.search(r'title="([^"]+)"', rest)
        indent = len(match["indent"])
        code = "".join(f"{line[indent:]}\n" for line in match["code"].splitlines())
        yield Block(language, title[1] if title else "", code, bool(match["skip"]), *match.span())


def bash(command: str, folder: Path, lang: str) -> str:
    locale = "zh_CN.UTF-8" if lang == "zh" else "C.UTF-8"
    (folder / "kvs-schema").write_text(
        f'#!/bin/sh\nLC_ALL={locale} exec "{sys.executable}" -m kvs_schema "$@"\n'
    )
    (folder / "kvs-schema").chmod(0o755)
    environment = os.environ | {
        "PATH": f"{folder}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT}:{os.environ.get('PYTHONPATH', '')}",
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
        "COLUMNS": "80",
        "NO_MKDOCS_2_WARNING": "1",
    }
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=600,
    )
    return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(DOCS).as_posix())
def test_page(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    text = page.read_text("utf-8")
    lang = page.relative_to(DOCS).parts[0]
    if "$ node " in text:
        (tmp_path / "node_modules").symlink_to(request.getfixturevalue("node_modules"))
    found = list(blocks(text))
    so_far = ""
    for block, after in zip(found, [*found[1:], None], strict=True):
        if block.skip or "--8<--" in block.code:
            continue
        if block.title:
            (tmp_path / block.title).write_text(block.code, "utf-8")
        elif block.language == "python":
            expected = (
                after.code
                if after and after.language == "text" and not text[block.end : after.start].strip()
                else ""
            )
            (tmp_path / "_page.py").write_text(f"{so_far}\nprint('@@@@')\n{block.code}", "utf-8")
            output = bash(f"'{sys.executable}' _page.py", tmp_path, lang)
            so_far += block.code
            assert output.rpartition("@@@@\n")[2] == expected, output
        elif block.language == "sh":
            bash(block.code, tmp_path, lang)
        elif block.language == "console":
            for part in re.split(r"^\$ ", block.code, flags=re.M)[1:]:
                command, _, expected = part.partition("\n")
                output = bash(command.partition("   # ")[0], tmp_path, lang)
                if expected.rstrip("\n").endswith("…"):
                    expected = expected.rstrip().removesuffix("…")
                    output = output[: len(expected)]
                assert output == expected, f"{command}\n{output}"
