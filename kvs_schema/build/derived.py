"""Completes the schemas of callbacks by what `variants.yaml` says.

Takes the sources as they were read and returns them with lists in place of their names (`enum:
types`, the known task types), and with the schemas of each casing that repeats another, in the
file of the schema that each repeats. The parts of a derived schema keep the place that they come
from, so that the linter names a line that somebody wrote.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from ..spec.pointers import escape
from ..spec.vocabulary import DEFS, IN_PLACE, Json, subschemas
from .yaml_sources import Origin, SourceFile, Sources

VARIANTS = "callbacks/variants.yaml"


def with_derived(sources: Sources, broken: Collection[str] = ()) -> Sources:
    """Return sources with lists filled in and schemas derived; one that is written out stays.

    `broken` names the files whose structure is wrong; they stay as they are.
    """
    variants = sources.files.get(VARIANTS)
    if variants is None or VARIANTS in broken:
        return sources
    files = dict(sources.files)
    written: dict[str, str] = {}
    phases = variants.value["phases"].values()
    absent = [text for phase in phases for text in phase.get("absent", ())]
    lists = {"types": list(variants.value["types"]), "absent": absent}
    for file in sources.below("callbacks"):
        if file.path not in {VARIANTS, *broken}:
            files[file.path] = replace(file, value=deepcopy(file.value))
            _fill_in(files[file.path].value.values(), lists)
            written |= dict.fromkeys(file.value, file.path)
    for casing in variants.value.get("derived", ()):
        derivation = _Derivation(variants, casing)
        for old, new in derivation.repeated.items():
            if old in written and new not in written:
                files[written[old]] = derivation.extended(files[written[old]], old, new)
    return Sources(files)


def derived_names(variants: SourceFile) -> set[str]:
    """Return the names of all schemas that are derived unless they are written out."""
    casings = variants.value.get("derived", ())
    return {new for casing in casings for new in _Derivation(variants, casing).repeated.values()}


def _fill_in(schemas: Iterable[Any], lists: Mapping[str, list[str]]) -> None:
    """Replace an `enum` that names a list by the list."""
    for schema in schemas:
        if isinstance(schema, dict) and isinstance(schema.get("enum"), str):
            schema["enum"] = lists[schema["enum"]]
        _fill_in((part for _, _, part in subschemas(schema)), lists)


class _Derivation:
    """The schemas of one casing, from those of another."""

    def __init__(self, variants: SourceFile, casing: str) -> None:
        self.variants, self.pointer = variants, f"/derived/{escape(casing)}"
        self.spec = spec = variants.value["derived"][casing]
        casings, dialects = variants.value["names"], variants.value["dialects"].items()
        theirs, ours = casings.get(spec["of"], {}), casings.get(casing, {})
        renamed = {theirs[role]: name for role, name in ours.items() if role in theirs}
        self.names = renamed | {name: old for old, name in renamed.items()}  # and the reverse
        pairs = {
            old: new
            for (old, a), (new, b) in itertools.product(dialects, dialects)
            if (a["names"], b["names"], a["flow"]) == (spec["of"], casing, b["flow"])
        }
        self.dialects = pairs.values()
        endings = ("", *(f".{phase}" for phase in variants.value["phases"]))
        self.repeated = {old + end: new + end for old, new in pairs.items() for end in endings}

    def extended(self, file: SourceFile, old: str, new: str) -> SourceFile:
        """Add a derived schema to a file."""
        schema: Json = deepcopy(file.value[old])
        here = f"/{escape(new)}"
        origins = dict(self.rename(schema, here, (file, f"/{escape(old)}")))
        schema.pop("table", None)
        for keyword, text in self.spec["texts"].items():
            schema[keyword] = text.replace("{}", schema.get(keyword, ""))
            origins[f"{here}/{keyword}"] = (self.variants, f"{self.pointer}/texts/{keyword}")
        for keyword, more in self.spec["dialect"].items() if new in self.dialects else ():
            schema[keyword] = schema.get(keyword, {}) | more
            for name in more:
                below = f"{escape(keyword)}/{escape(name)}"
                origins[f"{here}/{below}"] = (self.variants, f"{self.pointer}/dialect/{below}")
        value = {**file.value, new: schema}
        return replace(file, value=value, origins={**file.origins, **origins})

    def rename(self, schema: Any, here: str, there: Origin) -> Iterator[tuple[str, Origin]]:
        """Change the names in a schema of the first level; give the origin of each part."""
        yield here, there
        file, pointer = there
        for keyword, below, part in [*subschemas(schema)]:
            if keyword in IN_PLACE:
                yield from self.rename(part, here + below, (file, pointer + below))
        if not isinstance(schema, dict):
            return
        for keyword, value in schema.items():
            if isinstance(value, str) and value.startswith(DEFS):
                name = value.removeprefix(DEFS)
                schema[keyword] = DEFS + self.repeated.get(name, name)
        if "required" in schema:
            schema["required"] = [self.names.get(name, name) for name in schema["required"]]
        properties = schema.get("properties", {})
        if properties:
            schema["properties"] = {self.names.get(n, n): p for n, p in properties.items()}
        for name, part in properties.items():
            below = f"/properties/{escape(self.names.get(name, name))}"
            yield here + below, (file, f"{pointer}/properties/{escape(name)}")
            if isinstance(part, dict) and part.pop("row", None):  # its table has the other names
                part["source"] = self.spec["texts"]["source"]
