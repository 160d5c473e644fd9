"""What the plans of values remember is bounded, since they live as long as the process."""

from __future__ import annotations

from kvs_schema.strategies import callbacks
from kvs_schema.strategies.generate.nodes import Level
from kvs_schema.strategies.generate.objects import Object
from kvs_schema.strategies.generate.scalars import Scalars
from kvs_schema.strategies.generate.value_factory import value_factory

from .drawing import drawn


def test_fitting_values_are_forgotten() -> None:
    drawn(callbacks(), 1)
    plans = value_factory(Level.FREE)._values.values()
    owners = [getattr(plan.fit, "__self__", None) for plan in plans]
    scalars = next(owner for owner in owners if isinstance(owner, Scalars))
    for number in range(3000):
        scalars.fit(number)
    assert 0 < len(scalars._fits) <= 1024


def test_task_types_that_nobody_knows_are_not_remembered() -> None:
    types = [f"type{number}" for number in range(100)]
    drawn(callbacks(types=types), 100)
    factory = value_factory(Level.FREE)
    plans = [part for plan in factory._values.values() for part in plan.parts]
    remembered = {key[1] for plan in plans if isinstance(plan, Object) for key in plan._cell_tables}
    assert remembered <= {None, *factory.carried}
