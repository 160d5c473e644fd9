"""Register strategies for our public types; the entry point for plugins of Hypothesis.

Hypothesis calls `register` when it is imported. No strategy is built before its type is drawn.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

import kvs_schema as kvs

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
    st.register_type_strategy(kvs.Callback, _callbacks)
    st.register_type_strategy(kvs.Task, _tasks)
    st.register_type_strategy(kvs.Report, _reports)
    st.register_type_strategy(kvs.ErrorCode, _codes)
    st.register_type_strategy(kvs.ErrorTable, _tables)
    st.register_type_strategy(kvs.Erratum, _errata)
    st.register_type_strategy(kvs.Variant, _variants)
    st.register_type_strategy(kvs.Violation, _violations)
    st.register_type_strategy(kvs.Limits, _limits)
    for view in _VIEWS:
        st.register_type_strategy(view, _view)


def _callbacks(asked: Any) -> SearchStrategy[kvs.Callback]:
    from ..strategies import callbacks

    return callbacks().map(kvs.validate_callback)


def _tasks(asked: Any) -> SearchStrategy[kvs.Task]:
    return (
        _callbacks(asked).map(lambda callback: callback.tasks).filter(bool).flatmap(st.sampled_from)
    )


def _reports(asked: Any) -> SearchStrategy[kvs.Report]:
    from ..strategies import callbacks

    return callbacks().map(kvs.check_callback)


def _codes(asked: Any) -> SearchStrategy[kvs.ErrorCode]:
    from ..strategies import error_codes

    return error_codes()


def _tables(asked: Any) -> SearchStrategy[kvs.ErrorTable]:
    return st.sampled_from(list(kvs.error_codes.tables.values()))


def _errata(asked: Any) -> SearchStrategy[kvs.Erratum]:
    return st.sampled_from(list(kvs.errata.values()))


def _violations(asked: Any) -> SearchStrategy[kvs.Violation]:
    from ..strategies import invalid_callbacks

    return invalid_callbacks().map(lambda negative: negative.violation)


def _limits(asked: Any) -> SearchStrategy[kvs.Limits]:
    usual = kvs.Limits()
    sizes = {name: st.integers(1, getattr(usual, name)) for name in usual.__slots__}
    return st.just(usual) | st.builds(kvs.Limits, **sizes)


def _variants(asked: Any) -> SearchStrategy[kvs.Variant]:
    return st.sampled_from(kvs.variants())


def _view(asked: Any) -> SearchStrategy[Any]:
    from ..strategies import from_schema

    def opened(value: Any) -> Any:
        return asked(kvs.check_document(asked.schema, value).document)

    return from_schema(asked.schema).map(opened)
