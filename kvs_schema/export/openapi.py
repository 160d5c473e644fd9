"""The API as OpenAPI 3.1: the operations that are called, and the callback as a webhook."""

from __future__ import annotations

import json
from typing import Any

from .. import catalogue
from ..bundles import schema
from ..keywords import DEFS, DIALECT

_REQUEST = ".request"


def openapi() -> dict[str, Any]:
    """An OpenAPI 3.1 document; its schemas are those of `schema()`, shared in `components`."""
    specification = catalogue.specification()
    components: dict[str, Any] = {}
    operations = [
        n.removesuffix(_REQUEST) for n in specification["schemas"] if n.endswith(_REQUEST)
    ]
    paths = {f"/?Action={name}": {"post": _operation(name, components)} for name in operations}
    callback = _used("callback", components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kingsoft Cloud KVS", "version": "2017-01-01"},
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


def _operation(name: str, components: dict[str, Any]) -> dict[str, Any]:
    schemas = catalogue.specification()["schemas"]
    request = f"{name}{_REQUEST}"
    query = schemas[f"{request}.query"]
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
