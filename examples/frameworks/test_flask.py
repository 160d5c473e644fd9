"""A Flask application that receives KVS callbacks, and the tests that fuzz it.

    pip install 'kvs-schema[testing]' flask pytest
    pytest test_flask.py

The upper half is the application; in a project of your own, import it instead.
"""

from flask import Flask, Response, request
from hypothesis import given

import kvs_schema
from kvs_schema.strategies import Negative, callbacks, hostile_bodies, invalid_callbacks

app = Flask(__name__)
files: dict[str, list[str]] = {}  # paths of the outputs by task ID; yours is a database


@app.post("/kvs/callback")
def receive() -> Response:
    try:
        callback = kvs_schema.validate_callback(request.get_data(), show_values=False)
    except kvs_schema.ValidationError as error:
        return Response(str(error), status=400, mimetype="text/plain")
    if callback.status is kvs_schema.TaskStatus.SUCCEEDED:
        files[callback.task_id] = [output.path for output in callback.outputs if output.path]
    return Response(status=204)


app.testing = True  # an exception in the application is one in the test, with its traceback
client = app.test_client()


@given(callbacks(wire="bytes"))
def test_takes_every_valid_callback(body: bytes) -> None:
    response = client.post("/kvs/callback", data=body)
    assert 200 <= response.status_code < 300, response.text


@given(invalid_callbacks(wire="bytes"))
def test_refuses_near_misses(negative: Negative) -> None:
    response = client.post("/kvs/callback", data=negative.body)
    assert 400 <= response.status_code < 500, negative.violation


@given(hostile_bodies())
def test_refuses_what_is_no_callback(body: bytes) -> None:
    response = client.post("/kvs/callback", data=body)
    assert 400 <= response.status_code < 500
