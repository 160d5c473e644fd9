"""A Django view that receives KVS callbacks, and the tests that fuzz it.

    pip install 'kvs-schema[testing]' django pytest
    pytest test_django.py

The upper half is the application, with the settings that it needs to run without a project; in a
project of your own, import the view instead and leave the settings out.
"""

import django
from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from hypothesis import given, settings

import kvs_schema
from kvs_schema import Outcome, TaskStatus
from kvs_schema.strategies import Negative, callbacks, hostile_bodies, invalid_callbacks

django_settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["testserver"])
django.setup()
files: dict[str, list[str]] = {}  # paths of the outputs by task id; in production, a database
quarantine: list[bytes] = []  # bodies to validate again after an upgrade


def receive(request: HttpRequest) -> HttpResponse:
    body = request.body
    report = kvs_schema.check_callback(body)
    if report.outcome is Outcome.FOREIGN:
        return HttpResponse(status=400)
    if report.outcome is not Outcome.VALID:
        quarantine.append(body)
    callback = report.partial
    if callback is not None and callback.status is TaskStatus.SUCCEEDED:
        files[callback.task_id] = [output.path for output in callback.outputs if output.path]
    return HttpResponse(status=204)


urlpatterns = [path("kvs/callback", csrf_exempt(require_POST(receive)))]
client = Client()


@settings(deadline=None)  # a busy machine may take long for one body
@given(callbacks(wire="bytes"))
def test_takes_every_valid_callback(body: bytes) -> None:
    response = client.post("/kvs/callback", body, content_type="application/json")
    assert 200 <= response.status_code < 300, response.content.decode()


@settings(deadline=None)
@given(invalid_callbacks(wire="bytes"))
def test_keeps_near_misses(negative: Negative) -> None:
    response = client.post("/kvs/callback", negative.body, content_type="application/json")
    foreign = kvs_schema.check_callback(negative.body).outcome is Outcome.FOREIGN
    assert response.status_code == (400 if foreign else 204), negative.violation
    assert foreign or quarantine[-1] == negative.body


@settings(deadline=None)
@given(hostile_bodies())
def test_answers_hostile_bodies(body: bytes) -> None:
    response = client.post("/kvs/callback", body, content_type="application/json")
    assert response.status_code in (204, 400)
