"""Error codes and lengths that users ask for: `errnums`, `max_text`, `max_items`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import strategies as st

from kvs_schema import (
    check_callback,
)
from kvs_schema.catalogue.store import specification
from kvs_schema.strategies import (
    callbacks,
    invalid_callbacks,
)

from .drawing import LEVELS, drawn, outputs


@LEVELS
def test_error_codes_are_those_asked_for(strict: bool) -> None:
    bodies = drawn(callbacks(errnums=[2032, 2049], strict=strict), 150)
    failed = set()
    for body in bodies:
        for task in check_callback(body).callback.tasks:  # type: ignore[union-attr]
            if task.status == 4:
                failed.add(task.errnum)
    assert failed == {2032, 2049}


def test_codes_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="no task can fail with 0"):
        callbacks("task.failed", errnums=[2032, 0], strict=True)
    with pytest.raises(TypeError, match="errnums: a code is an integer, not str"):
        callbacks("task.failed", errnums="2032")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at least one"):
        callbacks("task.failed", errnums=[])
    drawn_codes = drawn(callbacks("task.failed", errnums=st.just(9999)), 20)
    assert {body["Details"]["errnum"] for body in drawn_codes} == {9999}


def test_texts_become_as_long_as_asked_for_and_no_longer() -> None:
    bodies = drawn(callbacks("task.failed", max_text=300), 150)
    lengths = [len(body["Details"].get("bucket") or "") for body in bodies]
    assert max(lengths) == 300
    assert sorted(lengths)[len(lengths) // 2] < 40
    short = drawn(callbacks("task.failed", max_text=5, strict=True), 60)
    assert max(len(body["Details"]["errmsg"]) for body in short) == 5


#: Texts that are no free ones: known task types, and numbers.
FIXED = re.compile(r"[a-z0-9]+|-?[0-9.:/]+")


@LEVELS
def test_no_free_text_is_longer_than_asked_for(strict: bool) -> None:
    """Also in what is recorded of media files, which has keys that no table lists."""
    bodies = drawn(callbacks("task.finished", types="avinfo", max_text=6, strict=strict), 150)
    near = drawn(invalid_callbacks(max_text=6, strict=strict), 60)
    long = {
        text
        for body in [*bodies, *(negative.source for negative in near)]
        for text in texts_in(check_callback(body).document)
        if len(text) > 6
    }
    assert not {text for text in long if not FIXED.fullmatch(text)}
    assert long


def test_unknown_task_types_are_no_longer_than_asked_for_and_selected_ones_are_kept() -> None:
    known = specification()["classifier"]["types"]
    for body in drawn(callbacks("flow.finished", max_text=6), 400):
        type_ = body.get("Type") or ""
        assert type_ in known or len(type_) <= 6
    for body in drawn(callbacks(types="colourgrading", max_text=6), 200):
        tasks = check_callback(body).callback.tasks  # type: ignore[union-attr]
        assert {task.type for task in tasks} <= {"colourgrading"}


def test_arrays_become_as_long_as_asked_for_and_no_longer() -> None:
    lengths = [len(outputs(body)) for body in drawn(callbacks("task.finished", max_items=100), 150)]
    assert max(lengths) == 100
    assert sorted(lengths)[len(lengths) // 2] < 8
    single = drawn(callbacks("task.finished", max_items=1), 60)
    assert max(map(len, map(outputs, single))) == 1


@pytest.mark.parametrize("option", ["max_text", "max_items"])
def test_lengths_are_checked(option: str) -> None:
    with pytest.raises(TypeError, match=f"{option} is an integer"):
        callbacks(**{option: "9"})  # type: ignore[call-overload]
    with pytest.raises(ValueError, match=f"{option} is at least 1"):
        callbacks(**{option: 0})  # type: ignore[call-overload]


def test_lengths_hold_in_what_near_misses_fill_in() -> None:
    negatives = invalid_callbacks("task.failed", rules="text#/type", max_text=20)
    texts = [text for found in drawn(negatives, 150, 1) for text in texts_in(found.source)]
    assert max(map(len, texts)) == 20


def test_lengths_hold_for_types_that_nobody_knows() -> None:
    types = {body["Type"] for body in drawn(callbacks("task.failed", max_text=4), 300, 1)}
    known = specification()["classifier"]["types"]
    assert max(len(name) for name in types - known.keys()) == 4


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value.strip()[:1] not in ("{", "["):
        yield value
    for part in value.values() if isinstance(value, dict) else ():
        yield from texts_in(part)
    for part in value if isinstance(value, list) else ():
        yield from texts_in(part)
