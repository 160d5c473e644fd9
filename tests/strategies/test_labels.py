"""Each draw of an example has a label of its own.

Of two draws with one label Hypothesis copies one over the other, five examples in a row.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis.internal.conjecture.data import ConjectureData
from hypothesis.internal.conjecture.engine import ConjectureRunner
from hypothesis.strategies import SearchStrategy

from kvs_schema.strategies import callbacks, deliveries, embedded, invalid_callbacks
from kvs_schema.strategies.wire import Wire

from .drawing import drawn

#: Labels of Hypothesis are hashes of 64 bits.
OURS = range(1 << 44)


@pytest.mark.parametrize("values", [callbacks(), deliveries(tasks=2), invalid_callbacks()])
def test_no_label_occurs_twice_in_an_example(
    values: SearchStrategy[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    examples: dict[ConjectureData, list[int]] = {}
    start = ConjectureData.start_span

    def noted(data: ConjectureData, label: int) -> None:
        examples.setdefault(data, []).append(label)
        start(data, label)

    monkeypatch.setattr(ConjectureData, "start_span", noted)
    drawn(values, 40, 1)
    all_of_them = [[label for label in labels if label in OURS] for labels in examples.values()]
    assert [labels for labels in all_of_them if len(labels) != len(set(labels))] == []
    assert sum(map(len, all_of_them)) > sum(map(len, examples.values())) / 2


WIRES: tuple[Wire, ...] = ("object", "text", "bytes")


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("make", [callbacks, deliveries, invalid_callbacks, embedded])
def test_nothing_has_the_label_of_what_it_is_in(
    make: Callable[..., SearchStrategy[Any]], wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else Hypothesis copies the whole over the part, and what follows is no longer as drawn."""
    mutated = 0

    def look(_: ConjectureRunner, data: ConjectureData) -> None:
        nonlocal mutated
        for group in data.spans.mutator_groups:
            mutated += 1
            for (start, end), (after, last) in pairwise(sorted(group)):
                assert not start <= after <= last <= end or start == end or after == last

    monkeypatch.setattr(ConjectureRunner, "generate_mutations_from", look)
    values = make("metainfo", wire=wire) if make is embedded else make(wire=wire)
    drawn(values, 100, 1)
    drawn(values.map(lambda value: value), 100, 1)
    drawn(values.filter(lambda value: True), 100, 1)
    assert mutated
