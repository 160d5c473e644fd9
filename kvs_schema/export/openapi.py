"""The API as OpenAPI 3.1: the operations that are called, and the callback as a webhook."""

from __future__ import annotations

import json
from typing import Any

from ..catalogue import store
from ..catalogue.names import REQUEST, operations
from ..catalogue.texts import Lang, say
from ..spec.vocabulary import DEFS, DIALECT, said
from .json_schema import schema_in

#: The parts of a request where OpenAPI has keys, and its word for each.
_PLACES = {"query": "query", "headers": "header"}


def openapi(lang: Lang = "en") -> dict[str, Any]:
    """An OpenAPI 3.1 document; its schemas are those of `schema()`, shared in `components`."""
    components: dict[str, Any] = {}
    schemes: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    versions: set[str] = set()
    for name in operations():
        fixed = {sub["const"] for sub in _part(name, "query").values() if "const" in sub}
        versions |= fixed - {name}
        # One path for all: an operation is named in the query. A fragment names further ones.
        path = f"/#{name}" if paths else "/"
        paths[path] = {"post": _operation(name, components, schemes, lang)}
    callback = _used("callback", components, lang)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kingsoft Cloud KVS", "version": ", ".join(sorted(versions))},
        "jsonSchemaDialect": DIALECT,
        "paths": paths,
        "webhooks": {
            "callback": {
                "post": {
                    "operationId": "callback",
                    "summary": say(lang, "export.callback_summary"),
                    "requestBody": {"required": True, "content": _json(callback)},
                    "responses": {"default": {"description": say(lang, "export.undocumented")}},
                }
            }
        },
        "components": {"schemas": components, "securitySchemes": schemes},
    }


def _part(operation: str, part: str) -> dict[str, Any]:
    """The properties of the query or the headers of a request."""
    schemas = store.specification()["schemas"]
    found: dict[str, Any] = schemas[f"{operation}{REQUEST}.{part}"]["properties"]
    return found


def _operation(
    name: str, components: dict[str, Any], schemes: dict[str, Any], lang: Lang
) -> dict[str, Any]:
    schemas = store.specification()["schemas"]
    request = f"{name}{REQUEST}"
    required = schemas[f"{request}.query"].get("required", ())
    security = _security(name, schemes, lang)
    signing = set().union(*security)
    parameters = [
        {
            "name": parameter,
            "in": "query",
            "required": parameter in required,
            "description": said(sub, "description", lang),
            "schema": _schema_of_parameter(sub),
        }
        for parameter, sub in _part(name, "query").items()
        if parameter not in signing
    ]
    return {
        "operationId": name,
        "summary": said(schemas[request], "description", lang),
        "parameters": parameters,
        "security": security,
        "requestBody": {
            "required": True,
            "content": _json(_used(f"{request}.body", components, lang)),
        },
        "responses": {
            "default": {
                "description": said(schemas[f"{name}.response"], "description", lang),
                "content": _json(_used(f"{name}.response", components, lang)),
            }
        },
    }


def _security(operation: str, schemes: dict[str, Any], lang: Lang) -> list[dict[str, list[str]]]:
    """Which keys sign a request: those of the condition in its schema, or else those of `else`."""
    request = store.specification()["schemas"][f"{operation}{REQUEST}"]
    found: list[dict[str, list[str]]] = []
    for branch in ("if", "else"):
        keys = [
            (part, key)
            for part, sub in request[branch]["properties"].items()
            for key in sub["required"]
        ]
        for part, key in keys:
            words = said(_part(operation, part)[key], "description", lang)
            place = {"type": "apiKey", "in": _PLACES[part], "name": key}
            schemes[key] = {**place, "description": words}
        found.append({key: [] for _, key in keys})
    return found


def _schema_of_parameter(sub: dict[str, Any]) -> dict[str, Any]:
    return {"const": sub["const"]} if "const" in sub else {"type": "string", "minLength": 1}


def _json(reference: dict[str, str]) -> dict[str, Any]:
    return {"application/json": {"schema": reference}}


def _used(name: str, components: dict[str, Any], lang: Lang) -> dict[str, str]:
    """A reference to a schema, which is put into the components with all that it needs."""
    text = json.dumps(schema_in(lang, name)["$defs"], ensure_ascii=False)
    components |= json.loads(text.replace(f'"{DEFS}', '"#/components/schemas/'))
    return {"$ref": f"#/components/schemas/{name}"}
