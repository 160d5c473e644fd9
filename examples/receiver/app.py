"""The web service: one route, which answers as soon as the body is stored and processed."""

from __future__ import annotations

import os
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException, Request, Response

from .inbox import Inbox
from .tables import State, connect

#: Four times what is validated by default: larger callbacks are kept as unclear.
MAX_BODY = 64 * 1024 * 1024


async def whole_body(request: Request) -> bytes:
    """Read the body as received, up to a limit."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise HTTPException(413)
    return bytes(body)


def create_app(inbox: Inbox | None = None) -> FastAPI:
    """Create the application; `CALLBACK_PATH` is its route, best with a long random part."""
    receiver = inbox or Inbox(connect())
    app = FastAPI(openapi_url=None)

    @app.post(os.environ.get("CALLBACK_PATH", "/kvs/callback"))
    def receive(body: Annotated[bytes, Depends(whole_body)]) -> Response:
        return Response(status_code=400 if receiver.take(body) is State.FOREIGN else 204)

    return app
