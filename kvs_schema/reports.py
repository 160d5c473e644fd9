"""The public functions that validate and report; the pipeline is in `validation`."""

from __future__ import annotations

from typing import Any

from .catalogue.names import CALLBACK, RESPONSE, known_operation, known_schema, variant_names
from .reading.limits import Limits, check_limits
from .reading.request_parts import Headers, Query
from .results.callback import Body
from .results.findings import Report
from .validation import observers
from .validation.callbacks import as_variant, report_on_callback
from .validation.documents import report_on_document, report_on_request

_DEFAULT = Limits()


def check_callback(
    obj: object, *, strict: bool = False, limits: Limits = _DEFAULT, show_values: bool = True
) -> Report:
    """Validate a callback body and return a `Report`, whatever the body is.

    The report has the verdict, the variant, the document, violations, deviations, unlisted keys
    and notices. At the tolerant level `deviations` says what strict requires beyond it. With
    `show_values=False` neither findings nor report contain a value of the body.

    KVS documentation: POST callback, body; Flow callback, body.
    """
    check_limits(limits)
    observers.notify("callback", obj)
    report = report_on_callback(obj, strict, limits)
    return report if show_values else report.without_values()


def validate_request(
    operation: str,
    *,
    body: Body,
    query: Query | None = None,
    headers: Headers | None = None,
    strict: bool = False,
    limits: Limits = _DEFAULT,
    show_values: bool = True,
) -> dict[str, Any]:
    """Validate a request and return its body as a document.

    `query` may be a URL, a query string, a mapping or pairs, `headers` a mapping or pairs; names
    of headers ignore case, and names that the schemas do not contain may be repeated. What is None
    is not checked. The signature may be in the query or in `Authorization`. Raises
    `ValidationError`, whose locations start with `body`, `query` or `headers`, and
    `UnknownNameError` for an unknown operation.

    KVS documentation: CreateWaveTask, request; CreateWaveTask, SrcInfo.
    """
    report = check_request(
        operation, body=body, query=query, headers=headers, strict=strict, limits=limits
    )
    document: dict[str, Any] = report.raise_if_invalid(show_values)["body"]
    return document


def check_request(
    operation: str,
    *,
    body: object,
    query: Query | None = None,
    headers: Headers | None = None,
    strict: bool = False,
    limits: Limits = _DEFAULT,
    show_values: bool = True,
) -> Report:
    """Validate a request and return a `Report`; see `validate_request`.

    Takes anything as a part: a query or headers without names and values are a finding. Raises
    `UnknownNameError` for an unknown operation.

    KVS documentation: CreateWaveTask, request; CreateWaveTask, SrcInfo.
    """
    check_limits(limits)
    report = report_on_request(known_operation(operation), body, query, headers, strict, limits)
    return report if show_values else report.without_values()


def validate_response(
    operation: str,
    body: Body,
    *,
    strict: bool = False,
    limits: Limits = _DEFAULT,
    show_values: bool = True,
) -> dict[str, Any]:
    """Validate the response to a request and return it as a document.

    Raises `ValidationError`, and `UnknownNameError` for an unknown operation.

    KVS documentation: CreateWaveTask, response.
    """
    report = check_response(operation, body, strict=strict, limits=limits)
    document: dict[str, Any] = report.raise_if_invalid(show_values)
    return document


def check_response(
    operation: str,
    body: object,
    *,
    strict: bool = False,
    limits: Limits = _DEFAULT,
    show_values: bool = True,
) -> Report:
    """Validate the response to a request and return a `Report`; see `validate_response`.

    KVS documentation: CreateWaveTask, response.
    """
    name = f"{known_operation(operation)}{RESPONSE}"
    return check_document(name, body, strict=strict, limits=limits, show_values=show_values)


def check_document(
    name: str,
    obj: object,
    *,
    strict: bool = False,
    limits: Limits = _DEFAULT,
    show_values: bool = True,
) -> Report:
    """Validate a document as sent by the schema of that name and return a `Report`.

    `callback` takes a callback of any variant, the name of a variant that variant only. Raises
    `UnknownNameError` for a name that `schema()` does not take.
    """
    if known_schema(name) == CALLBACK or name in variant_names():
        report = check_callback(obj, strict=strict, limits=limits)
        report = report if name == CALLBACK else as_variant(name, report, obj, limits)
    else:
        check_limits(limits)
        report = report_on_document(name, obj, strict, limits)
    return report if show_values else report.without_values()
