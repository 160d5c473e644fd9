"""Requests, responses and any other schema of the sources, judged by name."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from . import catalogue, observation, opening, text
from .bundles import schema_names
from .callback import Body
from .exceptions import UnknownNameError, ValidationError
from .findings import Findings, Report, Violation
from .judge import Judge, fault_violation, judge
from .keywords import variant_names
from .limits import Limits
from .text import Fault, TextError
from .validate import check_callback, encode_callback, without_values

#: A URL, a query string, or parameters by name (each one value, or a list of values).
Query: TypeAlias = str | Mapping[str, Any]
#: Headers by name, or pairs as servers keep them; names ignore case.
Headers: TypeAlias = Mapping[str, Any] | Iterable[tuple[Any, Any]]

Pairs: TypeAlias = "list[tuple[Any, Any]]"

_DEFAULT = Limits()
#: How a URL begins, or its path; other texts before a question mark are names of hosts.
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://|/")
#: How the names of the schemas of an operation end.
REQUEST = ".request"
RESPONSE = ".response"


def operations() -> tuple[str, ...]:
    """Names of the operations whose requests and responses can be judged."""
    names = catalogue.specification()["schemas"]
    return tuple(name.removesuffix(REQUEST) for name in names if name.endswith(REQUEST))


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
    """The body of a request that holds, as a document.

    `query` and `headers` that are None are not checked. The signature may stand in the query or
    in `Authorization`. Raises `ValidationError`, whose locations start with `body`, `query` or
    `headers`, and `UnknownNameError` for an operation that is not known.

    KVS document: CreateWaveTask, request; CreateWaveTask, SrcInfo.
    """
    report = check_request(
        operation,
        body=body,
        query=query,
        headers=headers,
        strict=strict,
        limits=limits,
        show_values=True,
    )
    document: dict[str, Any] = _document(report, show_values)["body"]
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
    """All that can be said of a request; see `validate_request`.

    Takes anything as a part: what holds no names and values is a finding at `query` or `headers`.
    """
    _known(operation)
    faults: list[Fault] = []
    request: dict[str, Any] = {}
    for part, given in (("body", body), ("query", query), ("headers", headers)):
        if given is None and part != "body":
            continue
        try:
            found: list[Fault] = []
            if part == "query":
                given, found = _single(_pairs(_query(given)))
            elif part == "headers":
                given, found = _single(_headers(_pairs(given)))
            value, more = text.read_any(given, limits)
            request[part] = value
            found += more
        except TextError as error:
            found = [error.fault]
            request[part] = None
        faults += [fault._replace(path=(part, *fault.path)) for fault in found]
    report = _judged(f"{operation}{REQUEST}", request, faults, strict, limits)
    return report if show_values else without_values(report)


def validate_response(
    operation: str,
    body: Body,
    *,
    strict: bool = False,
    limits: Limits = _DEFAULT,
    show_values: bool = True,
) -> dict[str, Any]:
    """The answer to a request, as a document.

    Raises `ValidationError`, and `UnknownNameError` for an operation that is not known.

    KVS document: CreateWaveTask, response.
    """
    report = check_response(operation, body, strict=strict, limits=limits, show_values=True)
    document: dict[str, Any] = _document(report, show_values)
    return document


def check_response(
    operation: str,
    body: object,
    *,
    strict: bool = False,
    limits: Limits = _DEFAULT,
    show_values: bool = True,
) -> Report:
    """All that can be said of an answer; see `validate_response`."""
    _known(operation)
    return check_document(
        f"{operation}{RESPONSE}", body, strict=strict, limits=limits, show_values=show_values
    )


def check_document(
    name: str,
    obj: object,
    *,
    strict: bool = False,
    limits: Limits = _DEFAULT,
    show_values: bool = True,
) -> Report:
    """All that can be said of a document as the schema of that name, as sent.

    `callback` takes a callback of any variant, the name of a variant that one only. Raises
    `UnknownNameError` for a name that `schema()` does not take.
    """
    if name not in schema_names():
        raise UnknownNameError("schema", name, schema_names())
    if name == "callback" or name in variant_names(catalogue.program()["classifier"]):
        report = check_callback(obj, strict=strict, limits=limits)
        if name not in ("callback", report.variant) and report.variant is not None:
            report = _other_variant(report, name, limits)
    else:
        try:
            value, faults = text.read_any(obj, limits)
        except TextError as error:
            report = _stopped(error.fault)
        else:
            report = _judged(name, value, faults, strict, limits)
    return report if show_values else without_values(report)


def encode_document(name: str, document: Any) -> Any:
    """A document of the named schema as it is sent; see `encode_callback`."""
    if name == "callback":
        return encode_callback(document)
    content, steps = _plan(judge(), name)
    if content is not None:
        return opening.closed(document, content)
    return opening.close_document(document, steps)


def _known(operation: str) -> None:
    if operation not in operations():
        raise UnknownNameError("operation", operation, operations())


def _document(report: Report, show_values: bool) -> Any:
    if report.valid:
        return report.document
    raise ValidationError(report if show_values else without_values(report))


def _judged(name: str, value: Any, faults: list[Fault], strict: bool, limits: Limits) -> Report:
    observation.tell(name, value)
    judging = judge()
    received = copy.deepcopy(value) if judging.engine.wants_received else value
    content, steps = _plan(judging, name)
    try:
        value = opening.Opener(limits, faults).whole(value, steps, content)
    except TextError as error:
        return _stopped(error.fault)
    found = judging.findings(
        name, value, received, faults=faults, strict=strict, limit=limits.findings
    )
    return Report(
        valid=not found.violations,
        variant=name,
        document=value,
        _findings=found,
    )


def _stopped(fault: Fault) -> Report:
    """The report on a document of which nothing can be judged."""
    return Report(False, _findings=Findings((fault_violation(fault),)))


@cache
def _plan(judging: Judge, name: str) -> tuple[opening.Content | None, tuple[opening.Step, ...]]:
    """What a document of the named schema embeds: itself as a whole, or what the steps lead to."""
    shapes, forms = judging.program["shapes"], judging.program["tolerant"]
    return opening.content_of(shapes, forms, shapes[name]), opening.plan(shapes, forms, name)


def _other_variant(report: Report, name: str, limits: Limits) -> Report:
    fault = Fault((), "discriminator", "other_variant", name, report.variant)
    violations: tuple[Violation, ...] = (fault_violation(fault), *report.violations)
    found = replace(
        report.findings,
        violations=violations[: limits.findings],
        truncated=report.truncated or len(violations) > limits.findings,
    )
    return replace(report, valid=False, callback=None, _findings=found)


def _pairs(given: Any) -> Pairs:
    """Names with their values; raises `TextError` for what holds none."""
    if isinstance(given, Mapping):
        return list(given.items())
    pairs: Pairs = []
    try:
        for pair in given:
            if isinstance(pair, str | bytes):
                raise _no_pairs(given)
            name, value = pair
            hash(name)
            pairs.append((name, value))
    except (TypeError, ValueError):
        raise _no_pairs(given) from None
    return pairs


def _no_pairs(given: Any) -> TextError:
    return TextError(Fault((), "type", "no_pairs", None, type(given).__name__))


def _query(given: Any) -> Any:
    """The parameters of a URL or a query string; what has another form stays as it is."""
    if not isinstance(given, str):
        return given
    before, _, query = given.partition("?")
    try:
        urlsplit(given)
    except ValueError:  # brackets that hold no address
        raise _no_pairs(given) from None
    bare = "=" in before and not _URL.match(given)  # a query string, whatever its values hold
    return parse_qsl(given if bare else query.partition("#")[0], keep_blank_values=True)


def _headers(pairs: Pairs) -> Pairs:
    return [(_lower(_text(name)), _text(value)) for name, value in pairs]


def _lower(name: Any) -> Any:
    return name.lower() if isinstance(name, str) else name


def _text(value: Any) -> Any:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _single(pairs: Pairs) -> tuple[dict[Any, Any], list[Fault]]:
    """Parameters by name; one that is given twice is a fault, and its last value counts."""
    found: dict[Any, Any] = {}
    faults = []
    for name, given in pairs:
        values = given if isinstance(given, list | tuple) else [given]
        if isinstance(name, str) and (name in found or len(values) > 1):
            faults.append(Fault((name,), "duplicateKey", "repeated"))
        for value in values:
            found[name] = value
    return found, faults
