"""Requests are answered as the KVS documentation shows; the log says what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from kvs_schema import check_response
from kvs_schema.catalogue.store import specification
from kvs_schema.emulator import Emulator
from kvs_schema.strategies import invalid_create_wave_task_requests
from kvs_schema.strategies.sample import drawn

from .creating import EXAMPLE, create, fields, post

QUERY: dict[str, str] = EXAMPLE["query"]
EXAMPLES = {
    name: example["body"]
    for name, example in specification()["examples"].items()
    if example["schema"] == "CreateWaveTask.request"
}


@pytest.fixture(scope="module")
def kvs() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_accepted(name: str, kvs: Emulator) -> None:
    request = EXAMPLES[name]
    answer = post(kvs.url, request["body"], request["query"], headers=request["headers"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    report = check_response("CreateWaveTask", answer.content, strict=True)
    assert report.valid, report.summary()
    assert report.document["ErrNum"] == 0
    assert report.document["ErrMsg"] == "success"
    task_id = report.document["TaskID"]
    assert len(task_id) == len("40d309d3b2bf373cd3f08e5b5e1bddf720160816")
    assert task_id[-8:].isdigit()
    assert task_id in [task.task_id for task in kvs.tasks]


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in QUERY.items() if key != name}


@pytest.mark.parametrize(
    ("options", "code", "basis"),
    [
        *(({name: ...}, 1000, "documented") for name in ("Preset", "SrcInfo", "DstBucket")),
        *(({name: ...}, 1000, "documented") for name in ("DstObjectKey", "points")),
        ({"SrcInfo": {}}, 1000, "documented"),
        ({"SrcInfo": [{}]}, 1000, "documented"),
        *(({"query": without(name)}, 1000, "documented") for name in QUERY),
        ({"Preset": "Wave"}, 1005, "documented"),
        ({"Preset": 1}, 1005, "documented"),
        ({"DstBucket": ""}, 1011, "documented"),
        ({"DstObjectKey": 7}, 1014, "guess"),
        ({"SrcInfo": []}, 1016, "documented"),
        ({"SrcInfo": "a"}, 1016, "documented"),
        ({"SrcInfo": [{"path": ""}]}, 1016, "guess"),
        ({"SrcInfo": {"path": 1}}, 1016, "guess"),
        ({"DstAcl": "public"}, 1001, "documented"),
        ({"CbUrl": 5}, 1001, "documented"),
        ({"points": 10}, 1001, "documented"),
        ({"points": "1000"}, 1001, "documented"),
        ({"query": QUERY | {"Action": "DeleteWaveTask"}}, 1001, "guess"),
        ({"query": QUERY | {"Version": "2018-01-01"}}, 1001, "guess"),
        ({"query": QUERY | {"X-Amz-Signature": ""}}, 1002, "guess"),
        ({"Points": 1000}, 1001, "guess"),
        ({"SrcInfo": [{"path": "/a/b", "bucket": "a"}]}, 1001, "guess"),
        ({"content": b""}, 1010, "guess"),
        ({"content": b"{"}, 1010, "guess"),
        ({"content": b"[]"}, 1010, "guess"),
        ({"content": b"null"}, 1010, "guess"),
        ({"content": b"\xff"}, 1010, "guess"),
        ({"content": b'{"Preset": 1, "DstBucket": "", "points": 1, "points": 2}'}, 1010, "guess"),
        ({"content": b"[" * 2000}, 1010, "guess"),
        ({"content": b" " * (16 * 1024 * 1024 + 1)}, 1010, "guess"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_request_gets_the_code_that_fits(
    options: dict[str, Any], code: int, basis: str, kvs: Emulator
) -> None:
    given = dict(options)
    query, content = given.pop("query", None), given.pop("content", None)
    more = {} if content is None else {"content": content}
    answer = post(kvs.url, fields("http://127.0.0.1:9/", **given), query, **more)
    report = check_response("CreateWaveTask", answer.content, strict=True)
    assert report.valid, report.summary()
    message = specification()["errors"]["public"]["codes"][str(code)]["message"]
    assert report.document == {"ErrNum": code, "ErrMsg": message}
    logged = kvs.requests[-1]
    assert logged.refusal is not None
    assert (logged.code, logged.refusal.basis) == (code, basis)
    assert logged.request.findings
    assert logged.task_id is None


def test_whatever_is_invalid_is_refused(kvs: Emulator) -> None:
    known = specification()["errors"]["public"]["codes"]
    for negative in drawn(invalid_create_wave_task_requests(), 25, 1):
        request: dict[str, Any] = negative.body
        answer = post(kvs.url, content=json.dumps(request["body"]).encode()).json()
        valid_alone = not any(v.location[0][0] == "body" for v in negative.violations)
        assert str(answer["ErrNum"]) in known
        assert (answer["ErrNum"] == 0) == valid_alone, negative


def test_a_field_given_twice_in_the_query(kvs: Emulator) -> None:
    answer = post(kvs.url, fields(None), [*QUERY.items(), ("Version", "2017-01-01")]).json()
    assert answer["ErrNum"] == 1010


def test_codes_on_request() -> None:
    with Emulator(refuse=1012) as kvs:
        assert create(kvs.url).json() == {"ErrNum": 1012, "ErrMsg": "非北京bucket"}
        assert create(kvs.url, points=1).json()["ErrNum"] == 1001
        kvs.settings.refuse = None
        assert create(kvs.url).json()["ErrNum"] == 0
    for code in (0, 999, 2032):
        with pytest.raises(LookupError):
            Emulator(refuse=code)


def test_a_full_emulator_refuses_and_forgets_what_has_ended() -> None:
    with Emulator(room=2, speed=0.001) as kvs:
        running = "http://127.0.0.1:9/"
        assert [create(kvs.url, running).status_code for _ in range(3)] == [200, 200, 503]
        answer = create(kvs.url, running)
        assert answer.json() == {"ErrNum": 1202, "ErrMsg": "新增记录失败"}
    with Emulator(room=2) as kvs:
        ids = [create(kvs.url).json()["TaskID"] for _ in range(3)]
        assert [task.task_id for task in kvs.tasks] == ids[1:]


def test_what_cannot_be_posted_to_ends_the_task(kvs: Emulator) -> None:
    for callback, state in (
        (None, "no_callback"),
        ("", "no_callback"),
        ("xxxxx", "not_posted"),
        ("http://169.254.169.254/latest", "not_posted"),
        ("http://0.0.0.0:9/", "not_posted"),
    ):
        task_id = create(kvs.url, callback).json()["TaskID"]
        kvs.wait()
        (task,) = [task for task in kvs.tasks if task.task_id == task_id]
        assert (task.state, task.attempts) == (state, [])
        assert (task.error is not None) == (state == "not_posted")


def test_other_methods_and_paths(kvs: Emulator) -> None:
    with httpx.Client(trust_env=False) as client:
        page = client.get(kvs.url)
        assert (page.status_code, page.headers["location"]) == (307, "/_emulator/")
        assert client.put(kvs.url).status_code == 405
        assert client.get(f"{kvs.url}other").status_code == 404
