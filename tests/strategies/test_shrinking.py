"""A failing example shrinks to the smallest callback that fails, and that can be read."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import find, settings
from hypothesis.strategies import SearchStrategy

from kvs_schema import Callback, validate_callback
from kvs_schema.strategies import DialectName, callbacks, embedded

from ..documents import untyped

Test = Callable[[Callback], object]


def least(values: SearchStrategy[Any], fails: Callable[[Any], bool]) -> Any:
    return find(
        values,
        fails,
        settings=settings(database=None, max_examples=2000, deadline=None),
        random=random.Random(1),
    )


def smallest(bodies: SearchStrategy[Any], test: Test) -> dict[str, Any]:
    found = least(bodies, lambda body: bool(test(validate_callback(body))))
    document: dict[str, Any] = untyped(validate_callback(found))
    return document


@pytest.mark.parametrize("form", ["task", "legacy"])
def test_a_failed_task_shrinks_to_its_code(form: DialectName) -> None:
    body = smallest(
        callbacks(dialects=form, variants=["task.failed", "legacy.failed"]),
        lambda c: c.error and not c.error.known,
    )
    names = ["TaskID", "Status", "Type", "Details"]
    assert list(body) == (names if form == "task" else [name.lower() for name in names])
    assert [len(member) for member in body.values() if isinstance(member, dict)] == [1]


def test_a_second_output_shrinks_to_two_that_say_nothing() -> None:
    body = smallest(callbacks("task.finished"), lambda callback: len(callback.outputs) > 1)
    assert body["Details"].keys() == {"errnum", "items"}
    assert [output.keys() for output in body["Details"]["items"]] == [{"dstpath"}] * 2


def test_an_unknown_shape_of_pixels_shrinks_to_one_stream() -> None:
    def unknown(file: dict[str, Any]) -> bool:
        return any(stream.get("display_aspect_ratio") == "0:1" for stream in file["streams"])

    file = least(embedded("metainfo"), unknown)
    (stream,) = file["streams"]
    assert stream.keys() - {"sample_rate"} == {"display_aspect_ratio"}
    assert file["format"].keys() == {"format_name", "size"}


def test_a_sub_task_shrinks_without_the_others() -> None:
    body = smallest(
        callbacks("flow.failed"),
        lambda callback: any(task.error and task.errnum == 3200 for task in callback.tasks),
    )
    details = body["Details"]
    (task,) = details if isinstance(details, list) else [details]
    assert task["Errnum"] == 3200
    assert task.keys() <= {"Order", "Type", "Status", "Errnum"}
