"""What every receiver must pass, whatever is delivered to it. Hypothesis draws the bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from kvs_schema import check_callback, validate_callback
from kvs_schema.strategies import (
    ReceiverMachine,
    Wire,
    callbacks,
    deliveries,
    hostile_bodies,
    invalid_callbacks,
)

from .service import Service, can_be_created, check_kept, check_tasks

#: Bodies that are valid JSON and hard to store.
_TEMPLATE = (
    b'{"TaskID":"%(id)s","Status":3,"Type":"avtrans","Details":{"errnum":%(errnum)s,"errmsg":'
    b'"%(text)s","bucket":"%(text)s","items":[{"dstpath":"%(text)s","outMediainfo":"{\\"streams\\":'
    b'[],\\"format\\":{\\"format_name\\":\\"mp4\\",\\"size\\":%(size)s,\\"duration\\":'
    b'\\"%(seconds)s\\"}}"}]}}'
)


def _edge(**values: bytes) -> bytes:
    usual = {"id": b"t1", "errnum": b"0", "text": b"a", "size": b"1", "seconds": b"1.5"}
    return _TEMPLATE % {
        key.encode(): usual[key] if key not in values else values[key] for key in usual
    }


EDGES = {
    "NUL in every text": _edge(text=rb"a\u0000b"),
    "NUL in the task id": _edge(id=rb"a\u0000b"),
    "size of 40 digits": _edge(size=b"9" * 40),
    "size of 40 digits as text": _edge(size=rb"\"" + b"9" * 40 + rb"\""),
    "largest size of 64 bits": _edge(size=str(2**63 - 1).encode()),
    "smallest size beyond 64 bits": _edge(size=str(2**63).encode()),
    "error code of 40 digits": _edge(errnum=b"9" * 40).replace(b'"Status":3', b'"Status":4'),
    "negative error code beyond 64 bits": _edge(errnum=b"-9223372036854775809"),
    "duration of 40 digits": _edge(seconds=b"9" * 40),
    "duration of 400 digits": _edge(seconds=b"9" * 400),
    "task id of 1 MB": _edge(id=b"x" * 2**20),
    "task id of 256 characters": _edge(id=b"x" * 256),
    "task id of 255 characters": _edge(id=b"x" * 255),
    "path of 1 MB": _edge(text=b"x" * 2**20),
    "UTF-8 of 4 bytes": _edge(text="\U0001f3ac\U0010ffff".encode(), id="\U0001f3ac".encode()),
    "escaped pair of surrogates": _edge(text=rb"\ud83c\udfac"),
    "lone surrogate in a text": _edge(text=rb"a\ud800"),
    "lone surrogate in the task id": _edge(id=rb"\udc00"),
    "bytes that are not UTF-8": _edge(text=b"\xff"),
    "body cut off": _edge()[:-9],
}


def check_deliveries(service: Service, examples: int) -> None:
    """Two tasks end once each, with the better status, in whatever order callbacks arrive."""

    @_settings(examples)
    @given(deliveries(tasks=2, wire="bytes"))
    def check(bodies: list[bytes]) -> None:
        service.empty()
        ids = [validate_callback(body).task_id for body in bodies]
        created = set(filter(can_be_created, ids))
        service.register(created)
        for body in bodies:
            service.inbox.take(body)
        assert service.states() == ["done" if each in created else "waiting" for each in ids]
        check_tasks(service, bodies, created)

    check()


def check_valid(service: Service, examples: int) -> None:
    """Every valid callback is stored, and so are its outputs."""

    @_settings(examples)
    @given(callbacks(wire="bytes"))
    def check(body: bytes) -> None:
        check_kept(service, body, check_callback(body))

    check()


def check_spoilt(service: Service, examples: int) -> None:
    """Whatever is not valid is kept, but for what is not a callback."""
    near_misses = invalid_callbacks(wire="bytes").map(lambda negative: negative.body)

    @_settings(examples)
    @given(st.one_of(near_misses, hostile_bodies()))
    def check(body: bytes) -> None:
        check_kept(service, body, check_callback(body))

    check()


def check_edges(service: Service, examples: int) -> None:
    """Valid JSON that databases refuse is stored."""
    for body in EDGES.values():
        check_kept(service, body, check_callback(body))
        for row in (*service.rows(service.tables.Task), *service.rows(service.tables.Output)):
            assert not any("\0" in value for value in row if isinstance(value, str))


def check_machine(service: Service, examples: int) -> None:
    """As `check_deliveries`, with hostile bodies, late registration and retries between."""

    class Receiving(ReceiverMachine):
        wire: ClassVar[Wire] = "bytes"
        tasks = 2
        hostile = True

        def __init__(self) -> None:
            super().__init__()
            service.empty()
            self.bodies: list[bytes] = []
            self.registered: set[str] = set()

        def deliver(self, body: Any) -> None:
            self.bodies.append(body)
            service.client.post("/kvs/callback", content=body)

        @rule()
        def register_all(self) -> None:
            partial = (check_callback(body).partial for body in self.bodies)
            found = {callback.task_id for callback in partial if callback}
            self.registered |= set(filter(can_be_created, found))
            service.register(self.registered)

        @rule()
        def maintain(self) -> None:
            service.inbox.retry()
            service.inbox.revalidate()

        @invariant()
        def every_task_is_as_its_callbacks_say(self) -> None:
            assert "received" not in service.states()
            check_tasks(service, self.bodies, self.registered)

    run_state_machine_as_test(
        Receiving, settings=settings(_settings(examples // 2), stateful_step_count=15)
    )


def _settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )


CHECKS: dict[str, Callable[[Service, int], None]] = {
    "deliveries": check_deliveries,
    "valid": check_valid,
    "spoilt": check_spoilt,
    "edges": check_edges,
    "machine": check_machine,
}
