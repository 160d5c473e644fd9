"""Call an ASGI or WSGI application in this process, as a server would.

`module:app` and bodies come in, an `Answer` for each body goes out. `posting` does this for a URL.
"""

from __future__ import annotations

import asyncio
import inspect
import operator
import sys
import time
from collections.abc import AsyncIterator, Callable, MutableMapping
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import httpx

from ..catalogue.reasons import ReasonedError
from ..catalogue.texts import Text
from ..posting import Answer, Headers
from ..spec.exceptions import MissingExtraError

#: The most threads of a WSGI application; a call that never comes back keeps its own.
_THREADS = 1_000

Application: TypeAlias = Callable[..., Any]
Message: TypeAlias = MutableMapping[str, Any]


class FuzzingError(ReasonedError):
    """A receiver that cannot be fuzzed: it does not start, or refuses every callback."""


def import_application(target: str, folder: Path) -> Application:
    """Import `module:app` from a folder and return it as an ASGI application."""
    module, _, name = target.partition(":")
    if not module or not name:
        raise FuzzingError(Text("fuzz.no_application", {"target": target}))
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        found: Application = operator.attrgetter(name)(import_module(module))
    except (Exception, SystemExit) as error:  # whatever a module raises
        raise _not_imported(target, error) from error
    if callable(found):
        call = found if inspect.isroutine(found) else type(found).__call__
        is_wsgi = _takes(found, "environ", "start_response")
        if inspect.iscoroutinefunction(call) or not is_wsgi:
            if _takes(found, "scope", "receive", "send"):
                return found
        else:  # a wrapper that takes anything, too
            return _from_wsgi(found)
    raise _not_imported(target, TypeError(f"{name} is not an ASGI or WSGI application"))


def _takes(application: Application, *arguments: str) -> bool:
    """Return whether it can be called with these arguments in this order."""
    try:
        inspect.signature(application).bind(*arguments)
    except (TypeError, ValueError):  # of what is written in C the signature may be unknown
        return False
    return True


def _from_wsgi(application: Application) -> Application:
    try:
        from a2wsgi import WSGIMiddleware
    except ImportError:
        raise MissingExtraError("kvs-schema fuzz", "testing") from None
    return WSGIMiddleware(application, workers=_THREADS)


def _not_imported(target: str, error: BaseException) -> FuzzingError:
    values = {"target": target, "error": _error_text(error)}
    return FuzzingError(Text("fuzz.not_imported", values))


def _error_text(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


class ApplicationClient:
    """Posts bodies to one application; what it raises becomes the body of a 500."""

    def __init__(self, application: Application, path: str, timeout: float, headers: Headers):
        self.application, self.timeout = application, timeout
        self._url = httpx.URL("http://127.0.0.1/").join(path)
        self._headers = httpx.Headers({"Content-Type": "application/json"})
        self._headers.update(list(headers))
        self.state: dict[str, Any] = {}

    async def post(self, body: bytes) -> Answer:
        """Post a body; return the answer, or why there is none."""
        raised: list[Exception | SystemExit] = []

        async def record_errors(scope: Message, receive: Any, send: Any) -> None:
            scope["state"] = dict(self.state)
            try:
                await self.application(scope, receive, send)
            except (Exception, SystemExit) as error:
                raised.append(error)
                raise RuntimeError from error  # SystemExit would end the thread of the loop

        transport = httpx.ASGITransport(record_errors, raise_app_exceptions=False)
        request = httpx.Request("POST", self._url, content=body, headers=self._headers)
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(self.timeout):
                response = await transport.handle_async_request(request)
                content = await response.aread()
        except TimeoutError:
            return self.no_answer()
        except AssertionError:  # of the transport: the application returned without an answer
            error = Text("posting.closed", {"said": "no response"})
            return Answer(time.perf_counter() - begun, error=error)
        content = _error_text(raised[0]).encode() if raised else content
        headers = dict(response.headers)
        return Answer(time.perf_counter() - begun, response.status_code, headers, content)

    def no_answer(self) -> Answer:
        """Return the answer for a body that was not answered in time."""
        error = Text("posting.timeout", {"seconds": f"{self.timeout:g}"})
        return Answer(self.timeout, error=error)

    def not_started(self, target: str) -> FuzzingError:
        """Return the error for an application that has not started in time."""
        values = {"target": target, "seconds": f"{self.timeout:g}"}
        return FuzzingError(Text("fuzz.start_timeout", values))


@asynccontextmanager
async def running(target: str, client: ApplicationClient) -> AsyncIterator[None]:
    """Run the lifespan of an application once, around the posts to it.

    Raises `FuzzingError` if the application does not start within the timeout of a post; it has as
    long to end.
    """
    timeout = client.timeout
    to_application: asyncio.Queue[Message] = asyncio.Queue()
    answered: asyncio.Queue[Message] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": client.state}

    async def run() -> None:
        with suppress(Exception, SystemExit):  # it knows no lifespan, or its shutdown failed
            await client.application(scope, to_application.get, answered.put)
        await answered.put({"type": "returned"})

    task = asyncio.create_task(run())
    try:
        await to_application.put({"type": "lifespan.startup"})
        try:
            async with asyncio.timeout(timeout):
                answer = await answered.get()
        except TimeoutError:
            raise client.not_started(target) from None
        if answer["type"] == "lifespan.startup.failed":
            await asyncio.wait([task], timeout=timeout)
            said = answer.get("message", "").strip().splitlines() or ["lifespan.startup.failed"]
            raise FuzzingError(Text("fuzz.not_started", {"target": target, "error": said[-1]}))
        try:
            yield
        finally:
            if answer["type"] == "lifespan.startup.complete" and not task.done():
                await to_application.put({"type": "lifespan.shutdown"})
                with suppress(TimeoutError):
                    async with asyncio.timeout(timeout):
                        await answered.get()
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=timeout)
