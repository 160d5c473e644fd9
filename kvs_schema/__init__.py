"""Validation of Kingsoft Cloud KVS callbacks and requests, from a specification written as schemas.

>>> from kvs_schema import validate_callback
>>> callback = validate_callback(request_body)      # bytes as received
>>> callback.status, callback.outputs, callback.error
"""

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
from .limits import Limits
from .validate import check_callback, decode_callback, encode_callback, validate_callback, variants
from .views import (
    Callback,
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
    TaskStatus,
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
