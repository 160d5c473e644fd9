"""Each handler of the gallery as an ASGI application: `tests.gallery.applications:width_zero`.

It answers 400 to what is not a valid callback, 204 to callbacks that the handler is not meant for,
and 204 where the handler takes the callback; what a handler raises is an error of the server.
"""

from __future__ import annotations

from typing import Any

from kvs_schema import Callback, check_callback, variants

from .bugs import handler

DIALECTS = {variant.name: variant.dialect for variant in variants()}


def listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


class Application:
    def __init__(self, name: str) -> None:
        self.handler = handler(name)()
        self.receives = self.handler.receives

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        assert scope["type"] == "http"
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        report = check_callback(body)
        if report.callback is not None and self.is_meant(report.callback):
            self.handler.deliver(body)
        status = 204 if report.valid else 400
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def is_meant(self, callback: Callback) -> bool:
        of = self.receives
        return (
            callback.variant in listed(of.get("variants", callback.variant))
            and DIALECTS[callback.variant] in listed(of.get("dialects", DIALECTS[callback.variant]))
            and all(task.type in listed(of.get("types", task.type)) for task in callback.tasks)
        )


def __getattr__(name: str) -> Application:
    """A freshly started application."""
    try:
        return Application(name)
    except FileNotFoundError:
        raise AttributeError(name) from None
