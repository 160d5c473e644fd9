"""Applications of every kind, and callables that are none, whatever they do with a body.

`tests.fuzzing.frameworks:fresh.NAME` is a freshly started application for each import of the name.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from flask import Flask
from flask import request as flask_request

from kvs_schema import TaskStatus, check_callback


class Fresh:
    """`fresh.NAME` is what the function of that name returns."""

    def __init__(self, functions: dict[str, Any]) -> None:
        self._functions = functions

    def __getattr__(self, name: str) -> Any:
        return self._functions[name]()


fresh = Fresh(globals())


# Callables that are no applications

#: Of its instances Python knows no signature.
database = sqlite3.connect(":memory:")


def called(one: object) -> None:
    """Takes neither what ASGI nor what WSGI gives."""


# Frameworks


def fastapi() -> FastAPI:
    """Cannot answer before its lifespan has begun."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        started.append("begin")
        yield {"table": set()}
        started.append("end")

    app = FastAPI(lifespan=lifespan)

    @app.post("/kvs/callback")
    async def receive(request: Request) -> Response:
        report = check_callback(await request.body())
        request.state.table.add(report.digest)
        return Response(status_code=204 if report.valid else 400)

    return app


#: What happened to the lifespan of the application above.
started: list[str] = []


def not_starting(is_there: bool = False) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if not is_there:
            raise RuntimeError("no database")
        yield

    return FastAPI(lifespan=lifespan)


def flask() -> Flask:
    """A WSGI application, which fails where the media information is missing."""
    app = Flask(__name__)

    @app.post("/")
    def receive() -> tuple[str, int]:
        callback = check_callback(flask_request.get_data()).callback
        if callback is None:
            return "", 400
        for output in callback.outputs:
            output.media_info.format  # type: ignore[union-attr]  # noqa: B018
        return "", 204

    return app


def flask_blocks() -> Flask:
    """Never comes back from a task that failed, in a thread of its own."""
    app = Flask(__name__)

    @app.post("/")
    def receive() -> tuple[str, int]:
        callback = check_callback(flask_request.get_data()).callback
        while callback is not None and callback.status is TaskStatus.FAILED:
            time.sleep(1)
        return "", 204 if callback is not None else 400

    return app


def wsgi_function(environ: Any, start_response: Any) -> Iterable[bytes]:
    start_response("204 No Content", [])
    return []


def unaware() -> Any:
    """Answers whatever the scope is, the lifespan too."""

    async def application(scope: Any, incoming: Any, send: Any) -> None:
        await incoming()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return application


def silent_lifespan(*answered: str, cancellable: bool = True) -> Any:
    """Answers these events of its lifespan, and then nothing any more."""

    async def application(scope: Any, incoming: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        for event in answered:
            await incoming()
            await send({"type": event})
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            if cancellable:
                raise
            await asyncio.sleep(60)

    return application


def never_starting() -> Any:
    return silent_lifespan()


def never_starting_nor_ending() -> Any:
    return silent_lifespan(cancellable=False)


def failing_without_an_end() -> Any:
    return silent_lifespan("lifespan.startup.failed")


def never_ending() -> Any:
    return silent_lifespan("lifespan.startup.complete", cancellable=False)


def _logged(application: Any) -> Any:
    """Wrap an application as decorators do that do not care for its arguments."""

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return application(*args, **kwargs)

    return wrapper


class _Middleware:
    def __init__(self, application: Any) -> None:
        self.application = application

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.application(*args, **kwargs)


wsgi_wrapper = _logged(wsgi_function)
wsgi_middleware = _Middleware(wsgi_function)
