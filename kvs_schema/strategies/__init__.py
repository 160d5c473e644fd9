"""Hypothesis strategies for callbacks, requests and responses; extra `testing`.

    >>> from hypothesis import given
    >>> from kvs_schema.strategies import callbacks
    >>> @given(callbacks(wire="bytes"))
    ... def test_handler(body):
    ...     assert handle(body).status == 200

Values look like those of the service and sometimes contain its documented oddities.
"""

from __future__ import annotations

from ..spec.exceptions import MissingExtraError

try:
    import hypothesis as _hypothesis
except ImportError:
    raise MissingExtraError("kvs_schema.strategies", "testing") from None

from .callbacks import DialectName, TypeName, VariantName, callbacks
from .deliveries import deliveries
from .documents import (
    create_wave_task_requests,
    create_wave_task_responses,
    embedded,
    error_codes,
    from_schema,
)
from .hostile import HostileKind, hostile_bodies
from .machine import ReceiverMachine
from .mutate.breakable_rules import Rule
from .near_misses import (
    Negative,
    RuleGroup,
    invalid_callbacks,
    invalid_create_wave_task_requests,
    invalid_create_wave_task_responses,
    negative_rules,
)
from .sample import sample
from .wire import Wire

__all__ = [
    "DialectName",
    "HostileKind",
    "Negative",
    "ReceiverMachine",
    "Rule",
    "RuleGroup",
    "TypeName",
    "VariantName",
    "Wire",
    "callbacks",
    "create_wave_task_requests",
    "create_wave_task_responses",
    "deliveries",
    "embedded",
    "error_codes",
    "from_schema",
    "hostile_bodies",
    "invalid_callbacks",
    "invalid_create_wave_task_requests",
    "invalid_create_wave_task_responses",
    "negative_rules",
    "sample",
]

# Hypothesis also asks for base classes, such as `object`: then these types are none of its values.
_hypothesis.strategies.register_type_strategy(
    Negative, lambda asked: invalid_callbacks() if asked is Negative else NotImplemented
)
_hypothesis.strategies.register_type_strategy(
    Rule,
    lambda asked: (
        _hypothesis.strategies.sampled_from(negative_rules()) if asked is Rule else NotImplemented
    ),
)


def __dir__() -> list[str]:
    return sorted(__all__)
