"""Register strategies for our public types; the entry point for plugins of Hypothesis.

Goes in: a type, from `st.from_type` or `st.builds`. Comes out: a strategy for it.
Hypothesis calls `register` when it is imported; nothing is built before a type is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import kvs_schema as kvs

# Hypothesis itself is imported in functions only: while it is imported, it calls `register`.
if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

#: Views of one object each; the class of a view names its schema.
_VIEWS = (
    kvs.MetaInfo,
    kvs.SourceStream,
    kvs.SourceFormat,
    kvs.MediaInfo,
    kvs.OutputMetadata,
    kvs.OutputStream,
    kvs.OutputFormat,
    kvs.Output,
    kvs.Segment,
    kvs.Thumbnail,
)


def register() -> None:
    """Register callbacks, their views and their reports with `st.from_type` and `st.builds`."""
    from hypothesis import strategies as st

    for type_ in _MAKERS:
        st.register_type_strategy(type_, partial(_strategy, type_))


def _strategy(registered: type, requested: Any) -> SearchStrategy[Any]:
    """Return a strategy for a registered type, or NotImplemented if another one is requested.

    Hypothesis also asks for base classes, such as `object`: then our types are none of its values.
    """
    return _MAKERS[registered](requested) if requested is registered else NotImplemented


def _ours() -> Any:
    """Import the strategies of this package, which costs more than it costs to register them."""
    from .. import strategies

    return strategies


def _one_of(values: Any) -> SearchStrategy[Any]:
    from hypothesis import strategies as st

    return st.sampled_from(list(values))


def _tasks(_: Any) -> SearchStrategy[kvs.Task]:
    tasks = _ours().callbacks().map(lambda body: kvs.validate_callback(body).tasks)
    found: SearchStrategy[kvs.Task] = tasks.filter(bool).flatmap(_one_of)
    return found


def _limits(_: Any) -> SearchStrategy[kvs.Limits]:
    """Return a strategy for limits, none wider than the default."""
    from hypothesis import strategies as st

    usual = kvs.Limits()
    sizes = {name: st.integers(1, getattr(usual, name)) for name in usual.__slots__}
    return st.just(usual) | st.builds(kvs.Limits, **sizes)


def _view(view: Any) -> SearchStrategy[Any]:
    """Return a strategy for a view, from documents of its schema."""
    documents: SearchStrategy[Any] = _ours().from_schema(view.schema)
    return documents.map(lambda sent: view(kvs.check_document(view.schema, sent).document))


#: Makes a strategy for a type.
_MAKERS: dict[type, Callable[[Any], SearchStrategy[Any]]] = {
    kvs.Callback: lambda _: _ours().callbacks().map(kvs.validate_callback),
    kvs.Task: _tasks,
    kvs.Report: lambda _: _ours().callbacks().map(kvs.check_callback),
    kvs.ErrorCode: lambda _: _ours().error_codes(),
    kvs.ErrorTable: lambda _: _one_of(kvs.error_codes.tables.values()),
    kvs.Erratum: lambda _: _one_of(kvs.errata.values()),
    kvs.Variant: lambda _: _one_of(kvs.variants()),
    kvs.Violation: lambda _: _ours().invalid_callbacks().map(lambda near: near.violation),
    kvs.Limits: _limits,
    **dict.fromkeys(_VIEWS, _view),
}
