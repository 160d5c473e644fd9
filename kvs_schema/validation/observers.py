"""Tells whoever asked of every document that is judged or drawn; the pytest plugin asks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

#: Takes the name of a schema (`callback` for any variant) and a document of it as sent.
Observer: TypeAlias = Callable[[str, object], None]

#: None unless someone asked: the public functions look here once a call, and that is all.
observer: Observer | None = None


def tell(name: str, value: Any) -> None:
    """Tell whoever asked of a value that is no text; a string is told as the JSON that it is."""
    if observer is not None:
        observer(name, json.dumps(value) if isinstance(value, str) else value)
