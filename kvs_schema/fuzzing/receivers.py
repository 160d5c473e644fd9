"""Posts bodies to what is fuzzed, wherever it runs, and waits where it asks for patience."""

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
    from .applications import imported, started
except ImportError:
    raise MissingExtraError("kvs_schema.fuzzing", "testing") from None

__all__ = ["Answer", "Receiver", "open_receiver"]

#: Answers that ask to come again later; they say nothing of the body.
PATIENCE = (429, 503)
#: Seconds before each further try, more if the answer asks for more; and the longest wait.
_WAITS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
_LONGEST = 10.0


class Receiver:
    """Posts bodies one after the other; `waited` counts the answers that asked for patience."""

    waited: Counter[int]
    posts: int

    def __init__(self, post: Callable[[bytes], Answer]) -> None:
        self._post = post
        self.waited, self.posts = Counter(), 0

    def post(self, body: bytes) -> Answer:
        """Post a body until the answer is not one of `PATIENCE`, or waiting does not help."""
        self.posts += 1
        answer = self._post(body)
        for wait in _WAITS:
            if answer.status not in PATIENCE:
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
            application = imported(target, Path(folder).resolve())
            starting = started(target, application, path, timeout, headers)
            with portal.wrap_async_context_manager(starting) as caller:
                yield Receiver(lambda body: portal.call(caller.post, body))
