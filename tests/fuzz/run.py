"""Coverage-guided fuzzing of the promise with atheris: `python -m tests.fuzz.run --seconds 600`.

Seeds are the examples, the cases and what was found before; the dictionary has the keys and
constants of the schemas. Every input that breaks the promise is kept in `corpus/` and tried in each
run of the test suite.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "corpus"


def seeds() -> list[bytes]:
    """Return the first bodies."""
    from kvs_schema.export import vectors

    found = [json.dumps(vector["body"]).encode() for vector in vectors()]
    return found + [path.read_bytes() for path in sorted(CORPUS.iterdir())]


def words() -> set[str]:
    """Return every key and constant of the schemas."""
    from kvs_schema.catalogue import store

    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            found.update(value.get("properties", {}))
            found.update(word for word in value.get("enum", ()) if isinstance(word, str))
            for child in value.values():
                walk(child)
        elif isinstance(value, list):
            for child in value:
                walk(child)

    walk(store.specification()["schemas"])
    return found


def fuzz(arguments: list[str]) -> None:
    """Fuzz in this process, until libFuzzer ends."""
    import atheris

    with atheris.instrument_imports(include=["kvs_schema"]):
        from tests.fuzz.promise import check_promise

    def one(data: bytes) -> None:
        try:
            check_promise(data)
        except BaseException:
            CORPUS.joinpath(hashlib.sha256(data).hexdigest()[:12]).write_bytes(data)
            raise

    atheris.Setup([sys.argv[0], *arguments], one)
    atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--inside", nargs="*", help=argparse.SUPPRESS)
    options, rest = parser.parse_known_args()
    if options.inside is not None:
        fuzz(options.inside + rest)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        start = Path(folder) / "seeds"
        start.mkdir()
        for seed in seeds():
            start.joinpath(hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
        dictionary = Path(folder) / "words"
        dictionary.write_text("".join(f'"{word}"\n' for word in sorted(words()) if word.isascii()))
        command = [
            *(sys.executable, "-m", "tests.fuzz.run", "--inside", str(start)),
            f"-dict={dictionary}",
            f"-max_total_time={options.seconds}",
            *("-max_len=65536", "-rss_limit_mb=4096", "-timeout=20", "-print_final_stats=1"),
        ]
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
