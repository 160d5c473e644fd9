"""The settings of an emulator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..catalogue import store
from ..catalogue.error_codes import error_codes
from ..catalogue.unknown_names import UnknownNameError

#: The least and the greatest value of each number.
_RANGES: Sequence[tuple[str, int, int | None]] = (
    ("failure_rate", 0, 1),
    ("faults", 0, 1),
    ("latency", 0, None),
    ("speed", 0, None),
    ("attempts", 1, None),
    ("room", 1, None),
    ("timeout", 0, None),
)


@dataclass(slots=True, kw_only=True)
class EmulatorSettings:
    """How tasks end and how their callbacks are delivered.

    All but `timeout` and `remote`, which are those of `posting.Poster`, may be changed at any time.

    Times of a task are virtual: `speed` is how many of its seconds pass in one second, and with 0
    nothing waits. `latency` is the mean time until a task ends, `failure_rate` the share that
    fails, `faults` the probability of each fault of delivery. A callback is posted up to `attempts`
    times, until an answer is 2xx.
    `dialect`, `types`, `errnums`, `values` and `wild` decide the form of callbacks, as for the
    strategies. `refuse` is a code with which every request is refused. `keys` are the secret keys
    by access key; without any, signatures are not verified. `room` limits the number of tasks.
    """

    seed: int = 0
    dialect: str = "task"
    types: Sequence[str] = ()
    errnums: Sequence[int] | None = None
    values: Mapping[str, Any] | None = None
    wild: bool = False
    failure_rate: float = 0.2
    latency: float = 5.0
    faults: float = 0.2
    speed: float = 0.0
    attempts: int = 10
    refuse: int | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    room: int = 10_000
    timeout: float = 10.0
    remote: Sequence[str] = ()

    def __post_init__(self) -> None:
        classifier = store.specification()["classifier"]
        if self.dialect not in classifier["dialects"]:
            raise UnknownNameError("dialect", self.dialect, classifier["dialects"])
        refusals = [code for code in error_codes.public if code != 0]
        if self.refuse is not None and self.refuse not in refusals:
            raise UnknownNameError("error code", str(self.refuse), map(str, refusals))
        for name, least, most in _RANGES:
            number = getattr(self, name)
            if not least <= number or (most is not None and number > most):
                raise ValueError(f"{name} is out of range: {number}")
        self.types = self.types or tuple(classifier["types"])
