"""A FastAPI application that receives KVS callbacks, and the tests that fuzz it.

    pip install 'kvs-schema[testing]' fastapi httpx2 pytest
    pytest test_fastapi.py

The upper half is the application; in a project of your own, import it instead.
"""

from fastapi import FastAPI, Request, Response
from fastapi.testclient import TestClient
from hypothesis import given

import kvs_schema
from kvs_schema.strategies import Negative, callbacks, hostile_bodies, invalid_callbacks

app = FastAPI()
files: dict[str, list[str]] = {}  # paths of the outputs by task ID; yours is a database


@app.post("/kvs/callback")
async def receive(request: Request) -> Response:
    try:
        callback = kvs_schema.validate_callback(await request.body(), show_values=False)
    except kvs_schema.ValidationError as error:
        return Response(str(error), status_code=400, media_type="text/plain")
    if callback.status is kvs_schema.TaskStatus.SUCCEEDED:
        files[callback.task_id] = [output.path for output in callback.outputs if output.path]
    return Response(status_code=204)


client = TestClient(app)


@given(callbacks(wire="bytes"))
def test_takes_every_valid_callback(body: bytes) -> None:
    response = client.post("/kvs/callback", content=body)
    assert 200 <= response.status_code < 300, response.text


@given(invalid_callbacks(wire="bytes"))
def test_refuses_near_misses(negative: Negative) -> None:
    response = client.post("/kvs/callback", content=negative.body)
    assert 400 <= response.status_code < 500, negative.violation


@given(hostile_bodies())
def test_refuses_what_is_no_callback(body: bytes) -> None:
    response = client.post("/kvs/callback", content=body)
    assert 400 <= response.status_code < 500
