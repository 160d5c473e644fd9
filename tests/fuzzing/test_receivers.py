"""Applications are called as a server calls them; URLs are posted to as `send` does."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from kvs_schema.fuzzing import open_receiver
from kvs_schema.fuzzing.applications import FuzzingError
from kvs_schema.posting import RefusedAddressError
from tests.emulator.receiving import answering, receiving

from . import frameworks

ROOT = Path(__file__).parents[2]
APPLICATIONS = "tests.fuzzing.applications:"
FRAMEWORKS = "tests.fuzzing.frameworks:"


def statuses(target: str, *bodies: bytes, **options: Any) -> list[int | None]:
    with open_receiver(target, folder=ROOT, **options) as receiver:
        return [receiver.post(body).status for body in bodies]


def test_the_lifespan_runs_once_and_its_state_is_there() -> None:
    frameworks.started.clear()
    assert statuses(f"{FRAMEWORKS}fresh.fastapi", b"{}", b"[]", path="/kvs/callback") == [400, 400]
    assert frameworks.started == ["begin", "end"]


@pytest.mark.parametrize(
    "name", ["fresh.unaware", "wsgi_function", "wsgi_wrapper", "wsgi_middleware"]
)
def test_applications_without_a_lifespan(name: str) -> None:
    assert statuses(FRAMEWORKS + name, b"{}", b"") == [204, 204]


def test_a_wsgi_application() -> None:
    assert statuses(f"{FRAMEWORKS}fresh.flask", b"{}") == [400]
    assert statuses(f"{FRAMEWORKS}fresh.flask", b"{}", path="elsewhere?x=1") == [404]


def test_what_an_application_raises_is_an_error_of_the_server() -> None:
    with open_receiver(f"{APPLICATIONS}fresh.parses_everything", folder=ROOT) as receiver:
        answers = [receiver.post(body) for body in (b"{}", b"{", b"{}")]
    assert [answer.status for answer in answers] == [204, 500, 204]
    assert answers[1].body.startswith(b"JSONDecodeError: ")


def test_no_answer_in_time() -> None:
    body = b'{"TaskID":"t","Status":4,"Type":"avtrans","Details":{"errnum":2005}}'
    assert statuses(f"{APPLICATIONS}fresh.hangs", b"{}", body, b"{}", timeout=0.1) == [
        204,
        None,
        204,
    ]


def test_patience() -> None:
    with open_receiver(f"{APPLICATIONS}fresh.rate_limited", folder=ROOT) as receiver:
        assert [receiver.post(b"{}").status for _ in range(9)] == [400] * 9
    assert set(receiver.waited) == {429}
    with receiving(answering(503, "Retry-After: 0")) as busy, open_receiver(busy.url) as receiver:
        assert receiver.post(b"{}").status == 503
    assert receiver.posts == 1
    assert receiver.waited[503] == len(busy.bodies) - 1


def test_a_url_gets_the_headers() -> None:
    with receiving(answering(204)) as server:
        with open_receiver(server.url, headers=[("X-Token", "s")]) as receiver:
            assert receiver.post(b"\x00{}").status == 204
        assert server.bodies == [b"\x00{}"]
        assert b"X-Token: s\r\n" in server.heads[0]
    with pytest.raises(RefusedAddressError), open_receiver("http://8.8.8.8/") as receiver:
        receiver.post(b"{}")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("never_starting", "has not started after 0.2 s"),
        ("never_starting_nor_ending", "has not started after 0.2 s"),
        ("failing_without_an_end", "lifespan.startup.failed"),
    ],
)
def test_an_application_has_so_much_time_to_start(name: str, said: str) -> None:
    begun = time.monotonic()
    with pytest.raises(FuzzingError) as failed:
        statuses(f"{FRAMEWORKS}fresh.{name}", timeout=0.2)
    assert said in failed.value.text("en")
    assert time.monotonic() - begun < 20


def test_an_application_has_so_much_time_to_end() -> None:
    begun = time.monotonic()
    assert statuses(f"{FRAMEWORKS}fresh.never_ending", b"{}", timeout=0.2) == [204]
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("tests.nowhere:app", "ModuleNotFoundError: No module named 'tests.nowhere'"),
        (f"{APPLICATIONS}nothing", "AttributeError"),
        (f"{APPLICATIONS}__doc__", "TypeError: __doc__ is not an ASGI or WSGI application"),
        ("tests.fuzzing.applications", "write module:app"),
        (f"{FRAMEWORKS}fresh.not_starting", "cannot be started: RuntimeError: no database"),
    ],
)
def test_an_application_that_is_not_there(target: str, said: str) -> None:
    with pytest.raises(FuzzingError) as failed, open_receiver(target, folder=ROOT):
        pass
    assert said in failed.value.text("en")
    assert re.search("无法|应写为", failed.value.text("zh"))
