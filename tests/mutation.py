"""Mutation testing: `python -m tests.mutation [PATTERN…]`.

A pattern names mutants, such as `kvs_schema.reading.variants.*`.

mutmut makes the mutants. The tests are collected once; each mutant is tried in a process of its
own that is forked from there, by the test that last killed one first. What survives is listed in
`tests/survivors.yaml`, with the reason why it behaves as the original, and is not tried again; any
other survivor is an error.
"""

from __future__ import annotations

import argparse
import contextlib
import fnmatch
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SURVIVORS = ROOT / "tests" / "survivors.yaml"
#: Seconds of processor time in one test after which a mutant counts as killed: it does not end.
PATIENCE = 20
#: Enough of the drawn bodies for a mutant to show.
ENVIRONMENT = {"KVS_SCHEMA_MUTATIONS": "400", "PYTHONDONTWRITEBYTECODE": "1"}


def made() -> dict[str, str]:
    """Return every mutant by name with its difference, in the order of the configuration."""
    from mutmut.__main__ import create_mutants
    from mutmut.configuration import config
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.mutation.trampoline import set_mutant_under_test
    from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, setup_source_paths

    set_mutant_under_test("mutant_generation")
    (ROOT / "mutants").mkdir(exist_ok=True)
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    with contextlib.redirect_stdout(None):
        create_mutants(1)
    del os.environ["MUTANT_UNDER_TEST"]
    found = {}
    for path in config().only_mutate:
        data = SourceFileMutationData(path=Path(path))
        data.load()
        for name in data.exit_code_by_key:
            found[name] = get_diff_for_mutant(name, path=Path(path))
    return found


class Trials:
    """A plugin that runs the collected tests once for each mutant."""

    def __init__(self, mutants: list[str], results: Path) -> None:
        self.mutants, self.results = mutants, results

    def pytest_runtestloop(self, session: Any) -> bool:
        from kvs_schema.catalogue import store

        session.config.option.tbstyle = "value"  # nobody reads tracebacks, which are slow to make
        for load in (store.specification, store.program, store.fast):
            load()  # once for all: no mutant changes them
        items = list(session.items)
        with self.results.open("w", encoding="utf-8") as file:
            for mutant in self.mutants:
                start = time.monotonic()
                killer = self.tried(session, items, mutant)
                if killer is not None and killer >= 0:
                    items.insert(0, items.pop(killer))
                outcome = {None: "survived", -1: "timeout"}.get(killer, "killed")
                by = items[0].nodeid if outcome == "killed" else None
                seconds = round(time.monotonic() - start, 2)
                found = {"mutant": mutant, "outcome": outcome, "by": by, "seconds": seconds}
                file.write(json.dumps(found) + "\n")
                file.flush()
        return True

    @staticmethod
    def tried(session: Any, items: list[Any], mutant: str) -> int | None:
        """Return the position of the killing test, -1 if it does not end, None if it survives."""
        read, write = os.pipe()
        child = os.fork()
        if not child:
            os.environ["MUTANT_UNDER_TEST"] = mutant
            signal.alarm(50 * PATIENCE)  # one that waits takes no processor time
            for position, item in enumerate(items):
                signal.setitimer(signal.ITIMER_PROF, PATIENCE)
                following = items[position + 1] if position + 1 < len(items) else None
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if session.testsfailed:
                    os.write(write, str(position).encode())
                    os._exit(1)
            os._exit(0)
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0:
            return None
        return int(said) if said else -1


def inside(names: Path, results: Path) -> int:
    """Collect the tests and fork, in the process in `mutants/`."""
    import pytest
    from mutmut.configuration import config

    mutants = json.loads(names.read_text(encoding="utf-8"))
    options = ["-o", "addopts=--import-mode=importlib", "-p", "no:terminal", "-p", "no:xdist"]
    selection = [*config().pytest_add_cli_args, *config().pytest_add_cli_args_test_selection]
    return int(pytest.main([*options, *selection], plugins=[Trials(mutants, results)]))


def change(diff: str) -> tuple[str, str]:
    """Return what a mutant removes and what it adds instead."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    return tuple(  # type: ignore[return-value]
        " ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+"
    )


def explained() -> dict[tuple[str, str, str], str]:
    """Return the reason for each known survivor, by function and change."""
    import yaml

    known = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8")) if SURVIVORS.exists() else {}
    return {
        (function, each["was"], each["becomes"]): entry["why"]
        for function, entries in known.items()
        for entry in entries
        for each in entry["mutants"]
    }


def function_of(mutant: str) -> str:
    """`module.function` or `module.Class.method` of a mutant."""
    name = mutant.removeprefix("kvs_schema.").rpartition("__mutmut_")[0]
    return name.replace(".x_", ".").replace(".xǁ", ".").replace("ǁ", ".")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("patterns", nargs="*", default=["*"])
    parser.add_argument("--every", type=int, default=1, help="try one of so many mutants")
    parser.add_argument("--inside", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return inside(*options.inside)
    diffs = made()
    known = explained()
    outcomes: dict[str, str] = {}
    for index, name in enumerate(diffs):
        wanted = any(fnmatch.fnmatch(name, pattern) for pattern in options.patterns)
        if wanted and index % options.every == 0:
            because = known.get((function_of(name), *change(diffs[name])))
            outcomes[name] = "explained" if because else "not tried"
    chosen = [name for name, outcome in outcomes.items() if outcome == "not tried"]
    names, results = ROOT / "mutants" / "chosen.json", ROOT / "mutants" / "results.jsonl"
    names.write_text(json.dumps(chosen), encoding="utf-8")
    command = [sys.executable, "-m", "tests.mutation", "--inside", str(names), str(results)]
    environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(ROOT / "mutants")}
    subprocess.run(command, cwd=ROOT / "mutants", env=environment, check=True)
    for line in results.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        outcomes[found["mutant"]] = found["outcome"]
    tally: dict[str, Counter[str]] = {}
    for name, outcome in outcomes.items():
        tally.setdefault(function_of(name).partition(".")[0], Counter())[outcome] += 1
        if outcome in ("survived", "not tried"):
            was, becomes = change(diffs[name])
            print(f"{name} {outcome}\n  - {was}\n  + {becomes}")
    stale = known.keys() - {(function_of(name), *change(diff)) for name, diff in diffs.items()}
    for function, was, becomes in sorted(stale):
        print(f"explained, and no mutant: {function}\n  - {was}\n  + {becomes}")
    for module, counts in tally.items():
        print(f"{module}: {counts.total()} mutants, {dict(counts)}")
    return 1 if stale or {"survived", "not tried"} & set(outcomes.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
