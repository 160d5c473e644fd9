"""Fast checks that nothing was lost when a text was read.

Goes in: a text, and its value or what its value is written as. Comes out: whether duplicate keys or
digits may be missing. The fast path and the exact reader share them.
"""

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
_BLANKS = b" \n\r\t"
#: Bytes up to which looking through a whole text costs less than looking for a part to leave out.
_SHORT = 1200


def differ_in_blanks(written: bytes, text: bytes, mark: bytes = b"") -> bool:
    """Return whether a valid text differs from what its value is written as in blanks only.

    Then it has the same tokens, blanks in strings aside: nothing of it was lost. What both have
    alike between the first and the last `mark` need not be looked through.
    """
    ends = True
    if len(text) > _SHORT:
        first, last = written.find(mark), written.rfind(mark)
        begin, end = text.find(mark), text.rfind(mark)
        if written[first:last] == text[begin:end]:
            ends = written[last:].translate(None, _BLANKS) == text[end:].translate(None, _BLANKS)
            written, text = written[:first], text[:begin]
    return ends and written.translate(None, _BLANKS) == text.translate(None, _BLANKS)


def looks_exact(text: bytes) -> bool:
    """Return whether the text has no long numbers, and no escapes that hide colons or digits."""
    if b"\\u00" in text and any(escape in text for escape in _ESCAPES):
        return False
    return _MANY_DIGITS not in text.translate(_DIGITS_ONLY)


def has_duplicates(text: bytes, opened: Any) -> bool:
    """Return whether members of a text that `looks_exact` are missing in its opened value."""
    return orjson is None or text.count(b":") != orjson.dumps(opened).count(b":")
