"""The API as OpenAPI 3.1: the operations that are called, and the callback as a webhook."""

from __future__ import annotations

import json
from typing import Any

from .. import catalogue
from ..bundles import schema
from ..documents import REQUEST, operations
from ..keywords import DEFS, DIALECT


def openapi() -> dict[str, Any]:
    """An OpenAPI 3.1 document; its schemas are those of `schema()`, shared in `components`."""
    components: dict[str, Any] = {}
    paths, versions = {}, set()
    for name in operations():
        naming, others = _fixed(name)
        versions |= others
        paths[f"/?{naming}={name}"] = {"post": _operation(name, components)}
    callback = _used("callback", components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kingsoft Cloud KVS", "version": ", ".join(sorted(versions))},
        "jsonSchemaDialect": DIALECT,
        "paths": paths,
        "webhooks": {
            "callback": {
                "post": {
                    "operationId": "callback",
                    "summary": "How a task ended, or how far it is",
                    "requestBody": {"required": True, "content": _json(callback)},
                    "responses": {"default": {"description": "Undocumented."}},
                }
            }
        },
        "components": {"schemas": components},
    }


def _fixed(operation: str) -> tuple[str, set[str]]:
    """The query parameter that names the operation, and what else a query must say: a version."""
    query = _query_of(operation)["properties"]
    fixed = {parameter: sub["const"] for parameter, sub in query.items() if "const" in sub}
    naming = next(parameter for parameter, value in fixed.items() if value == operation)
    return naming, {value for parameter, value in fixed.items() if parameter != naming}


def _query_of(operation: str) -> dict[str, Any]:
    found: dict[str, Any] = catalogue.specification()["schemas"][f"{operation}{REQUEST}.query"]
    return found


def _operation(name: str, components: dict[str, Any]) -> dict[str, Any]:
    schemas = catalogue.specification()["schemas"]
    request = f"{name}{REQUEST}"
    query = _query_of(name)
    parameters = [
        {
            "name": parameter,
            "in": "query",
            "required": parameter in query.get("required", ()),
            "description": sub["description"],
            "schema": _schema_of_parameter(sub),
        }
        for parameter, sub in query["properties"].items()
    ]
    return {
        "operationId": name,
        "summary": schemas[request]["description"],
        "parameters": parameters,
        "requestBody": {"required": True, "content": _json(_used(f"{request}.body", components))},
        "responses": {
            "default": {
                "description": schemas[f"{name}.response"]["description"],
                "content": _json(_used(f"{name}.response", components)),
            }
        },
    }


def _schema_of_parameter(sub: dict[str, Any]) -> dict[str, Any]:
    return {"const": sub["const"]} if "const" in sub else {"type": "string", "minLength": 1}


def _json(reference: dict[str, str]) -> dict[str, Any]:
    return {"application/json": {"schema": reference}}


def _used(name: str, components: dict[str, Any]) -> dict[str, str]:
    """A reference to a schema, which is put into the components with all that it needs."""
    text = json.dumps(schema(name)["$defs"], ensure_ascii=False)
    components |= json.loads(text.replace(f'"{DEFS}', '"#/components/schemas/'))
    return {"$ref": f"#/components/schemas/{name}"}
