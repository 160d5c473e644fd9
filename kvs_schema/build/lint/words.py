"""Words that problems share: lists, values, and names that look like an unknown one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ...spec.suggestions import nearest


def did_you_mean(name: str, known: Iterable[object]) -> str:
    """Return `; did you mean …?` for a name that is not known, where there is a near one."""
    near = nearest(name, map(str, known))
    return f"; did you mean {near!r}?" if near is not None else ""


def unknown(kind: str, name: str, known: Iterable[object]) -> str:
    """Return the words for a name that is not known, where it names something of a kind."""
    return f"unknown {kind} {name!r}{did_you_mean(name, known)}"


def shown(value: Any) -> str:
    """Return a value as JSON, shortened."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"


def listed(names: Iterable[object]) -> str:
    """Return names with commas between them."""
    return ", ".join(map(str, names))
