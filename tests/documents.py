"""Documents as tests read them, which know what they have sent."""

from __future__ import annotations

from typing import Any

from kvs_schema import Callback


def untyped(callback: Callback) -> Any:
    """The document of a callback, for keys that its types do not tell."""
    return callback.document
