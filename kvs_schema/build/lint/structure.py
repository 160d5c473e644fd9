"""Validates the structure of each file: its place, its schema in `meta/`, and its numbers.

Goes in: the source files. Comes out: problems with lines, and the files that rules cannot use.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, cast

import jsonschema
from jsonschema.exceptions import ValidationError

from ...spec import pointers
from ...spec.pointers import escape
from ...spec.vocabulary import DEFS, json_type
from ..yaml_sources import Problem, SourceFile, Sources
from .places import NEEDED, meta_schema
from .words import did_you_mean, shown

META = "meta/meta.yaml"
#: Their files hold values of documents, which may be any.
_FREE = ("meta/cases.yaml", "meta/parsers.yaml", "meta/samples.yaml")
UNKNOWN_KEYWORD = "unknown-keyword"
#: Problems that leave the rest of their file readable.
HARMLESS = (UNKNOWN_KEYWORD, "whole-number")


def check(sources: Sources, unread: Collection[str] = ()) -> tuple[list[Problem], set[str]]:
    """Return problems of structure, and the files whose content no rule can rely on.

    `unread` names files that are known to be no YAML.
    """
    problems = [
        Problem(path, 1, "missing-file", "this file is missing")
        for path in NEEDED
        if path not in sources.files and path not in unread
    ]
    broken = {problem.file for problem in problems} | set(unread)
    for path in sorted(sources.files.keys() - broken, key=_meta_first):
        file, meta = sources.files[path], meta_schema(path)
        if meta is None:
            message = "no source file belongs here or has this name"
            found = [Problem(path, 1, "unknown-file", message)]
        elif file.value is None:
            found = [Problem(path, 1, "empty-file", "there is nothing in this file")]
        else:
            found = list(_unusable(file)) if path.startswith("meta/") else []
            found += _numbers(file, file.value, "") if meta not in _FREE else ()
            if meta in broken or (found and path == META):
                broken.add(path)
            else:
                found += _against(file, sources.files[meta].value, meta)
        problems += found
        if any(problem.code not in HARMLESS for problem in found):
            broken.add(path)
    return problems, broken


def _meta_first(path: str) -> tuple[bool, bool, str]:
    return path != META, not path.startswith("meta/"), path


def _unusable(file: SourceFile) -> Iterator[Problem]:
    """Yield why a meta schema cannot be used, whatever the meta schema of meta schemas says."""
    pointer: Iterable[Any] = ()
    try:
        if _quick(file.value) is None:
            jsonschema.Draft202012Validator.check_schema(file.value)
        definitions = file.value.get("$defs", {})
        for pointer, value in _texts(file.value, ()):
            if pointer[-1] == "$ref" and value.removeprefix(DEFS) not in definitions:
                raise ValueError(f"{value!r} leads nowhere")
            if pointer[-1] == "pattern":
                re.compile(value)
    except jsonschema.SchemaError as error:
        pointer, message = error.absolute_path, error.message
    except (AttributeError, ValueError, re.error) as error:
        message = str(error)
    else:
        return
    where = pointers.pointer(pointer)
    yield file.problem(where, "meta-schema", f"not JSON Schema 2020-12: {message}")


def _texts(value: Any, pointer: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from _texts(member, (*pointer, name))


def _quick(meta: Any) -> Any:
    """Return a validator of the quick engine; None without such an engine, or where it objects."""
    try:
        import jsonschema_rs

        return jsonschema_rs.Draft202012Validator(meta)
    except (ImportError, ValueError):
        return None


def _against(file: SourceFile, schema: Any, meta: str) -> Iterator[Problem]:
    """Yield what is invalid by the meta schema; one problem for a place."""
    named = UNKNOWN_KEYWORD if meta in (META, "meta/schemas.yaml") else "unknown-name"
    value = _with_text_keys(file.value)
    quick = _quick(schema)
    if quick is not None and quick.is_valid(value):
        return
    reported = set()
    for error in jsonschema.Draft202012Validator(schema).iter_errors(value):
        pointer = pointers.pointer(error.absolute_path)
        for code, name, message in _described(error, named):
            place = pointer, name, message if code == "missing-name" else code
            if place not in reported:
                reported.add(place)
                where = pointer if name is None else f"{pointer}/{escape(name)}"
                yield file.problem(where, code, message)


def _described(error: ValidationError, named: str) -> Iterator[tuple[str, str | None, str]]:
    """Yield the code, the member at fault if there is one, and the words for an error."""
    keyword, found = str(error.validator), cast(Any, error.instance)
    value, schema = cast(Any, error.validator_value), cast(Any, error.schema)
    if keyword == "additionalProperties":
        known = schema.get("properties", {})
        for name in found.keys() - known.keys():
            yield named, name, f"{name!r} is not known here{did_you_mean(name, known)}"
    elif keyword == "required":
        for name in value:
            if name not in found:
                yield "missing-name", None, f"{name!r} is missing"
    elif keyword == "dependentRequired":
        for name, others in value.items():
            for other in others:
                if name in found and other not in found:
                    yield "missing-name", name, f"{name!r} is here without {other!r}"
    else:
        of_name = _asks_for_name(error)
        code = "name-form" if of_name else "wrong-form"
        yield code, found if of_name else None, _expected(keyword, value, found)


def _asks_for_name(error: ValidationError) -> bool:
    """Return whether an error is about the name of a member, found under `propertyNames`."""
    path = [None, *error.absolute_schema_path]
    return any(
        keyword == "propertyNames" and before != "properties" for before, keyword in pairwise(path)
    )


def _expected(keyword: str, value: Any, found: Any) -> str:
    text = shown(found)
    if keyword == "type":
        kinds = " or ".join(value) if isinstance(value, list) else value
        return f"expected {kinds}, found {json_type(found)} {text}"
    if keyword == "enum":
        return f"expected one of {', '.join(map(str, value))}, found {text}"
    if keyword == "const":
        return f"expected {shown(value)}, found {text}"
    if keyword == "pattern":
        return f"{text} is not of the form {value}"
    if keyword == "not":
        return f"{text} must not have the form {shown(value)}"
    if keyword == "uniqueItems":
        return "the same element is listed twice"
    if keyword in ("minLength", "minItems", "minProperties"):
        return f"expected {value} or more, found {len(found)}: {text}"
    return f"expected {keyword} {value}, found {text}"


def _numbers(file: SourceFile, value: Any, pointer: str) -> Iterator[Problem]:
    """Yield integers written as decimals (`3.0`) and keys that are numbers, which JSON lacks.

    Bodies of examples may hold any number; the keys of an error table are its codes.
    """
    if isinstance(value, float) and value.is_integer():
        yield file.problem(pointer, "whole-number", f"write {int(value)}, not {value}")
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _numbers(file, element, f"{pointer}/{index}")
    elif isinstance(value, Mapping):
        if file.path.startswith("examples/") and pointer == "/body":
            return
        codes = file.path.startswith("errors/") and pointer == "/codes"
        for name, member in value.items():
            below = f"{pointer}/{escape(name)}"
            if codes != isinstance(name, int):
                message = f"{name!r} is not an integer" if codes else f"quote the name {name}"
                yield file.problem(below, "name-form", message)
            yield from _numbers(file, member, below)


def _with_text_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _with_text_keys(member) for name, member in value.items()}
    return [_with_text_keys(element) for element in value] if isinstance(value, list) else value
