"""The strategies find the bug of each handler in `examples/handlers`; the correct one passes."""

from __future__ import annotations

import os
import re

import pytest
from hypothesis import given

from kvs_schema.strategies import callbacks, deliveries

from .bugs import BUGS, HANDLERS, check, look_for

pytestmark = pytest.mark.usefixtures("no_constants_of_modules")

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
    allowed, missed, failures = max(2, len(SEEDS) * 3 // 20), [], {}
    for number in SEEDS:
        failure = look_for(name, number)
        if failure is None:
            missed.append(number)
        else:
            failures[number] = failure.text
        if len(failures) + allowed == len(SEEDS):  # what is left may miss it
            break
    assert len(missed) <= allowed, f"{name}: not found from the seeds {missed}"
    assert [text for text in failures.values() if not re.search(BUGS[name].failure, text)] == []

    shrunk = look_for(name, min(failures), shrink=True)
    assert shrunk is not None
    assert re.search(BUGS[name].failure, shrunk.text)
    assert BUGS[name].tasks or len(shrunk.bodies[0]) < 400
    print(f"\n{name}: {shrunk.text}", *(body.decode() for body in shrunk.bodies), sep="\n  ")
