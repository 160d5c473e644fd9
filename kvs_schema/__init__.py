"""Validation of Kingsoft Cloud KVS callbacks and requests, from a specification written as schemas.

>>> from kvs_schema import validate_callback
>>> callback = validate_callback(request_body)      # bytes as received
>>> callback.status, callback.outputs, callback.error
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .callback import Callback, TaskStatus
from .limits import Limits
from .quick import validate_callback

if TYPE_CHECKING:  # each is loaded when it is first asked for; a verdict needs none of them
    from .bundles import schema, schema_names
    from .classify import Variant
    from .codes import ErrorCode, ErrorCodes, ErrorTable, error_codes
    from .documents import (
        check_document,
        check_request,
        check_response,
        validate_request,
        validate_response,
    )
    from .exceptions import (
        KvsSchemaError,
        MissingExtraError,
        SpecificationError,
        UnknownNameError,
        ValidationError,
    )
    from .findings import Report, Violation
    from .ledger import Erratum, Ledger, errata
    from .validate import check_callback, decode_callback, encode_callback, variants
    from .views import (
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

__version__ = "0.1.0"

__all__ = [
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

#: The names above by the module that holds them.
_HOMES = {
    "bundles": ("schema", "schema_names"),
    "classify": ("Variant",),
    "codes": ("ErrorCode", "ErrorCodes", "ErrorTable", "error_codes"),
    "documents": (
        "check_document",
        "check_request",
        "check_response",
        "validate_request",
        "validate_response",
    ),
    "exceptions": (
        "KvsSchemaError",
        "MissingExtraError",
        "SpecificationError",
        "UnknownNameError",
        "ValidationError",
    ),
    "findings": ("Report", "Violation"),
    "ledger": ("Erratum", "Ledger", "errata"),
    "validate": ("check_callback", "decode_callback", "encode_callback", "variants"),
    "views": (
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
