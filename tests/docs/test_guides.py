"""What the guides print is what comes out: every block of Python and every command is run.

A page and its translation are one test; where they differ in nothing that runs, one is run.

A block of Python runs after those before it on its page, in one folder and one name space; a block
of `text` right after it is its output. A `console` block holds commands after `$ ` and what they
print. Blocks with a title are files: they are written first. `<!-- not run -->` before a block
leaves it out.
"""

from __future__ import annotations

import ast
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
LANGS = ("en", "zh")
#: Between the outputs of two blocks of Python.
MARK = "\nprint('@@@@')\n"
PAGES = ["index.md", *sorted(f"guides/{path.name}" for path in DOCS.glob("en/guides/*.md"))]
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
    """Run a command as at a reader's desk, which is not in CI."""
    locale = "zh_CN.UTF-8" if lang == "zh" else "C.UTF-8"
    (folder / "kvs-schema").write_text(
        f'#!/bin/sh\nLC_ALL={locale} exec "{sys.executable}" -m kvs_schema "$@"\n'
    )
    (folder / "kvs-schema").chmod(0o755)
    here = {name: value for name, value in os.environ.items() if name != "CI"}
    environment = here | {
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


def meaning(block: Block) -> tuple[str, ...]:
    """Return what a block does and prints: Python without comments and docstrings."""
    if block.language not in ("python", "console", "sh", "text") and not block.title:
        return ()
    try:
        module = ast.parse(block.code)
    except SyntaxError:
        return block.language, block.title, block.code
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body[0] = ast.Pass()
    return block.language, block.title, ast.unparse(module)


@pytest.mark.parametrize("page", PAGES)
def test_page(page: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    texts = {lang: (DOCS / lang / page).read_text("utf-8") for lang in LANGS}
    done: list[list[tuple[str, ...]]] = []
    for lang, text in texts.items():
        meanings = [meaning(block) for block in blocks(text) if not block.skip]
        if meanings in done and "$ kvs-schema" not in text:
            continue
        done.append(meanings)
        folder = tmp_path / lang
        folder.mkdir()
        if "$ node " in text:
            (folder / "node_modules").symlink_to(request.getfixturevalue("node_modules"))
        prints_what_it_says(text, folder, lang)


def prints_what_it_says(text: str, folder: Path, lang: str) -> None:
    found = list(blocks(text))
    so_far: list[str] = []
    printed: list[str] = []  # by the blocks of Python that wait to be run together

    def run_python() -> None:
        if printed:
            (folder / "_page.py").write_text(MARK.join(["", *so_far]), "utf-8")
            output = bash(f"'{sys.executable}' _page.py", folder, lang)
            assert output.split("@@@@\n")[-len(printed) :] == printed, output
            printed.clear()

    for block, after in zip(found, [*found[1:], None], strict=True):
        if block.skip or "--8<--" in block.code:
            continue
        if block.title or block.language in ("sh", "console"):
            run_python()
        if block.title:
            (folder / block.title).write_text(block.code, "utf-8")
        elif block.language == "python":
            expected = (
                after.code
                if after and after.language == "text" and not text[block.end : after.start].strip()
                else ""
            )
            so_far.append(block.code)
            printed.append(expected)
        elif block.language == "sh":
            bash(block.code, folder, lang)
        elif block.language == "console":
            for part in re.split(r"^\$ ", block.code, flags=re.M)[1:]:
                command, _, expected = part.partition("\n")
                output = bash(command.partition("   # ")[0], folder, lang)
                if expected.rstrip("\n").endswith("…"):
                    expected = expected.rstrip().removesuffix("…")
                    output = output[: len(expected)]
                assert output == expected, f"{command}\n{output}"
    run_python()
