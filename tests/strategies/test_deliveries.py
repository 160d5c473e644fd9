"""Deliveries: what a receiver sees of tasks, in order of arrival, and the machine that does it."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, find, given, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, run_state_machine_as_test

from kvs_schema import Callback, TaskStatus, UnknownNameError, validate_callback
from kvs_schema.strategies.deliveries import deliveries
from kvs_schema.strategies.machine import ReceiverMachine
from kvs_schema.strategies.wire import Wire

from ..documents import untyped

few = settings(max_examples=50, database=None, deadline=None)


def drawn(count: int = 150, **options: Any) -> list[list[Callback]]:
    found: list[list[Callback]] = []

    @seed(1)
    @settings(few, max_examples=count)
    @given(deliveries(**options))
    def collect(bodies: list[Any]) -> None:
        found.append([validate_callback(body) for body in bodies])

    collect()
    return found


@pytest.fixture(scope="module")
def of_tasks() -> list[list[Callback]]:
    return drawn(dialects="task")


def is_end(callback: Callback) -> bool:
    return callback.status is not TaskStatus.PROCESSING


@few
@given(deliveries(tasks=3, max_size=12))
def test_callbacks_of_a_task_share_its_identity(bodies: list[Any]) -> None:
    assert 3 <= len(bodies) <= 12
    tasks: dict[str, set[Any]] = {}
    for body in bodies:
        callback = validate_callback(body)
        dialect = callback.variant.partition(".")[0]
        tasks.setdefault(callback.task_id, set()).add((dialect, callback.type))
    assert len(tasks) == 3
    assert all(len(identities) == 1 for identities in tasks.values())


@settings(few, max_examples=40)
@given(deliveries(tasks=2, strict=True, wire="bytes"))
def test_each_callback_holds_at_the_level_asked_for(bodies: list[bytes]) -> None:
    for body in bodies:
        assert type(body) is bytes
        assert validate_callback(body, strict=True).status in TaskStatus


@settings(few, max_examples=40)
@given(deliveries(types=["avinfo"], variants=["task.finished", "task.failed"], wire="text"))
def test_options_choose_what_is_told(bodies: list[str]) -> None:
    for body in bodies:
        assert type(body) is str
        callback = validate_callback(body)
        assert callback.type == "avinfo"
        assert callback.variant in ("task.finished", "task.failed")


def test_progress_rises_and_falls_when_the_stage_changes(of_tasks: list[list[Callback]]) -> None:
    steps = [
        (one.tasks[0], other.tasks[0])
        for callbacks in of_tasks
        for one, other in pairwise(callbacks)
        if not is_end(one) and not is_end(other)
    ]
    rises = falls = 0
    for a, b in steps:
        if a.progress is not None and b.progress is not None:
            rises += a.stage == b.stage and a.progress < b.progress
            falls += a.stage != b.stage and a.progress > b.progress
    assert rises
    assert falls


def test_the_faults_of_delivery_occur(of_tasks: list[list[Callback]]) -> None:
    seen: Counter[str] = Counter()
    for callbacks in of_tasks:
        documents = [json.dumps(callback.document, sort_keys=True) for callback in callbacks]
        ends = [index for index, callback in enumerate(callbacks) if is_end(callback)]
        statuses = [callback.status for callback in callbacks]
        as_sent = [json.dumps(callback.document) for callback in callbacks]
        words = [json.dumps(without_messages(callback), sort_keys=True) for callback in callbacks]
        seen["in another order"] += len(set(as_sent)) > len(set(documents))
        seen["in other words"] += len(set(words)) < len(set(documents))
        seen["twice"] += len(set(documents)) < len(documents)
        seen["late"] += bool(ends) and not is_end(callbacks[-1])
        seen["running"] += not ends
        seen["alone"] += len(callbacks) == 1
        order = [status for status in statuses if status is not TaskStatus.PROCESSING]
        pairs = list(pairwise(order))
        seen["failure after success"] += (TaskStatus.SUCCEEDED, TaskStatus.FAILED) in pairs
        seen["success after failure"] += (TaskStatus.FAILED, TaskStatus.SUCCEEDED) in pairs
    assert len(+seen) == 8, seen


def without_messages(callback: Callback) -> Any:
    details = {key: value for key, value in untyped(callback)["Details"].items() if key != "errmsg"}
    return callback.document | {"Details": details}


def test_tasks_are_interleaved() -> None:
    mixed = 0
    for callbacks in drawn(40, tasks=2):
        ids = [callback.task_id for callback in callbacks]
        changes = sum(one != other for one, other in pairwise(ids))
        mixed += changes > 1
    assert mixed


@pytest.mark.parametrize("number", range(3))
def test_a_callback_that_comes_twice_shrinks_to_itself(number: int) -> None:
    smallest = shrunk(lambda bodies: len(set(bodies)) < len(bodies), number)
    # One of a dozen keeps a second end, which would have to go together with another change.
    assert len(smallest) - len(set(smallest)) == 1
    assert len(smallest) <= 3
    assert len(smallest[0]) < 200


@pytest.mark.parametrize("number", range(3))
def test_two_ends_shrink_without_progress(number: int) -> None:
    def both(bodies: list[str]) -> bool:
        ends = [validate_callback(body).status for body in bodies]
        return TaskStatus.SUCCEEDED in ends and TaskStatus.FAILED in ends

    assert len(shrunk(both, number)) == 2


@pytest.mark.parametrize("number", range(3))
def test_progress_after_the_end_shrinks_to_both(number: int) -> None:
    def late(bodies: list[str]) -> bool:
        ended = [is_end(validate_callback(body)) for body in bodies]
        return (True, False) in pairwise(ended)

    assert len(shrunk(late, number)) == 2


def shrunk(fails: Callable[[list[str]], bool], number: int) -> list[str]:
    return find(
        deliveries(dialects="task", wire="text"),
        fails,
        settings=settings(few, max_examples=500, phases=[Phase.generate, Phase.shrink]),
        random=Random(number),
    )


def test_options_that_cannot_be_met_are_refused() -> None:
    with pytest.raises(ValueError, match="21 tasks"):
        deliveries(tasks=21)
    with pytest.raises(ValueError, match="tasks is at least 1, not 0"):
        deliveries(tasks=0)
    with pytest.raises(UnknownNameError, match="dialect"):
        deliveries(dialects="tasks")  # type: ignore[arg-type]
    options: dict[str, Any]
    for options in ({"tasks": 1.5}, {"tasks": "1"}, {"max_size": None}):
        with pytest.raises(TypeError, match="is an integer, not"):
            deliveries(**options)


@pytest.mark.parametrize(("tasks", "most"), [(1, 1), (2, 3), (3, 5), (20, 20)])
def test_all_the_room_is_used_and_no_end_is_cut_off(tasks: int, most: int) -> None:
    found = drawn(100, tasks=tasks, max_size=most, dialects="task")
    assert max(len(callbacks) for callbacks in found) == most
    ended = [each.status != TaskStatus.PROCESSING for callbacks in found for each in callbacks]
    assert sum(ended) > len(found) * tasks / 2  # of three ways to end, one is not to


@pytest.mark.parametrize("tasks", [12, 20])
def test_many_tasks_trip_no_health_check(tasks: int) -> None:
    @settings(max_examples=30, database=None, deadline=None)
    @given(deliveries(tasks=tasks))
    def check(bodies: list[dict[str, Any]]) -> None:
        assert len({validate_callback(body).task_id for body in bodies}) == tasks

    check()


class Receiver(ReceiverMachine):
    wire: ClassVar[Wire] = "bytes"
    tasks = 2
    hostile = True

    def __init__(self) -> None:
        super().__init__()
        self.ends: Counter[str] = Counter()
        self.settled: dict[str, TaskStatus] = {}
        self.refused = 0

    def deliver(self, body: Any) -> None:
        try:
            callback = validate_callback(body)
        except ValueError:
            self.refused += 1
            return
        if is_end(callback) and callback.task_id not in self.settled:
            self.settled[callback.task_id] = callback.status
            self.ends[callback.task_id] += 1

    @invariant()
    def no_task_ends_twice(self) -> None:
        assert all(count == 1 for count in self.ends.values())


class Forgetful(Receiver):
    """Takes every end for a new one."""

    def deliver(self, body: Any) -> None:
        self.settled.clear()
        super().deliver(body)


class LastWins(Receiver):
    """Lets a later end overrule the first."""

    hostile = False
    dialects = "task"
    tasks = 1

    def deliver(self, body: Any) -> None:
        callback = validate_callback(body)
        if is_end(callback):
            before = self.settled.setdefault(callback.task_id, callback.status)
            assert before is callback.status


#: Without the phase that explains a failure, which draws everything anew some hundred times.
steps = settings(
    max_examples=40,
    stateful_step_count=15,
    database=None,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
)


def test_a_sound_receiver_passes() -> None:
    run_state_machine_as_test(Receiver, settings=steps)


def test_a_receiver_that_counts_ends_twice_is_told_the_story() -> None:
    with pytest.raises(AssertionError) as caught:
        run_state_machine_as_test(Forgetful, settings=settings(steps, max_examples=100))
    story = "\n".join(getattr(caught.value, "__notes__", []))
    assert "state.begin(coming=" in story
    assert len(story) < 1500


def test_a_receiver_that_lets_the_last_end_win_is_caught() -> None:
    quick = settings(steps, max_examples=100, phases=[Phase.generate])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(LastWins, settings=quick)


class Busy(Receiver):
    """Refuses each body once, and keeps what it was handed."""

    hostile = False
    values: ClassVar[dict[str, Any]] = {"task#RefID": "x"}
    dialects = "task"

    def __init__(self) -> None:
        super().__init__()
        self.clock = 0
        self.seen: Counter[bytes] = Counter()

    def deliver(self, body: Any) -> bool:  # type: ignore[override]
        assert json.loads(body)["RefID"] == "x"
        self.seen[body] += 1
        if self.seen[body] == 1:
            return False
        super().deliver(body)
        return True

    def pass_time(self, seconds: int) -> None:
        self.clock += seconds

    @invariant()
    def all_that_was_refused_is_waiting(self) -> None:
        assert self.clock == self.now
        refused = {body for body, times in self.seen.items() if times == 1}
        assert refused <= set(self.waiting)
        assert {body for body, times in self.seen.items() if times > 1} == set(self.delivered)


def test_what_is_refused_comes_again_when_time_passes() -> None:
    run_state_machine_as_test(Busy, settings=settings(steps, phases=[Phase.generate]))


@settings(max_examples=1, database=None)
@given(body=st.just("body"))
def test_a_refused_body_waits_longer_each_time(body: str) -> None:
    tried: list[int] = []

    class Never(ReceiverMachine):
        def deliver(self, body: Any) -> bool:
            tried.append(self.now)
            return False

    machine = Never()
    machine.begin(coming=[[body]])
    machine.next_of(task=0)
    assert machine.waiting == [body]
    for _ in range(100):
        machine.time_passes(seconds=1)
    assert tried == [0, 1, 3, 7, 15, 31]
    assert machine.waiting == machine.delivered == []


def test_the_notes_tell_what_was_delivered() -> None:
    class Broken(Receiver):
        dialects = "task"
        hostile = False

        def deliver(self, body: Any) -> bool:  # type: ignore[override]
            callback = validate_callback(body)
            if callback.error is not None and self.now:
                raise AssertionError("an error after a while")
            return bool(self.now)

    with pytest.raises(AssertionError) as caught:
        run_state_machine_as_test(Broken, settings=settings(steps, max_examples=200))
    story = "\n".join(getattr(caught.value, "__notes__", []))
    assert re.search(
        r"^delivered: task\.\w+; \w+; task \w+.*; the receiver failed$", story, re.M
    ) or ("attempt 2: task.failed" in story), story
    assert re.search(r"^\d+ s pass$", story, re.M), story
    assert "refused, again in 1 s" in story


def test_a_machine_says_what_it_lacks() -> None:
    class Mute(ReceiverMachine):
        pass

    class Objects(Receiver):
        wire = "object"

    with pytest.raises(NotImplementedError, match="Mute needs a method deliver"):
        run_state_machine_as_test(Mute, settings=steps)
    with pytest.raises(ValueError, match="wire = 'bytes'"):
        run_state_machine_as_test(Objects, settings=steps)


@pytest.mark.parametrize("number", ["2", None, 1.5])
def test_a_number_of_tasks_that_is_none_is_refused(number: Any) -> None:
    class Wrong(ReceiverMachine):
        tasks = number

    with pytest.raises(TypeError, match=f"tasks is an integer, not {type(number).__name__}"):
        Wrong()
