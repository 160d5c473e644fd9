"""Whether a text lost something when it was read: the quick ways to know that it did not."""

from __future__ import annotations

from typing import Any

orjson: Any
try:
    import orjson
except ImportError:  # no build for this platform: the exact way of `text` serves alone
    orjson = None

#: Escapes that could hide a colon, a digit or a bracket, or the backslash of such an escape.
_ESCAPES = (b"\\u003", b"\\u005", b"\\u007")
_DIGITS_ONLY = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
_MANY_DIGITS = b"0" * 19


def looks_exact(text: bytes) -> bool:
    """Whether the quick ways are safe: no long numbers, no escapes that hide colons or digits."""
    if b"\\u00" in text and any(escape in text for escape in _ESCAPES):
        return False
    return _MANY_DIGITS not in text.translate(_DIGITS_ONLY)


def has_duplicates(text: bytes, opened: Any) -> bool:
    """Whether a text that `looks_exact` lost members on the way to its opened value."""
    return orjson is None or text.count(b":") != orjson.dumps(opened).count(b":")
