"""Keys that are given twice: where both values are the same JSON, nothing is in doubt."""

from __future__ import annotations

from typing import Any

import pytest

from kvs_schema import Outcome, check_callback

BODY = '{"TaskID":"task-1","Status":3,"Type":"avtrans",%s}'
DETAILS = {"errnum": 0, "errmsg": "done"}


def left_of(members: str) -> Any:
    """Return the body without what is in doubt."""
    report = check_callback(BODY % members)
    assert report.outcome is Outcome.PARTIAL
    assert report.partial is not None
    assert report.task_id == report.partial.task_id == "task-1"
    document: Any = report.partial.document
    return document


def test_the_same_text_twice_is_one() -> None:
    assert left_of('"TaskID":"task-1","Details":{"errnum":0}')["Details"] == {"errnum": 0}


@pytest.mark.parametrize(
    "again",
    [
        '{"errnum":0,"errmsg":"done"}',
        '{"errmsg":"done","errnum":0}',
        '{"errmsg":"d\\u006fne","errnum":0}',
    ],
    ids=["alike", "in another order", "in other words"],
)
def test_the_same_object_twice_is_one(again: str) -> None:
    assert (
        left_of(f'"Details":{{"errnum":0,"errmsg":"done"}},"Details":{again}')["Details"] == DETAILS
    )


@pytest.mark.parametrize(
    ("first", "again"),
    [("1", "true"), ("0", "0.0"), ("[1]", "[true]"), ('{"a":0}', '{"a":false}')],
)
def test_what_only_python_calls_equal_is_in_doubt(first: str, again: str) -> None:
    twice = f'"Details":{{"errnum":0,"x":{first},"x":{again}}}'
    assert left_of(twice)["Details"] == {"errnum": 0}
