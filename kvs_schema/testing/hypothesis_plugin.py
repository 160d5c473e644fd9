"""Register strategies for our public types; the entry point for plugins of Hypothesis.

Goes in: a type, from `st.from_type` or `st.builds`. Comes out: a strategy for it.
Hypothesis calls `register` when it is imported; nothing is built before a type is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import kvs_schema as kvs

#: Makes a strategy for a type that Hypothesis asks for.
Maker = Callable[[Any], SearchStrategy[Any]]

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
    for type_, make in _MAKERS.items():
        st.register_type_strategy(type_, make)


def _ours() -> Any:
    """Import the strategies of this package, which costs more than it costs to register them."""
    from .. import strategies

    return strategies


def _tasks(_: Any) -> SearchStrategy[kvs.Task]:
    tasks = _ours().callbacks().map(lambda body: kvs.validate_callback(body).tasks)
    found: SearchStrategy[kvs.Task] = tasks.filter(bool).flatmap(st.sampled_from)
    return found


def _limits(_: Any) -> SearchStrategy[kvs.Limits]:
    usual = kvs.Limits()
    sizes = {name: st.integers(1, getattr(usual, name)) for name in usual.__slots__}
    return st.just(usual) | st.builds(kvs.Limits, **sizes)


def _view(view: Any) -> SearchStrategy[Any]:
    def opened(value: Any) -> Any:
        return view(kvs.check_document(view.schema, value).document)

    found: SearchStrategy[Any] = _ours().from_schema(view.schema).map(opened)
    return found


_MAKERS: dict[type, Maker] = {
    kvs.Callback: lambda _: _ours().callbacks().map(kvs.validate_callback),
    kvs.Task: _tasks,
    kvs.Report: lambda _: _ours().callbacks().map(kvs.check_callback),
    kvs.ErrorCode: lambda _: _ours().error_codes(),
    kvs.ErrorTable: lambda _: st.sampled_from(list(kvs.error_codes.tables.values())),
    kvs.Erratum: lambda _: st.sampled_from(list(kvs.errata.values())),
    kvs.Variant: lambda _: st.sampled_from(kvs.variants()),
    kvs.Violation: lambda _: _ours().invalid_callbacks().map(lambda near: near.violation),
    kvs.Limits: _limits,
    **dict.fromkeys(_VIEWS, _view),
}
