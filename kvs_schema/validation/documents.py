"""The pipeline: read a body, open its embedded documents, validate it, report.

    bytes -> reading -> (variant) -> embedded documents opened -> validation -> report

Requests, responses and single documents take these steps by the name of their schema; callbacks,
in `callbacks`, find the name first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Self

from ..catalogue.names import REQUEST
from ..reading import embedded
from ..reading.faults import Fault, TextError
from ..reading.limits import Limits
from ..reading.received import encoded, read_any
from ..reading.request_parts import header_fields, query_parameters
from ..results.findings import Findings, Report
from . import observers
from .collector import fault_violation
from .validator import Validator, validator


@dataclass(slots=True)
class Opened:
    """A body as far as it could be read.

    `schema` names what to validate it by; None where reading ended early, and `faults` say why.
    `text` is the body as received, where findings have lines; of a request that of its `part`.
    """

    value: Any = None
    schema: str | None = None
    faults: list[Fault] = field(default_factory=list)
    text: bytes | None = None
    part: str | None = None

    def receive(self, obj: object, limits: Limits) -> None:
        """Read a body exactly; raises `TextError` where nothing can be validated."""
        self.text = encoded(obj)
        self.value, self.faults = read_any(obj if self.text is None else self.text, limits)

    @property
    def digest(self) -> Callable[[], str] | None:
        """A function that computes the SHA-256 of the body as received; None of a parsed value."""
        return None if self.text is None else partial(_digest, self.text)

    def stopped(self, fault: Fault) -> Self:
        """Give up: the fault is all there is to report."""
        self.schema, self.faults = None, [fault]
        return self

    def is_valid(self, by: Validator, strict: bool) -> bool:
        """Return the verdict alone, for a fraction of what findings cost."""
        readable = self.schema is not None and not self.faults
        return readable and by.is_valid(str(self.schema), strict, self.value)

    def findings(self, by: Validator, strict: bool, limits: Limits) -> Findings:
        """Validate what could be read; return everything that is wrong."""
        if self.schema is not None:
            found = by.findings(
                self.schema, self.value, faults=self.faults, strict=strict, limit=limits.findings
            )
        else:
            violations = tuple(fault_violation(fault) for fault in self.faults[: limits.findings])
            found = Findings(violations, truncated=len(self.faults) > limits.findings)
        return found.located(self.text, self.part)


def report_on_document(name: str, obj: object, strict: bool, limits: Limits) -> Report:
    """Report on a document as sent, by the schema of that name."""
    return _report(read_document(name, obj, limits), strict, limits)


def read_document(name: str, obj: object, limits: Limits) -> Opened:
    """Read a document as sent and open its embedded documents."""
    opened = Opened()
    try:
        opened.receive(obj, limits)
    except TextError as error:
        return opened.stopped(error.fault)
    return _opened(name, opened, limits)


def report_on_request(
    operation: str, body: object, query: object, headers: object, strict: bool, limits: Limits
) -> Report:
    """Report on a request; `query` and `headers` that are None are not checked."""
    name = f"{operation}{REQUEST}"
    parts = validator().layouts.of(name).properties
    readers: Mapping[str, Any] = {
        "body": lambda given: read_any(given, limits),
        "query": lambda given: _checked(
            *query_parameters(given, parts["query"].properties), limits
        ),
        "headers": lambda given: _checked(
            *header_fields(given, parts["headers"].properties), limits
        ),
    }
    request: dict[str, Any] = {}
    opened = Opened(request, part="body")
    with suppress(TextError):
        opened.text = encoded(body)
    for part, given in (
        ("body", body if opened.text is None else opened.text),
        ("query", query),
        ("headers", headers),
    ):
        if given is None and part != "body":
            continue
        try:
            request[part], found = readers[part](given)
        except TextError as error:
            request[part], found = None, [error.fault]
        opened.faults += [fault._replace(path=(part, *fault.path)) for fault in found]
    return _report(_opened(name, opened, limits), strict, limits)


def encoded_document(name: str, document: Any) -> Any:
    """Return a document of a schema as it is sent, with its embedded documents as JSON text."""
    content, steps = _plan(validator(), name)
    if content is not None:
        return embedded.closed(document, content)
    return embedded.close_document(document, steps)


def _checked(pairs: Any, repeated: list[Fault], limits: Limits) -> tuple[Any, list[Fault]]:
    value, faults = read_any(pairs, limits)
    return value, [*repeated, *faults]


def _opened(name: str, opened: Opened, limits: Limits) -> Opened:
    observers.notify_value(name, opened.value)
    content, steps = _plan(validator(), name)
    opener = embedded.Opener(limits, opened.faults)
    try:
        opened.value = opener.whole(opened.value, steps, content)
    except TextError as error:
        opened.value = None
        return opened.stopped(error.fault)
    opened.schema = name
    return opened


def _report(opened: Opened, strict: bool, limits: Limits) -> Report:
    found = opened.findings(validator(), strict, limits)
    return Report(
        valid=not found.violations,
        variant=opened.schema,
        document=opened.value,
        _findings=found,
        _digest=opened.digest,
    )


def _digest(body: bytes) -> str:
    from hashlib import sha256  # a service that only validates does not need it

    return sha256(body).hexdigest()


@cache
def _plan(
    validator: Validator, name: str
) -> tuple[embedded.Content | None, tuple[embedded.Step, ...]]:
    """Return what a document of the schema embeds: itself as a whole, or what the steps lead to."""
    layouts, forms = validator.program["layouts"], validator.program["tolerant"]
    return embedded.content_of(layouts, forms, layouts[name]), embedded.plan(layouts, forms, name)
