"""Passes every validated or drawn document to an observer, such as the pytest plugin."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

#: Takes the name of a schema (`callback` for any variant) and a document of it as sent.
Observer: TypeAlias = Callable[[str, object], None]

#: None without an observer; the public functions read it once a call.
observer: Observer | None = None


def tell(name: str, value: Any) -> None:
    """Pass a value to the observer; a string is passed as JSON text."""
    if observer is not None:
        observer(name, json.dumps(value) if isinstance(value, str) else value)
