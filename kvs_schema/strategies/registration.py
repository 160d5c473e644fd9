"""Tells Hypothesis what to draw for our public types; the entry point of its plugins.

Hypothesis calls `register` when it is imported. Nothing is built before a type is drawn.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from .. import codes, findings, limits, validate, views
from ..classify import Variant

#: Views whose schema is given by their class, and which need nothing but the object.
_VIEWS = (
    views.MetaInfo,
    views.SourceStream,
    views.SourceFormat,
    views.MediaInfo,
    views.OutputMetadata,
    views.OutputStream,
    views.OutputFormat,
    views.Segment,
    views.Thumbnail,
)


def register() -> None:
    """Make `st.from_type` and `st.builds` know callbacks, reports, codes, variants and views."""
    st.register_type_strategy(views.Callback, _callbacks)
    st.register_type_strategy(views.Task, _tasks)
    st.register_type_strategy(views.Output, _outputs)
    st.register_type_strategy(findings.Report, _reports)
    st.register_type_strategy(codes.ErrorCode, _codes)
    st.register_type_strategy(Variant, _variants)
    st.register_type_strategy(limits.Limits, st.just(limits.Limits()))
    for view in _VIEWS:
        st.register_type_strategy(view, _view)


def _callbacks(asked: Any) -> SearchStrategy[views.Callback]:
    from .callbacks import callbacks

    return callbacks().map(validate.validate_callback)


def _tasks(asked: Any) -> SearchStrategy[views.Task]:
    from .callbacks import callbacks

    single = [v.name for v in validate.variants() if not v.dialect.endswith("flow")]
    return callbacks(single).map(lambda body: validate.validate_callback(body).tasks[0])


def _outputs(asked: Any) -> SearchStrategy[views.Output]:
    return _opened(views.Output.schema).map(views.Output)


def _reports(asked: Any) -> SearchStrategy[findings.Report]:
    from .callbacks import callbacks

    return callbacks().map(validate.check_callback)


def _codes(asked: Any) -> SearchStrategy[codes.ErrorCode]:
    from .requests import error_codes

    return error_codes()


def _variants(asked: Any) -> SearchStrategy[Variant]:
    return st.sampled_from(validate.variants())


def _view(asked: Any) -> SearchStrategy[views.View]:
    return _opened(asked.schema).map(asked)


def _opened(schema: str) -> SearchStrategy[Any]:
    from ..documents import check_document
    from .callbacks import from_schema

    return from_schema(schema).map(lambda value: check_document(schema, value).document)
