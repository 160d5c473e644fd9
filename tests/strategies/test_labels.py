"""Each draw of an example has a label of its own.

Of two draws with one label Hypothesis copies one over the other, five examples in a row.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis.internal.conjecture.data import ConjectureData
from hypothesis.strategies import SearchStrategy

from kvs_schema.strategies import callbacks, deliveries, invalid_callbacks

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
