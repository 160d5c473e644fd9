"""Which documents an observer is notified of, while several threads draw and validate."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest

from kvs_schema import check_callback, validate_callback
from kvs_schema.results.findings import Report
from kvs_schema.strategies import pins, sample
from kvs_schema.strategies.mutate.targets import Callbacks
from kvs_schema.validation import observers

BODY: dict[str, Any] = json.loads(next(sample("task.finished", count=1, seed=1)))


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, object]]:
    seen: list[tuple[str, object]] = []
    monkeypatch.setattr(observers, "observer", lambda *one: seen.append(one))
    return seen


def test_a_quiet_thread_notifies_of_nothing(seen: list[tuple[str, object]]) -> None:
    with observers.quiet():
        with observers.quiet():
            check_callback(BODY)
        validate_callback(json.dumps(BODY).encode())
        observers.notify("callback", BODY)
    assert seen == []
    check_callback(BODY)
    assert seen == [("callback", BODY)]


def test_a_thread_is_quiet_for_itself(seen: list[tuple[str, object]]) -> None:
    with ThreadPoolExecutor(1) as other, observers.quiet():
        other.submit(check_callback, BODY).result()
    assert seen == [("callback", BODY)]


@pytest.mark.parametrize("who", ["near misses", "pins"])
def test_draws_of_two_threads_keep_the_observer(
    who: str, seen: list[tuple[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both validate quietly at once, and the one that began first ends first."""
    both, first_is_done = Barrier(2), Event()
    target = Callbacks(("task.finished",), None, strict=False)

    def met(report: Report, is_first: bool) -> Report:
        both.wait(10)
        if not is_first:
            assert first_is_done.wait(10)
        return report

    def check(self: Callbacks, body: Any) -> Report:
        return met(check_callback(body["body"]), body["first"])

    def document(name: str, value: Any, *, strict: bool) -> Report:
        return met(check_callback(value["body"], strict=strict), value["first"])

    monkeypatch.setattr(Callbacks, "check", check)
    monkeypatch.setattr(pins, "check_document", document)

    def validated(is_first: bool) -> None:
        body = {"body": BODY, "first": is_first}
        if who == "pins":
            pins._check(False, "task.finished", body, [])
        else:
            target.found(body)
        if is_first:
            first_is_done.set()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(validated, [True, False]))
    assert seen == []
    check_callback(BODY)
    assert seen == [("callback", BODY)]
