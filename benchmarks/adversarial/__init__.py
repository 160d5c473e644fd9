"""Bodies that are as expensive to validate as possible, from the compiled forms; a megabyte each.

The benign body is a megabyte of valid outputs, each with an embedded document, as a service
sends them. (A megabyte of segments, all in one embedded document, is about three times cheaper.)
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from kvs_schema import ValidationError, check_callback, check_document, validate_callback

from ..corpus import large
from ..measure import seconds
from ..table import Row, at_most, microseconds
from .conditions import condition_attacks
from .elements import element_attacks
from .patterns import pattern_attacks
from .places import Attack
from .texts import embedded_attacks, text_attacks


def attacks(size: int) -> Iterator[Attack]:
    """Yield every attack, of about a given size in bytes."""
    yield from pattern_attacks(size)
    yield from condition_attacks(size)
    yield from element_attacks(size)
    yield from embedded_attacks(size)
    yield from text_attacks(size)


def rows(size: int, step: int, times: int) -> Iterator[Row]:
    """Yield the worst of each kind of attack, beside a benign body of the same size.

    Every `step`-th attack is measured.
    """
    right = next(right for name, right, _ in large(size) if name == "outputs")
    verdict, findings = partial(_verdict, right), partial(_findings, right, "callback")
    benign = [_cost(verdict, 5), _cost(findings, 3)]
    benign.append(benign[1])  # the outcome of what is valid is known with the verdict
    worst: dict[tuple[str, int], tuple[float, float, str]] = {}
    counts: Counter[str] = Counter()
    for attack in islice(attacks(size), 0, None, step):
        counts[attack.kind] += 1
        asked: list[Callable[[], object]] = [
            partial(_verdict, attack.text),
            partial(_findings, attack.text, attack.schema),
            partial(_outcome, attack.text),
        ]
        for which, ask in enumerate(asked):
            if which != 1 and attack.schema != "callback":
                continue
            share = max(1.0, len(attack.text) / size)  # closed documents grow by their escapes
            cost = _cost(ask, 1)
            if cost / share > worst.get((attack.kind, which), (0,))[0]:
                cost = min(cost, _cost(ask, times))
                known = worst.get((attack.kind, which), (0.0, 0.0, ""))
                worst[attack.kind, which] = max(known, (cost / share, cost, attack.name))
    for (kind, which), (cost, taken, name) in worst.items():
        asked_for = ("verdict", "findings", "outcome")[which]
        label = f"{size / 2**20:g} MiB made to be slow, {asked_for}, {kind}"
        shown = name.encode("unicode_escape").decode()
        detail = f"worst of {counts[kind]}: {shown}; {microseconds(taken)}"
        detail += f" to {microseconds(benign[which])}"
        yield at_most(label, cost / benign[which], 20, detail)


def _verdict(text: bytes) -> None:
    with contextlib.suppress(ValidationError):
        validate_callback(text)


def _findings(text: bytes, schema: str) -> object:
    return check_document(schema, text).findings


def _outcome(text: bytes) -> object:
    return check_callback(text).outcome


def _cost(ask: Callable[[], object], times: int) -> float:
    return min(seconds(ask) for _ in range(times))
