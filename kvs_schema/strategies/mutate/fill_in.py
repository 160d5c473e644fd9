"""Values for what a document lacks: drawn as those of whole documents are, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis.strategies import DrawFn

from ...spec.vocabulary import DEFS, Schema
from ..generate.choices import Choice, DrawContext
from ..generate.nodes import Asked, Level
from ..generate.value_factory import level_of, value_factory
from .closing import opened
from .places import Place, PlacedSchema

_PRESENT: Schema = {"not": {"type": "null"}}


class UnreachableError(Exception):
    """No value can be given that holds where it is wanted."""


def graft(
    draw: DrawFn,
    place: Place,
    asked: Iterable[PlacedSchema],
    *more: Schema,
    want: Iterable[str] | None = None,
    types: Choice | None = None,
    tidy: bool = False,
) -> Any:
    """An opened value that holds to what is asked at a place, and to more; no null.

    `want` names the types that it may have; an object or array at a place that embeds documents
    is one of these. `types` are the task types that a callback in it may have. `tidy` leaves out
    deviations at the tolerant level.
    Raises `UnreachableError` where nothing can hold to all of it.
    """
    level = level_of(strict=place.strict, deviations=not tidy)
    schemas = [*(one.schema for one in asked), *more]
    schemas.append(_PRESENT if want is None else _of_types(want, place))
    wanted = [Asked(schema) for schema in schemas]
    source = value_factory(level)
    if not source.flattener.possible(wanted, level):
        raise UnreachableError(place.steps)
    choice = source.value(wanted, _places(place)).choice(hinted=False)
    return opened(choice.make(draw, DrawContext(types)), place)


def without(
    draw: DrawFn,
    place: Place,
    asked: Iterable[PlacedSchema],
    avoided: Schema,
    *,
    types: Choice | None = None,
    tidy: bool = False,
) -> Any:
    """An opened value that holds to what is asked at a place, but not to one schema."""
    kept = list(asked)
    for negation in value_factory(Level.STRICT).flattener.negations(avoided):
        try:
            return graft(draw, place, kept, negation, types=types, tidy=tidy)
        except UnreachableError:
            continue
    raise UnreachableError(place.steps)


def _of_types(want: Iterable[str], place: Place) -> Schema:
    if place.content is not None:
        return {"type": "string", "minLength": 1}
    return {"type": sorted(want)}


def _places(place: Place) -> tuple[str, ...]:
    """Where samples know the member from, such as `task#TaskID`."""
    found = []
    for one in place.asked:
        schema, _, rest = one.pointer.removeprefix(DEFS).partition("/")
        keyword, _, name = rest.partition("/")
        if keyword == "properties":
            found.append(f"{schema}#{name}")
    return tuple(found)
