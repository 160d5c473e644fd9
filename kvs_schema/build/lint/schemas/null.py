"""Null for an absent name: passes where the name may be absent, and nowhere else.

The question is asked of the compiled forms, so that it also checks how they are widened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ....spec.pointers import tokens
from ....spec.vocabulary import DEFS
from ...yaml_sources import Problem
from ..subject import SchemaNode, SourceIndex
from .instances import Instances, root

Forms = Mapping[str, Any]
Cell = tuple[SchemaNode, ...]


def nulls(subject: SourceIndex) -> Iterator[Problem]:
    """In an object with `nullAbsent`, in each branch, null passes for names that may be absent."""
    instances = Instances(subject)
    told: set[Problem] = set()
    for node in subject.nodes:
        if root(node) is not node:
            continue
        base = instances.asked(node)
        names = {
            name
            for part in base
            if "nullAbsent" in part.schema
            for name in part.schema.get("properties", ())
        }
        if not names:
            continue
        for cell in _cells(instances, base, frozenset(base)):
            for problem in _wrong(subject.tolerant_forms, cell, names):
                if problem not in told:
                    told.add(problem)
                    yield problem


def _cells(instances: Instances, cell: Cell, fresh: frozenset[SchemaNode]) -> Iterator[Cell]:
    """What holds without condition, and that with each branch in turn, branches in branches too."""
    yield cell
    for node in fresh:
        for branch in (*node.below("then"), *node.below("else")):
            more = [part for part in instances.own(branch) if part not in cell]
            yield from _cells(instances, (*cell, *more), frozenset(more))


def _wrong(forms: Forms, cell: Cell, names: set[str]) -> Iterator[Problem]:
    required = {name: part for part in cell for name in part.schema.get("required", ())}
    for name in sorted(names):
        about = [child for part in cell for child in part.below("properties") if child.name == name]
        refusing = [child for child in about if not passes_null(forms, _form(forms, child))]
        if name in required and not refusing:
            message = f"{name!r} is required here, and null passes; add `not: {{type: 'null'}}`"
            yield required[name].problem("null-passes", message, "required")
        elif name not in required:
            for child in refusing:
                message = (
                    f"{name!r} may be absent, and a null, which counts as absent, does not pass"
                )
                yield child.problem("null-refused", message)


def _form(forms: Forms, node: SchemaNode) -> Any:
    """The compiled form at the place of a schema; what asserts nothing is left out there."""
    form: Any = forms
    for token in tokens(node.pointer):
        try:
            form = form[int(token)] if isinstance(form, list) else form[token]
        except (KeyError, TypeError):
            return {}
    return form


def passes_null(forms: Forms, form: Any) -> bool:
    """Whether null holds to a form; only these keywords look at it."""
    if isinstance(form, bool):
        return form
    types = form.get("type", "null")
    branch = "else"
    if "if" in form and passes_null(forms, form["if"]):
        branch = "then"
    return (
        (types == "null" or "null" in types)
        and ("enum" not in form or None in form["enum"])
        and ("const" not in form or form["const"] is None)
        and ("not" not in form or not passes_null(forms, form["not"]))
        and ("$ref" not in form or passes_null(forms, forms[form["$ref"].removeprefix(DEFS)]))
        and all(passes_null(forms, below) for below in form.get("allOf", ()))
        and ("if" not in form or passes_null(forms, form.get(branch, True)))
    )
