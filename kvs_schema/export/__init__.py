"""The specification for other tools and languages: JSON Schemas, OpenAPI, vectors, types."""

from ..catalogue.names import schema_names
from .files import write
from .json_schema import schema
from .openapi import openapi
from .types import python_types, typescript_types
from .vectors import vectors

__all__ = [
    "openapi",
    "python_types",
    "schema",
    "schema_names",
    "typescript_types",
    "vectors",
    "write",
]
