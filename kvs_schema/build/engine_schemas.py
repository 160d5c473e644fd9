"""Compiles the sources into plain JSON Schema for the engine, which validates opened documents.

Goes in: the schemas of the specification. Comes out: forms by name, at one level: deviations become
keywords, error tables become lists, and a `nullAbsent` object has copies that accept null.
"""

from __future__ import annotations

from ..spec.pointers import escape
from ..spec.vocabulary import (
    ANNOTATIONS,
    DEFS,
    NULLABLE,
    UNLISTED,
    WITH_ONE_SCHEMA,
    Json,
    Schema,
    referenced,
)

#: Keywords of the sources that other steps take up.
_ELSEWHERE = ("nullAbsent", "contentMediaType", "deviations")


class Forms:
    """The engine forms of all schemas at one level."""

    def __init__(self, specification: Json, *, strict: bool) -> None:
        self.schemas = specification["schemas"]
        self.errors = specification["errors"]
        self.strict = strict
        self.nullable: set[str] = set()
        self.error_tables: set[str] = set()
        self.wanted: list[str] = []

    def all(self) -> Json:
        """Return the forms by name, with those of which null passes too."""
        forms = {name: self.form(schema, DEFS + name) for name, schema in self.schemas.items()}
        for name in self.wanted:  # grows while it is walked
            copy = NULLABLE + name
            if copy not in forms:
                forms[copy] = self.accepting_null(self.schemas[name], DEFS + copy)
        return forms

    def form(self, schema: Schema, pointer: str) -> Schema:
        """Return one schema as the engine validates it, at its own pointer."""
        if isinstance(schema, bool):
            return schema
        out: Json = {}
        for keyword, value in schema.items():
            if keyword in ANNOTATIONS or keyword in _ELSEWHERE:
                continue
            below = f"{pointer}/{keyword}"
            if keyword == "errorTable":
                out["enum"] = [int(code) for code in self.errors[value]["codes"]]
                self.error_tables.add(f"{pointer}/enum")
            elif keyword == "properties":
                out[keyword] = self.properties(schema, below)
            elif keyword == "allOf":
                out[keyword] = [self.form(sub, f"{below}/{i}") for i, sub in enumerate(value)]
            elif keyword == "contentSchema":
                out |= self.opened(schema)
            elif keyword in WITH_ONE_SCHEMA:
                sub = self.form(value, below)
                if sub != {} or keyword == "items":  # elements are validated by themselves too
                    out[keyword] = sub
            elif keyword not in out:
                out[keyword] = value
        if self.strict:
            self.add_deviations(schema, out, pointer)
        return _without_needless_if(out)

    def opened(self, schema: Json) -> Json:
        """Return what an embedded field must be once its string is opened."""
        content = schema["contentSchema"]
        kind = self.schemas[content["$ref"].removeprefix(DEFS)]["type"]
        types = {"type": ["string", kind]} if "type" in schema else {}
        return {**types, "if": {"type": kind}, "then": content}

    def add_deviations(self, schema: Json, out: Json, pointer: str) -> None:
        """Keep deviations where they stand, and refer to each from an `allOf`."""
        found = {
            erratum: self.form(sub, f"{pointer}/deviations/{erratum}")
            for erratum, sub in schema.get("deviations", {}).items()
            if erratum != UNLISTED
        }
        if found:
            references = [{"$ref": f"{pointer}/deviations/{erratum}"} for erratum in found]
            out["deviations"] = found
            out["allOf"] = out.get("allOf", []) + references

    def properties(self, schema: Json, pointer: str) -> Json:
        """Return the properties of a schema; null passes where it counts as absent."""
        required = schema.get("required", ())
        out = {}
        for name, sub in schema["properties"].items():
            below = f"{pointer}/{escape(name)}"
            if "nullAbsent" in schema and name not in required:
                out[name] = self.accepting_null(sub, below)
                self.nullable.add(below.removeprefix(DEFS))
            else:
                out[name] = self.form(sub, below)
        return out

    def accepting_null(self, schema: Schema, pointer: str) -> Schema:
        """Return a form of which null passes too; at the strict level null fails, at that place."""
        form = self.form(schema, pointer)
        if isinstance(form, bool):
            return form
        name = referenced(form)
        if name is not None:
            form["$ref"] = DEFS + NULLABLE + name
            self.wanted.append(name)
        if not self.strict:
            _let_null_pass(form)
        return form


def without_required(form: Schema) -> Schema:
    """Return a form that asks for no key: what is left of a document may lack any.

    Conditions stay as they are, since they decide what applies and refuse nothing.
    """
    if isinstance(form, bool):
        return form
    out: Json = {}
    for keyword, value in form.items():
        if keyword in ("properties", "deviations"):
            out[keyword] = {name: without_required(sub) for name, sub in value.items()}
        elif keyword == "allOf":
            out[keyword] = [without_required(sub) for sub in value]
        elif keyword in ("items", "additionalProperties", "then", "else"):
            out[keyword] = without_required(value)
        elif keyword != "required":
            out[keyword] = value
    return out


def _without_needless_if(form: Json) -> Json:
    """Return a form without an `if` that decided about deviations only."""
    if "then" not in form and "else" not in form:
        form.pop("if", None)
    return form


def _let_null_pass(form: Json) -> None:
    if "type" in form:
        types = form["type"] if isinstance(form["type"], list) else [form["type"]]
        form["type"] = [*types, "null"]
    if "const" in form:
        form["enum"] = [form.pop("const"), None]
    elif "enum" in form:
        form["enum"] = [*form["enum"], None]
