"""The life of a task: what is posted, when, how often, and that the same answers give the same."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kvs_schema import Callback, TaskStatus, check_callback, decode_callback, validate_callback
from kvs_schema.emulator import EmulatedTask, Emulator
from kvs_schema.emulator.plans import plan_task, seeded_random
from kvs_schema.emulator.settings import EmulatorSettings

from .creating import create, create_many
from .receiving import answer, answering, receiving

TASK_ID = "0c33c9c372ff87fe197cb0dcf236e18d20161223"


def plans(count: int = 60, **options: Any) -> list[Any]:
    found = EmulatorSettings(**options)
    return [plan_task(seeded_random(number), found, TASK_ID) for number in range(count)]


def callbacks(plan: Any) -> list[Callback]:
    return [validate_callback(post.body) for post in plan]


DIALECTS = ("task", "legacy", "flow", "legacy-flow")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("wild", [False, True])
def test_every_callback_is_valid_and_of_one_task(dialect: str, wild: bool) -> None:
    for plan in plans(15, dialect=dialect, wild=wild, faults=0.5):
        found = callbacks(plan)
        assert {callback.task_id for callback in found} == {TASK_ID}
        assert len({callback.type for callback in found}) == 1
        assert [callback.variant for callback in found] == [post.variant for post in plan]
        assert {callback.variant.partition(".")[0] for callback in found} == {dialect}


def test_without_faults_progress_rises_until_the_end() -> None:
    lengths = set()
    for plan in plans(faults=0, types=["avtrans"]):
        *before, end = callbacks(plan)
        assert end.status in (TaskStatus.SUCCEEDED, TaskStatus.FAILED)
        assert {callback.status for callback in before} <= {TaskStatus.PROCESSING}
        steps = [(callback.tasks[0].stage, callback.tasks[0].progress) for callback in before]
        for stage in {stage for stage, _ in steps}:
            reached = [progress for other, progress in steps if other == stage]
            known = [progress for progress in reached if progress is not None]
            assert known == sorted(known)
        assert [post.at for post in plan] == sorted(post.at for post in plan)
        assert {post.fault for post in plan} == {None}
        lengths.add(len(plan))
    assert lengths == {1, 2, 3, 4}


def test_the_form_that_is_asked_for() -> None:
    for plan in plans(10, failure_rate=1, faults=0, types=["avinfo"], errnums=[2032]):
        end = callbacks(plan)[-1]
        assert (end.type, end.status) == ("avinfo", TaskStatus.FAILED)
        assert end.error is not None
        assert end.error.code == 2032
    for plan in plans(10, failure_rate=0, values={"details#bucket": "mine"}):
        ends = [post for post in plan if post.variant == "task.finished"]
        assert ends
        assert all(b'"bucket":"mine"' in post.body for post in ends)
    latest = [max(post.at for post in plan) for plan in plans(faults=0, latency=100)]
    assert 50 <= min(latest) < 75 < 125 < max(latest) <= 150


def test_every_fault_of_delivery() -> None:
    found: dict[str, list[Any]] = defaultdict(list)
    for plan in plans(faults=0.5):
        for fault in {post.fault for post in plan if post.fault}:
            found[fault].append(plan)
    assert set(found) == {"duplicate", "respelled", "out_of_order", "late"}
    for plan in found["duplicate"]:
        (again,) = (post.body for post in plan if post.fault == "duplicate")
        assert sum(post.body == again for post in plan) >= 2
    for plan in found["respelled"]:
        (other,) = (post for post in plan if post.fault == "respelled")
        document = decode_callback(other.body)
        same = [post for post in plan if decode_callback(post.body) == document]
        assert len(same) >= 2
    for plan in found["late"]:
        late = next(index for index, post in enumerate(plan) if post.fault == "late")
        assert plan[late].variant == "task.progress"
        assert any(post.variant != "task.progress" for post in plan[:late])
    assert any(
        [post.variant for post in plan].index("task.progress") > 0
        for plan in found["out_of_order"]
        if "task.progress" in [post.variant for post in plan]
    )


def test_options_that_cannot_be() -> None:
    for options in (
        {"failure_rate": 2}, {"faults": -1}, {"speed": -1}, {"attempts": 0}, {"room": 0},
        {"latency": float("nan")}, {"dialect": "tsk"}, {"types": [""]},
        {"values": {"details#errnum": "x"}}, {"typs": ["avinfo"]},
    ):  # fmt: skip
        with pytest.raises((ValueError, LookupError, TypeError)):
            Emulator(**options)


def answers_by_task(rule: Callable[[bytes, int], int]) -> Callable[..., None]:
    """A receiver whose answer depends on the task and on how many bodies of it have come."""
    seen: Counter[str] = Counter()

    def behave(number: int, head: bytes, body: bytes, back: socket.socket) -> None:
        task_id = json.loads(body)["TaskID"]
        seen[task_id] += 1
        back.sendall(answer(rule(task_id.encode(), seen[task_id])))

    return behave


def told(task: EmulatedTask) -> list[Any]:
    return [(a.post.number, a.post.body, a.tries, a.at, a.status) for a in task.attempts]


def run(count: int, rule: Callable[[bytes, int], int], **options: Any) -> dict[str, list[Any]]:
    with receiving(answers_by_task(rule)) as receiver, Emulator(**options) as kvs:
        create_many(kvs.url, receiver.url, count)
        kvs.wait()
        assert all(task.state in ("done", "given_up") for task in kvs.tasks)
        return {task.task_id: told(task) for task in kvs.tasks}


def moody(task_id: bytes, number: int) -> int:
    return (204, 500, 503, 200)[(sum(task_id) + number) % 4]


def test_the_same_answers_give_the_same_attempts() -> None:
    first, again, other = (run(6, moody, seed=seed, faults=0.4) for seed in (5, 5, 6))
    assert first == again
    assert any(tries for attempts in first.values() for _, _, tries, _, _ in attempts)
    assert not first.keys() & other.keys()


def test_the_same_request_again_is_another_task() -> None:
    with Emulator(seed=1) as kvs:
        twice = [create(kvs.url).json()["TaskID"] for _ in range(2)]
    with Emulator(seed=1) as kvs:
        # Neither the address of the receiver nor the spelling of the request makes a difference.
        again = [create(kvs.url, "http://127.0.0.1:9/").json()["TaskID"]]
        again.append(
            create(kvs.url, SrcInfo=[{"path": "/recordings/2018/call-0704.mp3"}]).json()["TaskID"]
        )
    assert twice == again
    assert len(set(twice)) == 2


def test_delivery_is_tried_again_later_and_later() -> None:
    attempts = run(3, lambda task_id, number: 500, attempts=4, faults=0)
    for of_task in attempts.values():
        times: dict[int, list[float]] = defaultdict(list)
        for number, _, _, at, _ in of_task:
            times[number].append(at)
        for at in times.values():
            assert [round(later - at[0], 6) for later in at] == [0, 1, 3, 7]
        assert [at for *_, at, _ in of_task] == sorted(at for *_, at, _ in of_task)


def test_delivery_ends_with_the_first_2xx() -> None:
    for of_task in run(5, lambda task_id, number: 204 if number % 3 == 0 else 302).values():
        accepted = [number for number, *_, status in of_task if status == 204]
        assert len(accepted) == len(set(accepted)) == len({number for number, *_ in of_task})
        assert set(accepted) == {number for number, *_ in of_task}


def test_one_post_of_a_task_is_under_way_at_a_time() -> None:
    now: Counter[str] = Counter()
    most: Counter[str] = Counter()
    lock = threading.Lock()

    def slow(number: int, head: bytes, body: bytes, back: socket.socket) -> None:
        task_id = json.loads(body)["TaskID"]
        with lock:
            now[task_id] += 1
            now["all"] += 1
            for name in (task_id, "all"):
                most[name] = max(most[name], now[name])
        time.sleep(0.01)
        with lock:
            now[task_id] -= 1
            now["all"] -= 1
        back.sendall(answer(204))

    with receiving(slow) as receiver, Emulator(faults=1) as kvs:
        create_many(kvs.url, receiver.url, 20)
        kvs.wait()
    together = most.pop("all")
    assert set(most.values()) == {1}
    assert together > 1


def test_time_passes_as_fast_as_asked_for() -> None:
    with receiving(answering(204)) as receiver, Emulator(speed=100, latency=20, faults=0) as kvs:
        begun = time.monotonic()
        create(kvs.url, receiver.url)
        kvs.wait()
        (task,) = kvs.tasks
        assert time.monotonic() - begun >= task.attempts[-1].at / 100
    with receiving(answering(204)) as receiver, Emulator(speed=0.001) as kvs:
        create(kvs.url, receiver.url)
        with pytest.raises(TimeoutError):
            kvs.wait(0.05)
        assert kvs.counts()["running"] == 1


def test_tasks_can_be_created_inside_a_test_of_hypothesis() -> None:
    with receiving(answering(204)) as receiver, Emulator() as kvs:

        @settings(
            max_examples=5,
            database=None,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        )
        @given(st.integers(11, 4095))
        def test(points: int) -> None:
            create(kvs.url, receiver.url, points=points)
            kvs.wait()

        test()
        assert {task.state for task in kvs.tasks} == {"done"}
    assert all(check_callback(body).valid for body in receiver.bodies)
