"""Give each play of a script fresh task ids, so that what the receiver stored has no effect.

A body comes in, the same body with another task id goes out.
"""

from __future__ import annotations

import random
import re
import string
from functools import lru_cache

from ..redaction import guide, rewritten_strings
from ..reports import check_callback
from ..spec.graph import GraphNode

_LOWER, _UPPER = string.ascii_lowercase, string.ascii_uppercase
_CLASSES = (string.digits, _LOWER[:6], _LOWER[6:], _UPPER[:6], _UPPER[6:])
_PIECES = re.compile(r"%[0-9A-Fa-f]{2}|.", re.DOTALL)
#: How often an unused id of the same length is tried: there are few short ones, and only one
#: without letters and digits.
_TRIES = 50


class TaskIds:
    """Draws task ids that were not used before, whatever the seed: receivers may store them."""

    def __init__(self) -> None:
        self._chance = random.SystemRandom()
        self._used: set[str] = set()

    def renewed(self, body: bytes, known: dict[str, str]) -> bytes:
        """Return a body with a fresh task id of the same length and classes of characters.

        If all of that length are used, it is longer. `known` maps the ids of this play to fresh
        ones. A body that cannot be parsed is returned unchanged.
        """
        task_id, variant = _id_and_variant(body)
        if task_id is None:
            return body
        if task_id not in known:
            known[task_id] = self._fresh(task_id)
        fresh, root = known[task_id], guide(variant)

        def renew(value: str, node: GraphNode | None) -> str:
            is_id = root is None or (node is not None and node.annotation("attribute") == "task_id")
            return fresh if value == task_id and is_id else value

        return rewritten_strings(body.decode(), root, renew).encode()

    def _fresh(self, task_id: str) -> str:
        for _ in range(_TRIES):
            fresh = "".join(map(self._replaced, _PIECES.findall(task_id)))
            if fresh not in self._used:
                break
        else:
            fresh += f"{self._chance.getrandbits(64):016x}"
        self._used.add(fresh)
        return fresh

    def _replaced(self, piece: str) -> str:
        found = next((one for one in _CLASSES if piece in one), piece)
        return piece if len(piece) > 1 else self._chance.choice(found)


@lru_cache(maxsize=256)
def _id_and_variant(body: bytes) -> tuple[str | None, str | None]:
    """Return the task id and the variant of a body; without a task id it cannot be rewritten."""
    report = check_callback(body)
    return None if report.document is None else report.task_id, report.variant
