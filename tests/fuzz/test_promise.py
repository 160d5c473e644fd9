"""The promise under Hypothesis, over bytes and Python objects, and on what was found before."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kvs_schema.catalogue import store

from ..core.mutations import mutated, wire
from .promise import check_promise
from .run import CORPUS, words

BODIES = [
    example["body"]
    for example in store.specification()["examples"].values()
    if "CreateWaveTask" not in example["schema"]
]
EXAMPLES = int(os.environ.get("KVS_SCHEMA_EXAMPLES", "200"))

NAMES = st.sampled_from(sorted(words())) | st.text(max_size=5)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=8)
    | st.sampled_from(["{}", "[]", "{", '{"a":1,"a":2}', "1/0", "0:0", "12", "\ufeff{}"])
)
VALUES = st.recursive(
    SCALARS | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=200))
def test_bytes(body: bytes) -> None:
    check_promise(body)


@given(st.dictionaries(NAMES, VALUES, max_size=6) | VALUES)
@settings(max_examples=EXAMPLES)
def test_values(body: Any) -> None:
    if not isinstance(body, bytes | dict | list | str | int | float | None):
        return
    check_promise(body)


@given(st.integers(0, 2**32))
@settings(max_examples=EXAMPLES)
def test_mutations_with_bytes_changed(seed: int) -> None:
    rng = random.Random(seed)
    text = json.dumps(wire(mutated(rng, rng.choice(BODIES), rng.randrange(3)), rng))
    raw = bytearray(text.encode())
    for _ in range(rng.randrange(4)):
        at = rng.randrange(len(raw))
        change = rng.randrange(3)
        if change == 0:
            raw[at] = rng.randrange(256)
        elif change == 1:
            del raw[at : at + rng.randrange(1, 20)]
        else:
            raw[at:at] = raw[: rng.randrange(60)]
    check_promise(bytes(raw))


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_what_was_found_before(path: Path) -> None:
    check_promise(path.read_bytes())
