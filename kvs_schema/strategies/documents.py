"""Strategies for requests and responses of the API, and for error codes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..catalogue import store
from ..catalogue.error_codes import ErrorCode, ErrorTable
from ..catalogue.error_codes import error_codes as all_codes
from ..catalogue.unknown_names import UnknownNameError
from .callbacks import document
from .pins import Values
from .wire import Wire, sent, shown_as, told

_REQUEST, _RESPONSE = "CreateWaveTask.request", "CreateWaveTask.response"


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
    parts = list(store.specification()["schemas"][_REQUEST]["properties"])
    made = document(_REQUEST, strict, deviations, values, {"required": parts})
    return shown_as(
        told(_REQUEST, made),
        "create_wave_task_requests",
        strict=strict,
        deviations=deviations,
        values=values,
    )


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
    made = document(_RESPONSE, strict, deviations, values)
    return shown_as(
        told(_RESPONSE, sent(made, wire), wire),
        "create_wave_task_responses",
        strict=strict,
        deviations=deviations,
        wire=wire,
        values=values,
    )


def error_codes(table: str | None = None) -> SearchStrategy[ErrorCode]:
    """Draw error codes of one table, or of all, and sometimes one that is in no table.

    Such a code has `known=False`. Raises `UnknownNameError` for a table that does not exist.

        @given(error_codes("callback"))
        def test_every_code_has_a_text(error):
            assert describe(error.code)
    """
    tables = all_codes.tables
    if table is not None and table not in tables:
        raise UnknownNameError("error table", table, tables)
    asked = list(tables.values()) if table is None else [tables[table]]
    known = [code for one in asked for code in one.values()]
    unknown = st.integers(0, 9999).map(lambda number: _unknown(number, asked))
    return st.integers(0, 15).flatmap(lambda n: unknown if n == 15 else st.sampled_from(known))


def _unknown(number: int, tables: list[ErrorTable]) -> ErrorCode:
    """Return the code, or the next one, that is in none of the tables."""
    while any(number in table for table in tables):
        number += 1
    return ErrorCode(number, known=False)
