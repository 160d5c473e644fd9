"""Words that problems share."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ...spec.suggestions import nearest


def did_you_mean(name: str, known: Iterable[object]) -> str:
    """`; did you mean …?` for a name that is not known, where there is a near one."""
    near = nearest(name, map(str, known))
    return f"; did you mean {near!r}?" if near is not None else ""


def unknown(kind: str, name: str, known: Iterable[object]) -> str:
    """Words for a name that is not known, where it names something of a kind."""
    return f"unknown {kind} {name!r}{did_you_mean(name, known)}"


def shown(value: Any) -> str:
    """A value as JSON, shortened."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"


def listed(names: Iterable[object]) -> str:
    """Names with commas between them."""
    return ", ".join(map(str, names))
