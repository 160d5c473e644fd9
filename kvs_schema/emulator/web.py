"""Answer HTTP requests: the API of KVS, a control API, and a page that shows both.

Requests come in, responses and new tasks go out. `POST /` is KVS; everything below `/_emulator` is
ours, and requires a `Host` of this machine, so that no page of another site can use it.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from ..catalogue import store
from ..catalogue.names import variant_names
from ..catalogue.texts import LANGS, Lang, say
from ..posting import RefusedAddressError
from ..reading.limits import Limits
from .requests import ReceivedRequest, Refusal, read_request, refusal_for, response_body
from .tasks import EmulatedTask, PostAttempt, TaskRunner

#: The path of the control API and of the page.
CONTROL = "/_emulator"
#: How many requests are remembered, and how many tasks a page lists.
_REQUESTS, _LISTED = 1_000, 500
#: The files of the page by the end of the path, and their media types.
_FILES = {"": "text/html", "page.js": "text/javascript", "page.css": "text/css"}
_POLICY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class AnsweredRequest:
    """A request with its answer: the code, and the task id of an accepted one."""

    request: ReceivedRequest
    refusal: Refusal | None
    task_id: str | None

    @property
    def code(self) -> int:
        """The error code of the answer, 0 for a success."""
        return 0 if self.refusal is None else self.refusal.code


class WebApplication:
    """Answers requests, and keeps the latest of them."""

    def __init__(self, runner: TaskRunner, on_event: Callable[[AnsweredRequest], None]) -> None:
        self.runner = runner
        self.requests: deque[AnsweredRequest] = deque(maxlen=_REQUESTS)
        #: How many requests had which code.
        self.codes: Counter[int] = Counter()
        self._on_event = on_event

    def application(self) -> Starlette:
        """Return the ASGI application."""
        control = Mount(
            CONTROL,
            routes=[
                Route("/state", self._state),
                Route("/tasks/{task_id}", self._task),
                Route("/tasks/{task_id}/send", self._send, methods=["POST"]),
                *(Route(f"/{name}", self._file) for name in _FILES),
            ],
            middleware=[
                Middleware(
                    TrustedHostMiddleware,
                    allowed_hosts=["127.0.0.1", "localhost", "[::1]"],
                    www_redirect=False,
                )
            ],
        )
        kvs = [Route("/", self._create, methods=["POST"]), Route("/", self._to_the_page)]
        return Starlette(routes=[*kvs, control], lifespan=lambda _: self.runner)

    async def _create(self, request: Request) -> Response:
        """Answer a request of the API of KVS."""
        body = await _body(request)
        query, headers = request.query_params.multi_items(), request.headers.items()
        received = await run_in_threadpool(
            read_request, self.runner.settings, request.url.path, query, headers, body
        )
        refusal, task = received.refusal, None
        if refusal is None:
            task = self.runner.create(received)
            refusal = refusal_for("full") if task is None else None
        answered = AnsweredRequest(received, refusal, task.task_id if task else None)
        self.requests.append(answered)
        self.codes[answered.code] += 1
        self._on_event(answered)
        content = response_body(received.operation, answered.code, answered.task_id)
        return JSONResponse(content, 200 if refusal is None else refusal.http)

    async def _to_the_page(self, request: Request) -> Response:
        return RedirectResponse(f"{CONTROL}/")

    async def _file(self, request: Request) -> Response:
        """Return a file of the page, in the language that the browser prefers."""
        name = request.url.path.rpartition("/")[2]
        file = resources.files(__package__) / "page" / (name or "index.html")
        content = file.read_text("utf-8")
        if not name:
            lang = _language(request)
            texts = {key: say(lang, key) for key in store.texts() if key.startswith("page.")}
            data = {"texts": texts, "variants": variant_names(), "control": CONTROL, "lang": lang}
            inside = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
            content = content.replace("{lang}", lang).replace("{data}", inside)
        return Response(content, media_type=_FILES[name], headers=_POLICY)

    async def _state(self, request: Request) -> Response:
        """Return the latest tasks and requests, newest first."""
        lang = _language(request)
        tasks = list(self.runner.tasks.values())[: -_LISTED - 1 : -1]
        return _json(
            {
                "created": self.runner.created,
                "running": sum(task.state == "running" for task in self.runner.tasks.values()),
                "tasks": [_task_as_dict(task, lang) for task in tasks],
                "requests": [_request_as_dict(one, lang) for one in [*self.requests][::-1]],
            }
        )

    async def _task(self, request: Request) -> Response:
        """Return a task with all attempts to post its callbacks."""
        task = self.runner.tasks.get(request.path_params["task_id"])
        if task is None:
            return _json({"error": "no such task"}, 404)
        lang = _language(request)
        attempts = [_attempt_as_dict(attempt, lang) for attempt in task.attempts]
        return _json({**_task_as_dict(task, lang), "attempts": attempts})

    async def _send(self, request: Request) -> Response:
        """Post another callback of a task: `{"variant": ...}`."""
        task = self.runner.tasks.get(request.path_params["task_id"])
        # A page of another site cannot send this type without asking first, which nothing answers.
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return _json({"error": "send JSON"}, 415)
        try:
            variant = (await request.json())["variant"]
        except (ValueError, LookupError, TypeError):
            variant = None
        if task is None or task.address is None or variant not in variant_names():
            return _json({"error": "no such task, callback or variant"}, 404)
        lang = _language(request)
        try:
            attempt = await self.runner.send(task, variant)
        except RefusedAddressError as error:
            return _json({"error": error.text(lang)}, 409)
        except ValueError as error:  # the settings exclude the variant
            return _json({"error": str(error)}, 409)
        return _json(_attempt_as_dict(attempt, lang))


async def _body(request: Request) -> bytes:
    """Read a body; of one that is too long, only enough for validation to say so."""
    body = bytearray()
    async for chunk in request.stream():
        if len(body) <= Limits().body:
            body += chunk
    return bytes(body)


def _language(request: Request) -> Lang:
    asked = request.query_params.get("lang") or request.headers.get("accept-language", "")[:2]
    return next((lang for lang in LANGS if lang == asked), LANGS[0])


def _json(content: Any, status: int = 200) -> JSONResponse:
    return JSONResponse(content, status, headers=_POLICY)


def _task_as_dict(task: EmulatedTask, lang: Lang) -> dict[str, Any]:
    return {
        "task_id": task.task_id,
        "address": task.address,
        "state": task.state,
        "error": None if task.error is None else task.error.said(lang),
        "end": task.end,
        "planned": len(task.posts),
        "accepted": task.accepted,
        "attempted": len(task.attempts),
        "last": _answer_as_dict(task.attempts[-1], lang) if task.attempts else None,
    }


def _attempt_as_dict(attempt: PostAttempt, lang: Lang) -> dict[str, Any]:
    return {
        "variant": attempt.post.variant,
        "fault": attempt.post.fault,
        "body": attempt.post.body.decode(),
        "tries": attempt.tries,
        "at": round(attempt.at, 2),
        "answer": attempt.answer,
        **_answer_as_dict(attempt, lang),
    }


def _answer_as_dict(attempt: PostAttempt, lang: Lang) -> dict[str, Any]:
    return {
        "status": attempt.status,
        "accepted": attempt.accepted,
        "milliseconds": attempt.milliseconds,
        "error": None if attempt.error is None else attempt.error.said(lang),
    }


def _request_as_dict(answered: AnsweredRequest, lang: Lang) -> dict[str, Any]:
    request = answered.request
    return {
        "operation": request.operation,
        "code": answered.code,
        "basis": None if answered.refusal is None else answered.refusal.basis,
        "task_id": answered.task_id,
        "signature": request.signature,
        "findings": [found.text(lang) for found in (*request.findings, *request.deviations)],
    }
