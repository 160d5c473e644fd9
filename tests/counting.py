"""Counts calls, since no test asserts a time."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from types import FrameType
from typing import Any


def calls(function: Callable[[], object], *, again: bool = False) -> Counter[str]:
    """Count the calls of each function, those in C too.

    If `again`, the second call is counted: what is made once is made before.
    """
    found: Counter[str] = Counter()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            found[frame.f_code.co_name] += 1
        elif event == "c_call":
            found[argument.__name__] += 1

    if again:
        function()
    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
    return found
