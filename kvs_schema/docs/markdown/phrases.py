"""Puts schemas and conditions into words, for a cell or a sentence of Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ...spec.graph import Applied
from ...spec.vocabulary import choices_in, json_type, referenced
from ..model import Schema, is_container, name_of
from .context import Context, code


def kinds(context: Context, types: str | list[str]) -> str:
    """Return JSON types in words."""
    words = context.specification["messages"]["kinds"]
    named = [
        str(words[kind][context.lang]) for kind in ([types] if isinstance(types, str) else types)
    ]
    bare = [name.removeprefix("an ").removeprefix("a ") for name in named]
    return context.word("or").join(bare)


def constraints(context: Context, schema: Any) -> Iterator[str]:
    """Yield what a schema requires of a value beyond its type, keyword by keyword."""
    if schema is False:
        yield context.word("false")
    if not isinstance(schema, Mapping):
        return
    if "const" in schema:
        yield literal(schema["const"])
    if "enum" in schema:
        yield context.word("one_of", values=context.listed([literal(v) for v in schema["enum"]]))
    yield from _range(context, schema)
    for keyword, words in (("minLength", "least_characters"), ("minItems", "least_elements")):
        if keyword in schema:
            count = schema[keyword]
            yield context.word("not_empty") if count == 1 else context.word(words, count=count)
    if "pattern" in schema:
        yield context.word("pattern", pattern=code(schema["pattern"]))
    if "errorTable" in schema:
        table = schema["errorTable"]
        title = context.said(context.specification["errors"][table])
        yield context.word("code_of", table=context.link(title, f"errors/{table}"))
    if isinstance(schema.get("not"), Mapping):
        inner = context.word("and").join(asked(context, schema["not"]))
        yield context.word("not", value=inner)


def asked(context: Context, schema: Any) -> list[str]:
    """Return all that a schema requires of a value, type and required keys included."""
    found = list(constraints(context, schema))
    if isinstance(schema, Mapping):
        if "type" in schema:
            found.insert(0, kinds(context, schema["type"]))
        target = referenced(schema)
        if target is not None:
            found.append(context.schema(target))
        if names := [*map(code, schema.get("required", ()))]:
            found.append(context.word("with", names=context.listed(names)))
    return found


def literal(value: Any) -> str:
    """Return a JSON value as code; strings without their quotes."""
    return code(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def conditions(context: Context, applied: Applied) -> str:
    """Return the conditions of a schema in words: "when … and unless …"; empty without any."""
    said = []
    outermost_first = sorted(applied.conditions, key=lambda each: (-each.up, each.pointer))
    for _, _, holds, schema in outermost_first:
        inner = context.word("and").join(_facts(context, schema, ""))
        said.append(context.word("when" if holds else "unless", condition=inner))
    return context.word("and").join(said)


def type_of(context: Context, layers: Iterable[Applied]) -> str:
    """Return the type of a value, with a link to what it contains or to the form that it has."""
    graph = context.graph
    plain = [layer for layer in layers if layer.always]
    types = next((layer.keywords["type"] for layer in plain if "type" in layer.keywords), None)
    for layer in plain:
        schema = layer.keywords
        target = referenced(schema)
        if "contentSchema" in schema:
            content = str(referenced(schema["contentSchema"]))
            return context.word("string_holding", content=context.schema(content, code(content)))
        if target is not None and is_container(graph, target):
            bases = (context.specification["schemas"][base] for base in graph.chain(target))
            named = next((base["type"] for base in bases if "type" in base), "object")
            return _containing(context, named, target)
        if element := referenced(schema.get("items", {})):
            return _containing(context, types or "array", element)
        name = name_of(graph, layer)
        if name and "title" in schema and not is_container(graph, name):
            return _form(context, name, schema)
    # No schema of these has a name: the type by itself, or that of the constants.
    values = (value for layer in plain for value in choices_in(layer.keywords) or ())
    return kinds(context, types or list(dict.fromkeys(map(json_type, values))))


def _form(context: Context, name: str, schema: Schema) -> str:
    """Return a form by its title, with its type where the title does not say it."""
    types = kinds(context, schema.get("type", []))
    said = any(word in context.said(schema).lower() for word in types.split(context.word("or")))
    about = f" ({types})" if context.lang == "en" else f"（{types}）"
    return context.schema(name) + ("" if said else about)


def _containing(context: Context, types: str | list[str], name: str) -> str:
    return f"{kinds(context, types)}{context.word('colon')}{context.schema(name)}"


def _range(context: Context, schema: Schema) -> Iterator[str]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        yield context.word("in_words", low=low, high=high)
    elif low is not None:
        yield context.word("least", low=low)
    elif high is not None:
        yield context.word("most", high=high)


def _facts(context: Context, schema: Schema, prefix: str) -> Iterator[str]:
    """Yield what must be true of an object to meet a condition, key by key."""
    properties = schema.get("properties", {})
    for name in dict.fromkeys([*properties, *schema.get("required", ())]):
        path = f"{prefix}{name}"
        sub = properties.get(name)
        if sub is None:
            yield context.word("condition_has", name=code(path))
        elif "properties" in sub or "required" in sub:
            yield from _facts(context, sub, f"{path}.")
        elif sub.get("minLength") == 1:
            yield context.word("condition_filled", name=code(path))
        else:
            value = context.word("and").join(asked(context, sub))
            yield context.word("condition_is", name=code(path), value=value)
