"""Find phrases of `words.yaml` in what people read, and print each with its file and line.

`python .ci/words.py [FILE ...]`: by default every tracked text of the project. Exits with 1 if a
phrase is found.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
PHRASES = Path(__file__).with_name("words.yaml")
#: What people read: pages, texts of both languages, docstrings and comments of code outside tests.
READ = ("*.md", "schemas/*.yaml", "kvs_schema/*.py", "docs/*.py", "benchmarks/*.py", "examples/*")
#: Quotations of the KVS documentation in the sources: rows of tables, evidence, messages of errors.
QUOTED = re.compile(r"^\s*(- )?(row|text|quote|message|document|evidence): ")


def findings(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line, the phrase and what to write instead, for each phrase in a text."""
    listed = yaml.safe_load(PHRASES.read_text("utf-8"))
    phrases = listed["english"] | listed["chinese"]
    for number, line in enumerate(text.splitlines(), 1):
        if QUOTED.match(line):
            continue
        for phrase, instead in phrases.items():
            if found := re.search(phrase, line):
                yield number, found[0], instead


def main(names: list[str]) -> int:
    """Print the findings of files; return the exit code."""
    if not names:
        listed = subprocess.run(
            ["git", "ls-files", *READ], cwd=ROOT, capture_output=True, text=True, check=True
        )
        names = listed.stdout.split()
    code = 0
    for name in names:
        for line, phrase, instead in findings((ROOT / name).read_text("utf-8")):
            print(f"{name}:{line}: {phrase!r}; write: {instead}")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
