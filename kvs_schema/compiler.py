"""Compiles the sources into a specification (what they say) and a program (what a verdict needs).

Both are plain JSON, so that a wheel carries them as files. The program holds each schema in the
form that judges an *opened* document, where an embedded field holds the object or array that its
string held: tolerant, and strict with every deviation turned into a `$ref` to itself, so that the
location of a failing keyword names the deviation. ARCHITECTURE.md says why.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from .sources import Sources, escape
from .verdicts import quick_form

Schema: TypeAlias = dict[str, Any] | bool
Json: TypeAlias = dict[str, Any]

#: Folders of `schemas/` whose files map schema names to schemas.
SCHEMA_FOLDERS = ("definitions", "embedded", "callbacks", "requests", "responses")

#: Keywords of the sources that say something and assert nothing.
ANNOTATIONS = frozenset(
    {
        *("title", "title_zh", "description", "description_zh", "table", "row", "source"),
        *("form", "attribute", "counts", "default", "errata"),
    }
)

#: Keywords of the sources that other steps take up.
_ELSEWHERE = ("nullAbsent", "contentMediaType", "deviations")

#: Where a keyword holds a schema, a list of schemas, or schemas by name.
IN_PLACE = ("items", "additionalProperties", "if", "then", "else", "not")
DEFS = "#/$defs/"
NULLABLE = "nullable."
UNLISTED = "unlisted"


def assemble(sources: Sources) -> Json:
    """Everything the sources say, as one JSON object; the sources must be free of problems."""
    files = sources.files
    schemas = {}
    origins = {}
    for file in sources.below(*SCHEMA_FOLDERS):
        if file.path == "callbacks/variants.yaml":
            continue
        for name, schema in file.value.items():
            schemas[name] = schema
            origins[name] = file.path
    errors = {}
    for file in sources.below("errors"):
        if "table" in file.value:
            table = dict(file.value)
            table["codes"] = {str(code): row for code, row in table["codes"].items()}
            errors[table.pop("table")] = table
    classifier = files["callbacks/variants.yaml"].value
    return {
        "schemas": schemas,
        "strict_empty": [
            name for name in variant_names(classifier) if _is_empty(schemas, [schemas[name]])
        ],
        "origins": origins,
        "tables": files["tables.yaml"].value["tables"],
        "classifier": classifier,
        "errors": errors,
        "categories": files["errors/categories.yaml"].value["categories"],
        "errata": files["errata.yaml"].value["errata"],
        "messages": files["messages.yaml"].value,
        "samples": files["samples.yaml"].value if "samples.yaml" in files else {},
        "examples": {
            file.path.removeprefix("examples/").removesuffix(".yaml"): file.value
            for file in sources.below("examples")
        },
    }


def cases(sources: Sources) -> Json:
    """The cases of each file of `schemas/cases/`, by its name without the suffix."""
    return {
        file.path.removeprefix("cases/").removesuffix(".yaml"): file.value
        for file in sources.below("cases")
    }


def variant_names(classifier: Json) -> list[str]:
    """`dialect.phase` for each pair, in the order of the sources."""
    return [
        f"{dialect}.{phase}" for dialect in classifier["dialects"] for phase in classifier["phases"]
    ]


def subschemas(schema: Schema, pointer: str = "") -> Iterator[tuple[str, str, Schema]]:
    """The direct subschemas of a schema as (keyword, pointer, subschema), deviations included."""
    if not isinstance(schema, Mapping):
        return
    for keyword, value in schema.items():
        if keyword in IN_PLACE or keyword == "contentSchema":
            yield keyword, f"{pointer}/{keyword}", value
        elif keyword in ("properties", "deviations"):
            for name, below in value.items():
                yield keyword, f"{pointer}/{keyword}/{escape(name)}", below
        elif keyword == "allOf":
            for index, below in enumerate(value):
                yield keyword, f"{pointer}/allOf/{index}", below


def referenced(schema: Mapping[str, Any]) -> str | None:
    """Name of the schema that `$ref` names, if there is one."""
    reference = schema.get("$ref")
    return None if reference is None else str(reference).removeprefix(DEFS)


def program(specification: Json) -> Json:
    """What judging needs: engine forms, shapes and the classifier."""
    schemas = specification["schemas"]
    tolerant = _Forms(specification, strict=False)
    strict = _Forms(specification, strict=True)
    return {
        "tolerant": tolerant.all(),
        "strict": strict.all(),
        "nullable": sorted(strict.nullable),
        "error_tables": sorted(strict.error_tables),
        "shapes": {
            name: _shape(schemas, schema, f"{DEFS}{name}") for name, schema in schemas.items()
        },
        "classifier": _classifier(specification["classifier"]),
    }


def quick(specification: Json, program: Json) -> Json:
    """What a yes for a callback needs: its verdict forms as JSON text with the depth that they
    reach, the steps to its embedded documents, and the classifier."""
    shapes = program["shapes"]
    casings = list(_casings(specification["classifier"]))
    forms: Json = {"tolerant": {}, "strict": {}}
    for level, found in forms.items():
        for casing, dialect in itertools.product(casings, ("single", "flow")):
            for _, variant in casing["statuses"][casing[dialect]]:
                form, depth = quick_form(program[level], DEFS + variant)
                mixed = dict.fromkeys(casing["others"], False)
                form["properties"] = form.get("properties", {}) | mixed
                found[variant] = [json.dumps(form, separators=(",", ":")), depth]
    return {
        "forms": forms,
        "steps": {
            dialect: _steps(shapes, program["tolerant"], shapes[dialect])
            for dialect in specification["classifier"]["dialects"]
        },
        "flow_members": specification["classifier"]["flow_details"]["object_with"],
        "casings": casings,
    }


def _casings(classifier: Json) -> Iterator[Json]:
    """What tells the variants of one casing apart: its names, those of others, the statuses."""
    if classifier["recognised_by"] > 2:  # status and details would not be enough
        return
    for casing, names in classifier["names"].items():
        others = [
            n for c, roles in classifier["names"].items() if c != casing for n in roles.values()
        ]
        dialects = {
            d["flow"]: name for name, d in classifier["dialects"].items() if d["names"] == casing
        }
        yield {
            "names": names,
            "others": others,
            "single": dialects[False],
            "flow": dialects[True],
            "statuses": {
                dialect: [
                    [status, f"{dialect}.{phase}"]
                    for phase, spec in classifier["phases"].items()
                    for status in spec["status"]
                ]
                for dialect in dialects.values()
            },
        }


def _steps(shapes: Json, forms: Json, node: Json) -> list[Any]:
    """Members that are or hold embedded documents, as [name, kind of the document, steps below]."""
    steps = []
    for name, child in node.get("properties", {}).items():
        content = child.get("content")
        below = _steps(shapes, forms, shapes[content] if content else child)
        if content or below:
            steps.append([name, forms[content]["type"] if content else None, below])
    return steps


def _classifier(source: Json) -> Json:
    keys = ("names", "recognised_by", "flow_details", "dialects", "phases")
    return {key: source[key] for key in keys}


class _Forms:
    """The engine forms of all schemas at one level."""

    def __init__(self, specification: Json, *, strict: bool) -> None:
        self.schemas = specification["schemas"]
        self.errors = specification["errors"]
        self.strict = strict
        self.nullable: set[str] = set()
        self.error_tables: set[str] = set()
        self.wanted: list[str] = []

    def all(self) -> Json:
        forms = {name: self.form(schema, DEFS + name) for name, schema in self.schemas.items()}
        for name in self.wanted:  # grows while it is walked
            copy = NULLABLE + name
            if copy not in forms:
                forms[copy] = self.accepting_null(self.schemas[name], DEFS + copy)
        return forms

    def form(self, schema: Schema, pointer: str) -> Schema:
        """One schema as the engine judges it, at its own pointer."""
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
            elif keyword in IN_PLACE:
                sub = self.form(value, below)
                if sub != {}:
                    out[keyword] = sub
            elif keyword not in out:
                out[keyword] = value
        if self.strict:
            self.add_deviations(schema, out, pointer)
        return out

    def opened(self, schema: Json) -> Json:
        """What an embedded field must be once its string is opened."""
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
        """A form that null passes too; at the strict level null fails, and its place tells."""
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


def _let_null_pass(form: Json) -> None:
    if "type" in form:
        types = form["type"] if isinstance(form["type"], list) else [form["type"]]
        form["type"] = [*types, "null"]
    if "const" in form:
        form["enum"] = [form.pop("const"), None]
    elif "enum" in form:
        form["enum"] = [*form["enum"], None]


def _shape(schemas: Json, schema: Schema, pointer: str) -> Json:
    """Where a document may hold embedded documents, names and arrays, whatever the variant.

    A node stands for an object, or for each element of an array of them:
    `names` (only where others are reported as unlisted), `closed` (names where others are refused),
    `null` (rule and erratum of a null),
    `properties` (nodes by name), `content` (schema of the embedded document) and `roots` (that
    schema and those it is a `$ref` to, whose rules speak of the embedded document as a whole),
    `elements` (pointers of the schemas that each element of an array must hold to).
    """
    node: Json = {}
    _add_shape(schemas, schema, pointer, node)
    return node


def _add_shape(schemas: Json, schema: Schema, pointer: str, node: Json) -> None:
    if isinstance(schema, bool):
        return
    name = referenced(schema)
    if name is not None:
        _add_shape(schemas, schemas[name], DEFS + name, node)
    if "nullAbsent" in schema:
        rule = f"{pointer.removeprefix(DEFS)}#/nullAbsent"
        node["null"] = {"erratum": schema["nullAbsent"], "rule": rule}
    if UNLISTED in _deviations(schema.get("additionalProperties")):
        node["names"] = list(schema.get("properties", ()))
    elif schema.get("additionalProperties") is False:
        node["closed"] = list(schema.get("properties", ()))
    if "contentSchema" in schema:
        node["content"] = schema["contentSchema"]["$ref"].removeprefix(DEFS)
        node["roots"] = list(_chain(schemas, node["content"]))
    for keyword, below, sub in subschemas(schema, pointer):
        if keyword == "properties":
            child = node.setdefault("properties", {}).setdefault(_last(below), {})
            _add_shape(schemas, sub, below, child)
        elif keyword == "items":
            node.setdefault("elements", []).append(below)
            _add_shape(schemas, sub, below, node)
        elif keyword in ("allOf", "then", "else"):
            _add_shape(schemas, sub, below, node)


def _is_empty(schemas: Json, asked: list[Schema]) -> bool:
    """Whether no value can hold to all these schemas at the strict level; constants tell."""
    applied = list(_applied(schemas, asked))
    if any(schema is False for schema in applied):
        return True
    objects = [schema for schema in applied if isinstance(schema, dict)]
    choices = [
        schema.get("enum", [schema.get("const")])
        for schema in objects
        if {"enum", "const"} & schema.keys()
    ]
    if choices and not any(all(value in choice for choice in choices) for value in choices[0]):
        return True
    required = {name for schema in objects for name in schema.get("required", ())}
    return any(
        _is_empty(
            schemas, [s["properties"][name] for s in objects if name in s.get("properties", {})]
        )
        for name in required
    )


def _applied(schemas: Json, asked: list[Schema]) -> Iterator[Schema]:
    """All schemas that apply to the same value whatever it is, deviations included."""
    for schema in asked:
        yield schema
        if isinstance(schema, dict):
            name = referenced(schema)
            below = [schemas[name]] if name is not None else []
            below += schema.get("allOf", [])
            below += [sub for erratum, sub in _deviations(schema).items() if erratum != UNLISTED]
            yield from _applied(schemas, below)


def _chain(schemas: Json, name: str | None) -> Iterator[str]:
    while name is not None:
        yield name
        name = referenced(schemas[name])


def _deviations(schema: Schema | None) -> Json:
    return schema.get("deviations", {}) if isinstance(schema, dict) else {}


def _last(pointer: str) -> str:
    return pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")
