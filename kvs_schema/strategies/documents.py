"""Strategies for all documents but callbacks: embedded ones, requests, responses, any schema.

Goes in: the name of a schema, a level and pinned values. Comes out: values that are valid by it, in
the form that the code under test takes. Strategies for error codes are here too.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict, Unpack, overload

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..catalogue import store
from ..catalogue.error_codes import ErrorCode, ErrorTable, TableName
from ..catalogue.error_codes import error_codes as all_codes
from ..catalogue.names import CALLBACK, REQUEST, RESPONSE, schema_names
from ..catalogue.unknown_names import UnknownNameError
from .callbacks import callbacks
from .generate.value_factory import level_of, value_factory
from .pins import Values, pins_of, read_values, steering_of
from .wire import Wire, check_flags, observed, sent, shown_as

_OPERATION = "CreateWaveTask"
_REQUEST, _RESPONSE = _OPERATION + REQUEST, _OPERATION + RESPONSE


@overload
def from_schema(name: str, *, strict: bool = ..., wire: Literal["text"]) -> SearchStrategy[str]: ...
@overload
def from_schema(
    name: str, *, strict: bool = ..., wire: Literal["bytes"]
) -> SearchStrategy[bytes]: ...
@overload
def from_schema(name: str, *, strict: bool = ..., wire: Wire = ...) -> SearchStrategy[Any]: ...
def from_schema(name: str, *, strict: bool = False, wire: Wire = "object") -> SearchStrategy[Any]:
    """Draw values of any schema, by the names that `kvs_schema.schema()` takes.

    `wire` is what your code takes, as for `callbacks`. Documents embedded in a value are strings,
    as sent. Raises `UnknownNameError` for an unknown schema, and `ValueError` if no value is valid
    at the strict level.

        @given(from_schema("metainfo.streams"))
        def test_every_stream_has_a_label(stream):
            assert label(stream)
    """
    if name not in schema_names():
        raise UnknownNameError("schema", name, schema_names())
    check_flags(strict=strict)
    if name == CALLBACK:
        made: SearchStrategy[Any] = callbacks(strict=strict, wire=wire)
    else:
        made = value_factory(level_of(strict=strict, deviations=True)).strategy(name)
        made = observed(name, sent(made, wire), wire)
    return shown_as(made, "from_schema", name, strict=strict, wire=wire)


class DocumentOptions(TypedDict, total=False):
    """What the strategies for other documents than callbacks take besides, for type checkers."""

    strict: bool
    deviations: bool
    values: Values | None


@overload
def embedded(
    name: str, *, wire: Literal["text"], **options: Unpack[DocumentOptions]
) -> SearchStrategy[str]: ...
@overload
def embedded(
    name: str, *, wire: Literal["bytes"], **options: Unpack[DocumentOptions]
) -> SearchStrategy[bytes]: ...
@overload
def embedded(
    name: str, *, wire: Wire = ..., **options: Unpack[DocumentOptions]
) -> SearchStrategy[Any]: ...
def embedded(
    name: str,
    *,
    strict: bool = False,
    wire: Wire = "object",
    deviations: bool = True,
    values: Values | None = None,
) -> SearchStrategy[Any]:
    """Draw an embedded document, such as `metainfo`, which outputs contain as JSON in a string.

    It is an object or array, or with `wire="text"` the string that the callback contains. `values`
    pins places of it, such as `metainfo.format#size`, as for `callbacks`. Raises
    `UnknownNameError` for an unknown embedded document.

        @given(embedded("metainfo", wire="text"))
        def test_media_information_has_a_summary(text):
            assert summary(text)
    """
    known = embedded_names()
    if name not in known:
        raise UnknownNameError("embedded document", name, known)
    values = read_values(values)
    made = _document(name, strict, deviations, values)
    return shown_as(
        observed(name, sent(made, wire), wire),
        "embedded",
        name,
        strict=strict,
        wire=wire,
        deviations=deviations,
        values=values,
    )


def _document(
    name: str, strict: bool, deviations: bool, values: Values | None, *also: dict[str, Any]
) -> SearchStrategy[Any]:
    """Draw values of one schema, and of the schemas in `also`, with pinned values."""
    check_flags(strict=strict, deviations=deviations)
    steering = steering_of(pins_of(values, [name], strict), strict)
    factory = value_factory(level_of(strict=strict, deviations=deviations))
    return factory.strategy(name, *also, steering=steering)


def embedded_names() -> tuple[str, ...]:
    """Return the names of all embedded documents."""
    graph = store.graph()
    contents = (graph.root(name, strict=False).content_name for name in graph.schemas)
    return tuple(dict.fromkeys(name for name in contents if name is not None))


def create_wave_task_requests(
    *, strict: bool = False, deviations: bool = True, values: Values | None = None
) -> SearchStrategy[dict[str, Any]]:
    """Draw requests of CreateWaveTask: mappings of `body`, `query` and `headers`.

    They are the arguments that `validate_request` takes; `values` pins places of them, as for
    `callbacks`. The signature is in the query or in the header `authorization`; it signs nothing.

        @given(create_wave_task_requests())
        def test_gateway_passes_requests_on(request):
            validate_request("CreateWaveTask", **request)
    """
    values = read_values(values)
    parts = list(store.specification()["schemas"][_REQUEST]["properties"])
    made = _document(_REQUEST, strict, deviations, values, {"required": parts})
    return shown_as(
        observed(_REQUEST, made),
        "create_wave_task_requests",
        strict=strict,
        deviations=deviations,
        values=values,
    )


@overload
def create_wave_task_responses(
    *, wire: Literal["object"] = ..., **options: Unpack[DocumentOptions]
) -> SearchStrategy[dict[str, Any]]: ...
@overload
def create_wave_task_responses(
    *, wire: Literal["text"], **options: Unpack[DocumentOptions]
) -> SearchStrategy[str]: ...
@overload
def create_wave_task_responses(
    *, wire: Literal["bytes"], **options: Unpack[DocumentOptions]
) -> SearchStrategy[bytes]: ...
@overload
def create_wave_task_responses(
    *, wire: Wire, **options: Unpack[DocumentOptions]
) -> SearchStrategy[Any]: ...
def create_wave_task_responses(
    *,
    strict: bool = False,
    deviations: bool = True,
    wire: Wire = "object",
    values: Values | None = None,
) -> SearchStrategy[Any]:
    """Draw responses to CreateWaveTask, for accepted and for rejected requests.

    `wire` is the form that your client takes, and `values` pins places, both as for `callbacks`.

        @given(create_wave_task_responses(wire="bytes"))
        def test_client_reads_every_answer(body):
            assert Answer.parse(body).error is None or Answer.parse(body).error.code
    """
    values = read_values(values)
    made = _document(_RESPONSE, strict, deviations, values)
    return shown_as(
        observed(_RESPONSE, sent(made, wire), wire),
        "create_wave_task_responses",
        strict=strict,
        deviations=deviations,
        wire=wire,
        values=values,
    )


def error_codes(table: TableName | None = None) -> SearchStrategy[ErrorCode]:
    """Draw error codes of one table, or of all, and sometimes one that is in no table.

    Such a code has `known=False`. Raises `UnknownNameError` for a table that does not exist.

        @given(error_codes("callback"))
        def test_every_code_has_a_text(error):
            assert describe(error.code)
    """
    tables = all_codes.tables
    if table is not None and table not in tables:
        raise UnknownNameError("error table", table, tables)
    chosen = list(tables.values()) if table is None else [tables[table]]
    known = [code for one in chosen for code in one.values()]
    unknown = st.integers(0, 9999).map(lambda number: _unknown(number, chosen))
    return st.integers(0, 15).flatmap(lambda n: unknown if n == 15 else st.sampled_from(known))


def _unknown(number: int, tables: list[ErrorTable]) -> ErrorCode:
    """Return the code, or the next one, that is in none of the tables."""
    while any(number in table for table in tables):
        number += 1
    return ErrorCode(number, known=False)
