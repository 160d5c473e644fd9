"""Says in the language of the run what is wrong with arguments.

Has the messages of argparse, and readers of numbers, sizes, times, keys and headers.
"""

from __future__ import annotations

import argparse
import re
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf, nan
from typing import Any

from ...catalogue import store
from ...catalogue.texts import Lang, Say, say

_HEADER, _VALUE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"), re.compile(r"[\t -~]*")
_SIZES = {"K": 1024, "M": 1024**2, "G": 1024**3}
#: The two functions of gettext that argparse has imported; it calls them each time it speaks.
_GETTEXT = ("_", "ngettext")


@contextmanager
def argparse_in(lang: Lang) -> Iterator[None]:
    """Have argparse say what the catalogue has for it; other users of gettext do not notice."""

    def gettext(message: str) -> str:
        return ngettext(message, message, 1)

    def ngettext(singular: str, plural: str, count: int) -> str:
        key = f"argparse.{singular}"
        if key not in store.texts():
            return singular if count == 1 else plural
        return say(lang, key, count=count)

    module: Any = argparse
    before = [getattr(module, name) for name in _GETTEXT]
    module._, module.ngettext = gettext, ngettext
    try:
        yield
    finally:
        module._, module.ngettext = before


def number(say: Say, given: str, *, least: int | None = None, most: int | None = None) -> int:
    """Read a whole number from `least` to `most`."""
    try:
        found = int(given)
    except ValueError:
        raise ArgumentTypeError(say("arguments.no_number", given=given)) from None
    if least is not None and found < least:
        raise ArgumentTypeError(say("arguments.too_small", least=least, given=given))
    if most is not None and found > most:
        raise ArgumentTypeError(say("arguments.too_large", most=most, given=given))
    return found


def size(say: Say, given: str) -> int:
    """Read a number of bytes, perhaps in K, M or G."""
    factor = _SIZES.get(given[-1:].upper(), 1)
    digits = given[:-1] if factor > 1 else given
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", digits.strip()):
        raise ArgumentTypeError(say("arguments.no_size", given=given))
    return number(say, digits, least=1) * factor


def seconds(say: Say, given: str, *, least: float | None = None) -> float:
    """Read a number of `least` or more, or without it a time above zero."""
    try:
        found = float(given)
    except ValueError:
        found = nan
    if least is None and not 0 < found < inf:
        raise ArgumentTypeError(say("arguments.no_seconds", given=given))
    if least is not None and not least <= found < inf:
        raise ArgumentTypeError(say("arguments.no_amount", given=given, least=least))
    return found


def key(say: Say, given: str) -> tuple[str, str]:
    """Read an access key with its secret key, ACCESS:SECRET."""
    access, _, secret = given.partition(":")
    if not access or not secret:
        raise ArgumentTypeError(say("arguments.no_key"))
    return access, secret


def header(say: Say, given: str) -> tuple[str, str]:
    """Read a header, NAME:VALUE."""
    name, colon, value = given.partition(":")
    if not colon or not _HEADER.fullmatch(name) or not _VALUE.fullmatch(value):
        raise ArgumentTypeError(say("arguments.no_header", given=given))
    return name, value.strip()
