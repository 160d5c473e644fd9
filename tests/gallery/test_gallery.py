"""The strategies find the bug of each handler in `examples/handlers`; the correct one passes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from kvs_schema.strategies import callbacks, deliveries

from .bugs import BUGS, HANDLERS, check, look_for

SEEDS = range(20)


def test_every_handler_is_tested() -> None:
    modules = {path.stem for path in HANDLERS.glob("*.py")} - {"__init__", "correct"}
    assert modules == BUGS.keys()


@given(callbacks(wire="bytes"))
def test_correct_handler_reads_every_callback(body: bytes) -> None:
    check("correct", [body])


@given(deliveries(tasks=2, wire="bytes"))
def test_correct_handler_takes_callbacks_in_every_order(received: list[bytes]) -> None:
    check("correct", received)


@pytest.mark.parametrize("name", sorted(BUGS))
def test_bug_is_found(name: str) -> None:
    """Within 100 examples, from at least 19 of 20 seeds; prints the smallest failing example."""
    found = {number: look_for(name, number) for number in SEEDS}
    missed = [number for number, failure in found.items() if failure is None]
    assert len(missed) <= 1, f"{name}: not found from the seeds {missed}"
    failures = [failure.text for failure in found.values() if failure]
    assert [text for text in failures if not re.search(BUGS[name].failure, text)] == []

    number = next(number for number, failure in found.items() if failure)
    shrunk = look_for(name, number, shrink=True)
    assert shrunk is not None
    assert re.search(BUGS[name].failure, shrunk.text)
    print(f"\n{name}: {shrunk.text}", *(body.decode() for body in shrunk.bodies), sep="\n  ")
