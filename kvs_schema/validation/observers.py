"""Passes documents that are validated or drawn to one observer, such as the pytest plugin.

Goes in: the name of a schema and a document as sent. A thread that validates on its own account is
`quiet`: the observer is not notified of what that thread does, only of what others do.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

#: Takes the name of a schema (`callback` for any variant) and a document of it as sent.
Observer: TypeAlias = Callable[[str, object], None]

#: None without an observer; the public functions read it once a call.
observer: Observer | None = None
_thread = threading.local()


@contextmanager
def quiet() -> Iterator[None]:
    """Notify the observer of nothing that the current thread does inside the `with` statement."""
    before = getattr(_thread, "is_quiet", False)
    _thread.is_quiet = True
    try:
        yield
    finally:
        _thread.is_quiet = before


def notify(name: str, document: object) -> None:
    """Pass a document as sent to the observer, if there is one and the thread is not quiet."""
    present = observer  # another thread may remove it
    if present is not None and not getattr(_thread, "is_quiet", False):
        present(name, document)


def notify_value(name: str, value: Any) -> None:
    """Pass a value to the observer; a string is passed as JSON text."""
    if observer is not None:
        notify(name, json.dumps(value) if isinstance(value, str) else value)
