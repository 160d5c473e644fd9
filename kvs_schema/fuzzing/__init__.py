"""Find posts that break a running handler of callbacks; extra `testing`.

A URL or an application goes in, the smallest posts that break it come out, as files. Use it as
`kvs-schema fuzz`; the tests that this writes call `open_receiver`.
"""

from __future__ import annotations

from .receivers import Answer, Receiver, open_receiver

__all__ = ["Answer", "Receiver", "open_receiver"]
