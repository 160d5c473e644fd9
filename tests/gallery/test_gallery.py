"""The strategies find the bug of each handler in `examples/handlers`; the correct one passes."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import given

from kvs_schema.strategies import callbacks, deliveries

from .bugs import BUGS, HANDLERS, check, look_for

#: 20 in the long version.
SEEDS = range(int(os.environ.get("KVS_SCHEMA_SEEDS", "5")))


def test_every_handler_is_tested() -> None:
    modules = {path.stem for path in HANDLERS.glob("*.py")} - {"__init__", "correct"}
    assert modules == BUGS.keys()


@pytest.mark.parametrize("page", ["docs/en/guides/fuzz.md", "docs/zh/guides/fuzz.md"])
def test_the_guides_say_how_many_there_are(page: str) -> None:
    assert numbers_beside_the_gallery(page) == [len(BUGS)] * 2


def numbers_beside_the_gallery(page: str) -> list[int]:
    """The numbers in the paragraph that speaks of the gallery."""
    text = (HANDLERS.parents[1] / page).read_text("utf-8")
    (paragraph,) = (part for part in text.split("\n\n") if "`examples/handlers/`" in part)
    return [int(number) for number in re.findall("[0-9]+", paragraph)]


@given(callbacks(wire="bytes"))
def test_correct_handler_reads_every_callback(body: bytes) -> None:
    check("correct", [body])


@given(deliveries(tasks=2, wire="bytes"))
def test_correct_handler_takes_callbacks_in_every_order(received: list[bytes]) -> None:
    check("correct", received)


@pytest.mark.parametrize("name", sorted(BUGS))
def test_bug_is_found(name: str) -> None:
    """Within 100 examples, from 17 of 20 seeds (of 5: from three); prints the smallest one.

    A single callback is then shorter than 400 bytes.
    """
    found = {number: look_for(name, number) for number in SEEDS}
    missed = [number for number, failure in found.items() if failure is None]
    assert len(missed) <= max(2, len(SEEDS) * 3 // 20), f"{name}: not found from the seeds {missed}"
    failures = [failure.text for failure in found.values() if failure]
    assert [text for text in failures if not re.search(BUGS[name].failure, text)] == []

    number = next(number for number, failure in found.items() if failure)
    shrunk = look_for(name, number, shrink=True)
    assert shrunk is not None
    assert re.search(BUGS[name].failure, shrunk.text)
    assert BUGS[name].tasks or len(shrunk.bodies[0]) < 400
    print(f"\n{name}: {shrunk.text}", *(body.decode() for body in shrunk.bodies), sep="\n  ")
