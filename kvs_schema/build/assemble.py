"""Compiles the sources into a specification (what they say) and a program (what a verdict needs).

Both are plain JSON, so that a wheel carries them as files. The program has each schema in the form
that validates an *opened* document, where an embedded field is the object or array that its string
contains: tolerant, and strict with every deviation turned into a `$ref` to itself, so that the
location of a failing keyword names the deviation. ARCHITECTURE.md says why.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator

from ..spec.graph import ALWAYS, Graph, GraphNode
from ..spec.vocabulary import DEFS, SCHEMA_FOLDERS, Json, choices_in, variants_in
from .derived import VARIANTS
from .engine_schemas import Forms, without_required
from .fast_schemas import fast_schema
from .layouts import layout_of, steps_of
from .yaml_sources import SourceFile, Sources


def specification(sources: Sources) -> Json:
    """Return everything the sources say as one JSON object; the sources must have no problems."""
    files = sources.files
    schemas: Json = {}
    origins: Json = {}
    for file in sources.below(*SCHEMA_FOLDERS):
        if file.path != VARIANTS:
            schemas |= file.value
            origins |= dict.fromkeys(file.value, file.path)
    errors = {}
    for file in sources.below("errors"):
        if "table" in file.value:
            table = dict(file.value)
            table["codes"] = {str(code): row for code, row in table["codes"].items()}
            errors[table.pop("table")] = table
    classifier = files[VARIANTS].value
    errata = files["errata.yaml"].value
    graph = Graph(schemas)
    return {
        "schemas": schemas,
        "strict_empty": [name for name in variants_in(classifier) if _is_empty(graph.root(name))],
        "origins": origins,
        "tables": files["tables.yaml"].value["tables"],
        "classifier": classifier,
        "errors": errors,
        "categories": files["errors/categories.yaml"].value["categories"],
        "errata": {name: _with_levels(entry) for name, entry in errata["errata"].items()},
        "sections": errata["sections"],
        "messages": files["messages.yaml"].value,
        "notices": files["notices.yaml"].value["notices"] if "notices.yaml" in files else {},
        "samples": files["samples.yaml"].value if "samples.yaml" in files else {},
        "examples": {file.name: file.value for file in sources.below("examples")},
    }


def _with_levels(entry: Json) -> Json:
    """Return an erratum with the text of each level, where the sources say it once for both too."""
    return {
        key.replace("both_levels", level): text
        for key, text in entry.items()
        for level in ("tolerant", "strict")
    }


def parsers(sources: Sources) -> Json:
    """Return the bodies that parsers read differently, and those that they are made of."""
    file = sources.files.get("parsers.yaml")
    return {"bases": {}, "vectors": {}} if file is None else file.value


def texts(files: Iterable[SourceFile]) -> Json:
    """Return the texts of this package by section and name (`validate.reading`), by language."""
    return {
        f"{section}.{name}": text
        for file in files
        for section, entries in file.value.items()
        for name, text in entries.items()
    }


def program(specification: Json) -> Json:
    """Return what validation needs: engine forms, layouts and the classifier."""
    schemas = specification["schemas"]
    tolerant = Forms(specification, strict=False)
    strict = Forms(specification, strict=True)
    graph = Graph(schemas)
    tolerant_forms = tolerant.all()
    absent = {
        str(status): phase["absent"]
        for phase in specification["classifier"]["phases"].values()
        for status in phase["status"]
        if "absent" in phase
    }
    return {
        "tolerant": tolerant_forms,
        "partial": {name: without_required(form) for name, form in tolerant_forms.items()},
        "strict": strict.all(),
        "nullable": sorted(strict.nullable),
        "error_tables": sorted(strict.error_tables),
        "layouts": {
            name: layout_of(graph, graph.root(name, strict=False), absent) for name in schemas
        },
        "classifier": specification["classifier"],
    }


def fast(specification: Json, program: Json) -> Json:
    """Return what the fast path needs: its verdict forms as JSON text with the depth that they
    reach, the steps to its embedded documents, and the classifier."""
    layouts = program["layouts"]
    casings = list(_casings(specification["classifier"]))
    forms: Json = {"tolerant": {}, "strict": {}}
    for level, found in forms.items():
        for casing, dialect in itertools.product(casings, ("single", "flow")):
            for _, variant in casing["statuses"][casing[dialect]]:
                form, depth = fast_schema(program[level], DEFS + variant)
                mixed = dict.fromkeys(casing["others"], False)
                form["properties"] = form.get("properties", {}) | mixed
                found[variant] = [json.dumps(form, separators=(",", ":")), depth]
    return {
        "forms": forms,
        "steps": {
            dialect: steps_of(layouts, program["tolerant"], layouts[dialect])
            for dialect in specification["classifier"]["dialects"]
        },
        "flow_details": specification["classifier"]["flow_details"],
        "casings": casings,
    }


def _casings(classifier: Json) -> Iterator[Json]:
    """Yield what identifies the variants of a casing: its keys, those of others, statuses."""
    enough = classifier["recognised_by"]
    if enough["names"] > 2 or "details" not in enough["one_of"]:
        return  # the status and the details, which the fast path reads, are not enough
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


def _is_empty(node: GraphNode) -> bool:
    """Return whether no value can be valid at the strict level; constants tell."""
    found = [one.keywords for one in node.under(ALWAYS)]
    choices = [choice for keywords in found if (choice := choices_in(keywords)) is not None]
    if node.forbidden() or (
        choices and not any(all(value in choice for choice in choices) for value in choices[0])
    ):
        return True
    required = {name for keywords in found for name in keywords.get("required", ())}
    return any(_is_empty(node.members[name]) for name in required & node.members.keys())
