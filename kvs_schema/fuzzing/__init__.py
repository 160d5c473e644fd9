"""Finds what breaks a running handler of callbacks; extra `testing`.

`kvs-schema fuzz` is the way to use it. The tests that it writes call `open_receiver`.
"""

from __future__ import annotations

from .receivers import Answer, Receiver, open_receiver

__all__ = ["Answer", "Receiver", "open_receiver"]
