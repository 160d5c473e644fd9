"""A FastAPI application that receives KVS callbacks, and the tests that fuzz it.

    pip install 'kvs-schema[testing]' fastapi httpx2 pytest
    pytest test_fastapi.py

The upper half is the application; in a project of your own, import it instead.
"""

from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient
from hypothesis import given, settings

import kvs_schema
from kvs_schema import Outcome, TaskStatus
from kvs_schema.strategies import Negative, callbacks, hostile_bodies, invalid_callbacks

app = FastAPI()
files: dict[str, list[str]] = {}  # paths of the outputs by task id; in production, a database
quarantine: list[bytes] = []  # bodies to validate again after an upgrade


@app.post("/kvs/callback")
async def receive(request: Request) -> Response:
    body = await request.body()
    report = kvs_schema.check_callback(body)
    if report.outcome is Outcome.FOREIGN:
        return Response(status_code=400)
    if report.outcome is not Outcome.VALID:
        quarantine.append(body)
    callback = report.partial
    if callback is not None and callback.status is TaskStatus.SUCCEEDED:
        files[callback.task_id] = [output.path for output in callback.outputs if output.path]
    return Response(status_code=204)


client = TestClient(app)


@settings(deadline=None)  # a busy machine may take long for one body
@given(callbacks(wire="bytes"))
def test_takes_every_valid_callback(body: bytes) -> None:
    response = client.post("/kvs/callback", content=body)
    assert 200 <= response.status_code < 300, response.text


@settings(deadline=None)
@given(invalid_callbacks(wire="bytes"))
def test_keeps_near_misses(negative: Negative) -> None:
    response = client.post("/kvs/callback", content=negative.body)
    foreign = kvs_schema.check_callback(negative.body).outcome is Outcome.FOREIGN
    assert response.status_code == (400 if foreign else 204), negative.violation
    assert foreign or quarantine[-1] == negative.body


@settings(deadline=None)
@given(hostile_bodies())
def test_answers_hostile_bodies(body: bytes) -> None:
    response = client.post("/kvs/callback", content=body)
    assert response.status_code in (204, 400)
