"""Validation of Kingsoft Cloud KVS callbacks, from a specification written as YAML schemas."""

from .classify import Variant
from .codes import ErrorCode, ErrorCodes, ErrorTable, error_codes
from .exceptions import (
    KvsSchemaError,
    MissingExtraError,
    SpecificationError,
    UnknownNameError,
    ValidationError,
)
from .export import schema, schema_names
from .findings import Location, Report, Violation
from .limits import Limits
from .validate import check_callback, decode_callback, encode_callback, validate_callback, variants
from .views import Callback, Output, Task, TaskStatus
