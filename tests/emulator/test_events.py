"""Who watches the emulator changes nothing: neither by what it raises, nor by when it reads."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

import pytest

from kvs_schema.emulator import EmulatedTask, Emulator, PostAttempt
from kvs_schema.emulator.web import AnsweredRequest

from .creating import create
from .receiving import answering, receiving


@pytest.mark.parametrize("kind", [AnsweredRequest, PostAttempt, EmulatedTask])
def test_what_a_callback_for_events_raises_is_logged(
    kind: type, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[type] = []

    def tell(event: object) -> None:
        told.append(type(event))
        if isinstance(event, kind):
            pytest.fail("a bug of the caller")

    with receiving(answering(204)) as receiver, Emulator(seed=1, tell=tell) as kvs:
        created = create(kvs.url, receiver.url)
        kvs.wait(20)
        [task] = kvs.tasks
    assert created.json()["TaskID"] == task.task_id
    assert (task.state, task.error) == ("done", None)
    assert task.accepted == len(task.posts) == len(receiver.bodies)
    counts = Counter(told)
    assert counts[PostAttempt] == len(task.posts)
    assert counts[AnsweredRequest] == counts[EmulatedTask] == 1
    logged = [entry for entry in caplog.records if entry.name == "kvs_schema.emulator"]
    assert len(logged) == counts[kind]
    assert {entry.levelno for entry in logged} == {logging.ERROR}
    assert all(
        entry.exc_info and "a bug of the caller" in str(entry.exc_info[1]) for entry in logged
    )


def test_all_events_are_told_before_the_wait_ends() -> None:
    told: list[Any] = []
    with receiving(answering(204)) as receiver, Emulator(seed=1, tell=told.append) as kvs:
        for _ in range(5):
            create(kvs.url, receiver.url)
            kvs.wait(20)
            assert isinstance(told[-1], EmulatedTask)


def test_counts_while_the_emulator_works() -> None:
    """What another thread adds meanwhile neither raises nor counts twice."""
    kvs = Emulator()
    tasks, outcomes = kvs._runner.tasks, kvs._runner.outcomes

    class AddingTask:
        @property
        def state(self) -> str:
            tasks[str(len(tasks))] = AddingTask()  # type: ignore[assignment]
            return "running"

    class AddingStatus(str):
        def startswith(self, *given: Any) -> bool:
            outcomes[f"{len(outcomes)}"] += 1
            return super().startswith(*given)

    tasks["first"] = AddingTask()  # type: ignore[assignment]
    outcomes[AddingStatus("204")] += 1
    found = kvs.counts()
    assert (found["running"], found["accepted"], found["posts"]) == (1, 1, 1)
