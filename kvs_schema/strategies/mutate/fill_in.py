"""Draw values for members that a document lacks, as those of whole documents are drawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis.strategies import DrawFn

from ...spec.graph import Applied, GraphNode
from ...spec.vocabulary import DEFS, Schema
from ..generate.choices import DrawContext
from ..generate.nodes import Level, ad_hoc
from ..generate.value_factory import level_of, value_factory
from .closing import opened

_PRESENT: Schema = {"not": {"type": "null"}}


class UnreachableError(Exception):
    """Raised if no value is valid where one is needed."""


def fill_in(
    draw: DrawFn,
    node: GraphNode,
    schemas: Iterable[Applied],
    *more: Schema,
    want: Iterable[str] | None = None,
    context: DrawContext,
    deviations: bool = True,
) -> Any:
    """Draw an opened value, not null, that is valid by the schemas of a node and by others.

    `want` names the types that it may have; an object or array at a node that embeds documents
    is one of these. `context` is that of the example. Without `deviations` the value has as few
    as its schemas allow.
    Raises `UnreachableError` if no value is valid by all of them.
    """
    level = level_of(strict=node.strict, deviations=deviations)
    present = _PRESENT if want is None else _of_types(want, node)
    plain = [Applied(one.pointer, one.schema) for one in schemas]
    wanted = [*plain, *map(ad_hoc, [*more, present])]
    source = value_factory(level)
    if not source.flattener.possible(wanted, level):
        raise UnreachableError
    choice = source.value(wanted, _places(node)).choice(hinted=False)
    value = choice.make(draw, context.inside(context.steering))
    if context.steering.max_text is not None and isinstance(value, str):
        value = source.sized(wanted, draw, context, value)
    return opened(value, node)


def without(
    draw: DrawFn,
    node: GraphNode,
    schemas: Iterable[Applied],
    avoided: Schema,
    *,
    context: DrawContext,
    deviations: bool = True,
) -> Any:
    """Draw an opened value that is valid by the schemas asked, but not by one schema."""
    kept = list(schemas)
    for negation in value_factory(Level.STRICT).flattener.negations(avoided):
        try:
            return fill_in(draw, node, kept, negation, context=context, deviations=deviations)
        except UnreachableError:
            continue
    raise UnreachableError


def _of_types(want: Iterable[str], node: GraphNode) -> Schema:
    if node.content is not None:
        return {"type": "string", "minLength": 1}
    return {"type": sorted(want)}


def _places(node: GraphNode) -> tuple[str, ...]:
    """Return the names by which samples know the member, such as `task#TaskID`."""
    found = []
    for one in node.asked:
        schema, _, rest = one.pointer.removeprefix(DEFS).partition("/")
        keyword, _, name = rest.partition("/")
        if keyword == "properties":
            found.append(f"{schema}#{name}")
    return tuple(found)
