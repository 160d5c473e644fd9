"""The API as OpenAPI 3.1: the operations that are called, and the callback that is posted.

Goes in: the shape of the documents, the examples and the error tables. Comes out: one OpenAPI
document; whoever needs exact verdicts takes the rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from .. import __version__
from ..catalogue import store
from ..catalogue.names import CALLBACK, REQUEST, RESPONSE, operations, variant_names
from ..catalogue.texts import Lang, say
from ..spec.vocabulary import DEFS, DIALECT, Json, said
from ..validation.callbacks import encode_document
from .shape import shapes, used_types

#: The parts of a request where OpenAPI has keys, and its word for each.
_PLACES = {"query": "query", "headers": "header"}
_COMPONENTS = "#/components/"
_LICENSE = {"name": "Apache License 2.0", "identifier": "Apache-2.0"}


def openapi(lang: Lang = "en") -> dict[str, Any]:
    """Return an OpenAPI 3.1 document whose schemas are the shape of the documents as sent.

    The callback is a webhook, and a callback of each operation whose request names an address.
    """
    writer = _OpenApiWriter(lang)
    paths: Json = {}
    for name in operations():
        # One path for all: an operation is named in the query. A fragment names further ones.
        paths[f"/#{name}" if paths else "/"] = {"post": writer.operation(name)}
    hook = {"post": {"operationId": CALLBACK, **writer.callback()}}
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": say(lang, "export.service"),
            "version": ", ".join(sorted(writer.versions)),
            "description": say(lang, "export.about", version=__version__),
            "license": _LICENSE,
        },
        "jsonSchemaDialect": DIALECT,
        "servers": [{"url": f"https://{host}"} for host in dict.fromkeys(_hosts())],
        "paths": paths,
        "webhooks": {CALLBACK: hook},
        "components": {
            "schemas": used_types([paths, hook], writer.types),
            "examples": writer.examples,
            "securitySchemes": writer.schemes,
        },
    }
    text = json.dumps(document).replace(f'"{DEFS}', f'"{_COMPONENTS}schemas/')
    copied: dict[str, Any] = json.loads(text)  # no part is shared with another
    return copied


class _OpenApiWriter:
    """Writes operations, and gathers what they share."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self.types, self.references = shapes(lang, opened=False)
        self.schemas = store.specification()["schemas"]
        self.examples: Json = {}
        self.schemes: Json = {}
        self.versions: set[str] = set()

    def operation(self, name: str) -> Json:
        """Return one operation that is called."""
        request = f"{name}{REQUEST}"
        query = _members(f"{request}.query")
        required = self.schemas[f"{request}.query"].get("required", ())
        self.versions |= {part["const"] for part in query.values() if "const" in part} - {name}
        security = self._security(name)
        signing = set().union(*security)
        bodies = [(name, sent["body"]) for name, sent in _examples(request) if "body" in sent]
        parameters = [
            {
                "name": parameter,
                "in": "query",
                "required": parameter in required,
                "description": said(part, "description", self.lang),
                "schema": self._part(f"{request}.query", parameter),
            }
            for parameter, part in query.items()
            if parameter not in signing
        ]
        return {
            "operationId": name,
            "summary": said(self.schemas[request], "title", self.lang),
            "description": said(self.schemas[request], "description", self.lang),
            "parameters": parameters,
            "security": security,
            "requestBody": {
                "required": True,
                "content": self._json(f"{request}.body", bodies),
            },
            "responses": self._responses(f"{name}{RESPONSE}"),
            "callbacks": self._callbacks(f"{request}.body"),
        }

    def callback(self) -> Json:
        """Return what is posted to the customer."""
        return {
            "summary": say(self.lang, "export.callback_summary"),
            "description": f"{say(self.lang, 'export.callback')}\n\n{self._codes(CALLBACK)}",
            "security": [],
            "requestBody": {
                "required": True,
                "content": self._json(CALLBACK, _examples(*variant_names())),
            },
            "responses": {
                "2XX": {"description": say(self.lang, "export.undocumented")},
                "4XX": {"description": say(self.lang, "export.undocumented")},
            },
        }

    def _callbacks(self, body: str) -> Json:
        return {
            part["receives"]: {f"{{$request.body#/{field}}}": {"post": self.callback()}}
            for field, part in _members(body).items()
            if "receives" in part
        }

    def _responses(self, name: str) -> Json:
        """Return the responses; examples of success first: a mock server answers with the first."""
        found = sorted(_examples(name), key=lambda example: not _succeeded(name, example[1]))
        refused = [example for example in found if not _succeeded(name, example[1])]
        codes = "\n\n".join(self._codes(table) for _, table in _tables(name))
        words = said(self.schemas[name], "description", self.lang)
        return {
            "200": {"description": words, "content": self._json(name, found)},
            "4XX": {
                "description": f"{say(self.lang, 'export.refused')}\n\n{codes}",
                "content": self._json(name, refused),
            },
        }

    def _codes(self, table: str) -> str:
        errors = store.specification()["errors"][table]
        rows = [
            f"| {code} | {_cell(row['message'])} | {_cell(said(row, 'title', self.lang))} |"
            for code, row in errors["codes"].items()
        ]
        title = said(errors, "title", self.lang)
        return "\n".join(
            [f"**{title}**", "", say(self.lang, "export.codes_head"), "| --- | --- | --- |", *rows]
        )

    def _security(self, operation: str) -> list[dict[str, list[str]]]:
        """Return which keys sign a request: those of the `if` in its schema, or of its `else`."""
        request = self.schemas[f"{operation}{REQUEST}"]
        found: list[dict[str, list[str]]] = []
        for branch in ("if", "else"):
            keys = [
                (part, key)
                for part, sub in request[branch]["properties"].items()
                for key in sub["required"]
            ]
            for part, key in keys:
                source = _members(f"{operation}{REQUEST}.{part}")[key]
                words = said(source, "description", self.lang)
                place = {"type": "apiKey", "in": _PLACES[part], "name": key}
                self.schemes[key] = {**place, "description": words}
            found.append({key: [] for _, key in keys})
        return found

    def _part(self, schema: str, key: str) -> Json:
        """Return the type of one member of a schema, without its words."""
        name = self.references[schema]["$ref"].removeprefix(DEFS)
        part = self.types[name]["properties"][key]
        return {keyword: value for keyword, value in part.items() if keyword != "description"}

    def _json(self, name: str, examples: list[tuple[str, Any]]) -> Json:
        content = {"schema": self.references[name]}
        if examples:
            known = store.specification()["examples"]
            for example, value in examples:
                title = said(known[example], "title", self.lang)
                self.examples.setdefault(example, {"summary": title, "value": value})
            content["examples"] = {
                example: {"$ref": f"{_COMPONENTS}examples/{example}"} for example, _ in examples
            }
        return {"application/json": content}


