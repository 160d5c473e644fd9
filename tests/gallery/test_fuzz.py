"""`kvs-schema fuzz` finds each handler of the gallery whose bug shows as an exception.

The groups of a search have seeds of their own, so that it is enough to search in those of the
variants that a handler is meant for. In the long version this is done from ten seeds.
"""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

from kvs_schema import variants
from kvs_schema.fuzzing import open_receiver
from kvs_schema.fuzzing.files import Destination, failure_files
from kvs_schema.fuzzing.properties import Examiner, FailureKind
from kvs_schema.fuzzing.scripts import Script, ScriptGroup, groups
from kvs_schema.fuzzing.search import Search
from kvs_schema.strategies.callbacks import CallbackOptions

from .applications import DIALECTS, listed
from .bugs import BUGS, handler

pytestmark = pytest.mark.usefixtures("no_constants_of_modules")

ROOT = Path(__file__).parents[2]
SEEDS = range(int(os.environ.get("KVS_SCHEMA_FUZZ", "1")))
RAISING = [
    name
    for name, bug in BUGS.items()
    if any(not part.startswith("WrongRowError") for part in bug.failure.split("|"))
]
#: Handlers that are tried in the short version: alone, in order, of a type, of a dialect.
SOME = ["message_null", "progress_must_rise", "width_zero", "flow_details_object"]


def wanted(name: str) -> list[ScriptGroup]:
    """The groups in which a handler gets something."""
    of = handler(name).receives
    chosen = [
        variant
        for variant in variants()
        if variant.name in listed(of.get("variants", variant.name))
        and variant.dialect in listed(of.get("dialects", DIALECTS[variant.name]))
    ]
    options = CallbackOptions(types=None, errnums=None, values=None)
    return [
        group
        for group in groups(chosen, lambda _: options, pinned=False)
        if group.kind in ("callbacks", "deliveries")
        and (group.type is None or group.type in listed(of.get("types", group.type)))
    ]


def search(name: str, seed: int, examples: int = 100) -> Search:
    """Search until something is found."""
    target = f"tests.gallery.applications:{name}"
    with open_receiver(target, folder=ROOT) as receiver:
        found = Search(Examiner(receiver), seed, examples, shrinking=1)
        for _ in found.run(wanted(name), Script(())):
            if found.found:
                break
    return found


@pytest.mark.parametrize("name", RAISING if len(SEEDS) > 1 else SOME)
def test_fuzz_finds_the_bug(name: str, tmp_path: Path) -> None:
    found = {seed: search(name, seed).found for seed in SEEDS}
    missed = [seed for seed in SEEDS if not found[seed]]
    assert len(missed) <= len(SEEDS) // 10, f"{name}: not found from the seeds {missed}"
    destination = Destination(f"tests.gallery.applications:{name}", folder=str(ROOT))
    for seed, failures in found.items():
        for (kind, status), failure in failures.items():
            assert (kind, status) == (FailureKind.SERVER_ERROR, 500)
            folder = tmp_path / str(seed)
            written = failure_files(failure.smallest, "an error", destination, folder)
            written.write()
            namespace = runpy.run_path(str(written.test))
            with pytest.raises(AssertionError):
                namespace["test_server_error_500"]()


def test_fuzz_finds_nothing_in_the_correct_handler() -> None:
    for seed in SEEDS:
        found = search("correct", seed, 100 if len(SEEDS) > 1 else 3)
        assert found.found == {}
        assert sum(found.unstable.values()) == 0
        assert all(tally.accepted == tally.examples for tally in found.by_variant.values())
