"""Post bodies to the receiver that is fuzzed, by HTTP or in this process.

A target and bodies come in, an `Answer` for each body goes out. A receiver that answers 429 or 503
gets the body again later.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..spec.exceptions import MissingExtraError

try:
    from anyio.from_thread import start_blocking_portal

    from ..posting import Answer, Headers, Poster
    from .applications import ApplicationClient, import_application, running
except ImportError:
    raise MissingExtraError("kvs_schema.fuzzing", "testing") from None

__all__ = ["Answer", "Receiver", "open_receiver"]

#: Statuses that ask the sender to retry later; they say nothing about the body.
RETRY_LATER = (429, 503)
#: Seconds before each retry, unless `Retry-After` asks for more; and the longest wait.
_WAITS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
_LONGEST = 10.0


class Receiver:
    """Posts bodies one after the other; `waited` counts the answers that ask to retry later."""

    waited: Counter[int]
    posts: int

    def __init__(self, post: Callable[[bytes], Answer]) -> None:
        self._post = post
        self.waited, self.posts = Counter(), 0

    def post(self, body: bytes) -> Answer:
        """Post a body; retry up to seven times while the answer is 429 or 503."""
        self.posts += 1
        answer = self._post(body)
        for wait in _WAITS:
            if answer.status not in RETRY_LATER:
                break
            self.waited[answer.status] += 1
            asked = answer.headers.get("retry-after", "")
            time.sleep(min(max(float(asked), wait), _LONGEST) if asked.isdecimal() else wait)
            answer = self._post(body)
        return answer


@contextmanager
def open_receiver(
    target: str,
    *,
    path: str = "/",
    folder: str | Path = ".",
    timeout: float = 10.0,
    headers: Headers = (),
    remote: Collection[str] = (),
) -> Iterator[Receiver]:
    """Connect to a URL, or import and start `module:app`, for as long as the context lasts.

    An application is imported from `folder` and gets its bodies at `path`, in a thread of its own;
    its lifespan runs once. `headers`, `timeout` and `remote` are those of `kvs-schema fuzz`. Raises
    `FuzzingError` if it cannot be imported or started.

        with open_receiver("shop.web:app", path="/kvs/callback") as receiver:
            assert receiver.post(body).status == 204
    """
    with start_blocking_portal() as portal:
        if "://" in target:
            posting = Poster(timeout=timeout, remote=remote, headers=headers)
            with portal.wrap_async_context_manager(posting) as poster:
                yield Receiver(lambda body: portal.call(poster.post, target, body))
        else:
            application = import_application(target, Path(folder).resolve())
            client = ApplicationClient(application, path, timeout, headers)
            with portal.wrap_async_context_manager(running(target, client)):
                yield Receiver(lambda body: portal.call(client.post, body))