def _members(name: str) -> Json:
    found: Json = store.specification()["schemas"][name].get("properties", {})
    return found


def _examples(*names: str) -> list[tuple[str, Any]]:
    """Return the examples of schemas by name, each as sent, in the order of the schemas."""
    found = store.specification()["examples"].items()
    return [
        (example, encode_document(name, entry["body"]))
        for name in names
        for example, entry in found
        if entry["schema"] == name
    ]


def _hosts() -> Iterator[str]:
    """Yield the hosts that requests of the KVS documentation are sent to."""
    for entry in store.specification()["examples"].values():
        if entry["schema"].endswith(REQUEST) and entry["source"] != "ours":
            yield entry["body"]["headers"]["host"]


def _tables(name: str) -> list[tuple[str, str]]:
    """Return the keys of a document that are codes of an error table, each with the table."""
    return [
        (key, one.keywords["errorTable"])
        for key, member in store.graph().root(name).members.items()
        for one in member.applied
        if "errorTable" in one.keywords
    ]


def _succeeded(name: str, document: Json) -> bool:
    """Return whether a response has a code of success, if it has one at all."""
    errors = store.specification()["errors"]
    return all(
        errors[table]["codes"].get(str(document[key]), {}).get("category") == "success"
        for key, table in _tables(name)
        if key in document
    )


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|")
