"""Tells whoever asked of every document that is judged or drawn; the pytest plugin asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

#: Takes the name of a schema (`callback` for any variant) and a document of it as sent.
Observer: TypeAlias = Callable[[str, object], None]

#: None unless someone asked: the public functions look here once a call, and that is all.
observer: Observer | None = None
