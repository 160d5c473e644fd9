"""Validation of Kingsoft Cloud KVS callbacks and requests, from a specification written as schemas.

>>> from kvs_schema import validate_callback
>>> callback = validate_callback(request_body)      # bytes as received
>>> callback.status, callback.outputs, callback.error
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .api import validate_callback
from .reading.limits import Limits
from .results.callback import Callback
from .results.status import Outcome, TaskStatus

if TYPE_CHECKING:  # each is loaded when it is first used; a verdict needs none of them
    from .api import decode_callback, encode_callback
    from .audit.value import AuditError
    from .catalogue.errata import Erratum, Ledger, UnknownErratumError, errata
    from .catalogue.error_codes import ErrorCode, ErrorCodes, ErrorTable, error_codes
    from .catalogue.names import schema_names
    from .catalogue.unknown_names import UnknownNameError
    from .catalogue.variants import Variant, variants
    from .export.json_schema import schema
    from .reports import (
        check_callback,
        check_document,
        check_request,
        check_response,
        validate_request,
        validate_response,
    )
    from .results.findings import Report, ValidationError, Violation
    from .results.notices import Notice
    from .results.views import (
        MediaInfo,
        MetaInfo,
        Output,
        OutputFormat,
        OutputMetadata,
        OutputStream,
        Segment,
        SourceFormat,
        SourceStream,
        Task,
        Thumbnail,
    )
    from .spec.exceptions import KvsSchemaError, MissingExtraError, SpecificationError

__version__ = "0.1.0"

__all__ = [
    "AuditError",
    "Callback",
    "Erratum",
    "ErrorCode",
    "ErrorCodes",
    "ErrorTable",
    "KvsSchemaError",
    "Ledger",
    "Limits",
    "MediaInfo",
    "MetaInfo",
    "MissingExtraError",
    "Notice",
    "Outcome",
    "Output",
    "OutputFormat",
    "OutputMetadata",
    "OutputStream",
    "Report",
    "Segment",
    "SourceFormat",
    "SourceStream",
    "SpecificationError",
    "Task",
    "TaskStatus",
    "Thumbnail",
    "UnknownErratumError",
    "UnknownNameError",
    "ValidationError",
    "Variant",
    "Violation",
    "__version__",
    "check_callback",
    "check_document",
    "check_request",
    "check_response",
    "decode_callback",
    "encode_callback",
    "errata",
    "error_codes",
    "schema",
    "schema_names",
    "validate_callback",
    "validate_request",
    "validate_response",
    "variants",
]

#: The names above by the module that has them.
_HOMES = {
    "api": ("decode_callback", "encode_callback"),
    "audit.value": ("AuditError",),
    "catalogue.errata": ("Erratum", "Ledger", "UnknownErratumError", "errata"),
    "catalogue.error_codes": ("ErrorCode", "ErrorCodes", "ErrorTable", "error_codes"),
    "catalogue.names": ("schema_names",),
    "catalogue.unknown_names": ("UnknownNameError",),
    "catalogue.variants": ("Variant", "variants"),
    "export.json_schema": ("schema",),
    "reports": (
        "check_callback",
        "check_document",
        "check_request",
        "check_response",
        "validate_request",
        "validate_response",
    ),
    "results.findings": ("Report", "ValidationError", "Violation"),
    "results.notices": ("Notice",),
    "results.views": (
        "MediaInfo",
        "MetaInfo",
        "Output",
        "OutputFormat",
        "OutputMetadata",
        "OutputStream",
        "Segment",
        "SourceFormat",
        "SourceStream",
        "Task",
        "Thumbnail",
    ),
    "spec.exceptions": ("KvsSchemaError", "MissingExtraError", "SpecificationError"),
}


if not TYPE_CHECKING:  # a type checker knows the names, and no others

    def __getattr__(name):
        from importlib import import_module

        for module, names in _HOMES.items():
            if name in names:
                found = globals()[name] = getattr(import_module(f".{module}", __name__), name)
                return found
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
