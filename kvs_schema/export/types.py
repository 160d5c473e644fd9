"""Types of the documents as sent, generated for TypeScript and for Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..catalogue import store
from ..catalogue.texts import Lang
from ..spec.graph import GraphNode
from ..spec.pointers import escape
from ..spec.vocabulary import DEFS, referenced, said

_TELLING = {"type", "enum", "const"}

_TYPESCRIPT = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
    "object": "Record<string, unknown>",
    "array": "unknown[]",
}
_PYTHON = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "object": "dict[str, object]",
    "array": "list[object]",
}


def typescript_types(lang: Lang = "en") -> str:
    """Declarations for TypeScript: an interface for each object, a union for any callback."""
    lines = ["// The documents of Kingsoft Cloud KVS as sent; generated from the schemas.", ""]
    for name, schema in _objects():
        lines += [f"/** {_words(schema, schema, lang)} */"]
        lines += [f"export interface {_class_name(name)} {{"]
        for field, kind, required, description in _fields(name, _TYPESCRIPT, "{}[]", lang):
            lines.append(f"  /** {description} */")
            lines.append(f"  {_quoted(field)}{'' if required else '?'}: {kind};")
        lines += ["}", ""]
    union = " | ".join(_class_name(name) for name in _dialects())
    lines += ["/** A callback of any variant. */", f"export type Callback = {union};"]
    return "\n".join(lines) + "\n"


def python_types(lang: Lang = "en") -> str:
    """A module for Python: a TypedDict for each object, a union for any callback."""
    lines = [
        '"""The documents of Kingsoft Cloud KVS as sent; generated from the schemas."""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import NotRequired, TypedDict",
        "",
    ]
    for name, schema in _objects():
        lines += ["", f"# {_words(schema, schema, lang)}"]
        lines += [f"{_class_name(name)} = TypedDict(", f'    "{_class_name(name)}",', "    {"]
        for field, kind, required, _ in _fields(name, _PYTHON, "list[{}]", lang):
            quoted = f'"{kind}"'  # inside, so that at run time it is known what may be absent
            lines.append(f'        "{field}": {quoted if required else f"NotRequired[{quoted}]"},')
        lines += ["    },", ")"]
    union = " | ".join(_class_name(name) for name in _dialects())
    lines += ["", "# A callback of any variant.", f"Callback = {union}"]
    return "\n".join(lines) + "\n"


def _dialects() -> list[str]:
    return list(store.specification()["classifier"]["dialects"])


def _objects() -> Iterator[tuple[str, dict[str, Any]]]:
    """Schemas that describe an object by its names; narrowings of them add no names."""
    for name, schema in store.specification()["schemas"].items():
        if "properties" in schema and referenced(schema) is None:
            yield name, schema


def _words(node: dict[str, Any], schema: dict[str, Any], lang: Lang) -> str:
    """The description of a field or a schema, or else the title of the schema."""
    return said(node, "description", lang) or str(said(schema, "title", lang))


def _fields(
    name: str, words: dict[str, str], array: str, lang: Lang
) -> Iterator[tuple[str, str, bool, str]]:
    """Each field as (name, type, whether it is required, description)."""
    schema = store.specification()["schemas"][name]
    for field, sub in schema["properties"].items():
        required = field in schema.get("required", ())
        pointer = f"{DEFS}{name}/properties/{escape(field)}"
        kinds = _kinds(store.graph().at(pointer, strict=False), words, array)
        if not required and "nullAbsent" in schema:
            kinds = [*kinds, words["null"]]
        yield field, " | ".join(kinds), required, _words(sub, schema, lang)


def _kinds(node: GraphNode, words: dict[str, str], array: str) -> list[str]:
    """The types of a value, as the nearest schema says that names any."""
    telling = next(
        (one.keywords for one in node.applied if one.always and _TELLING & one.keywords.keys()), {}
    )
    if "const" in telling or "enum" in telling:
        values = telling.get("enum", [telling.get("const")])
        return sorted({words["integer" if isinstance(v, int) else "string"] for v in values})
    found = []
    objects = (
        name
        for name, _ in _objects()
        for one in node.of_type("object")
        if one.pointer == DEFS + name
    )
    types = telling.get("type", [])
    for kind in types if isinstance(types, list) else [types]:
        name = next(objects, None) if kind == "object" else None
        if kind == "array" and node.element is not None:
            inner = _kinds(node.element, words, array)
            found.append(array.format(inner[0] if len(inner) == 1 else f"({' | '.join(inner)})"))
        else:
            found.append(words[kind] if name is None else _class_name(name))
    return found


def _class_name(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[.-]", name))


def _quoted(field: str) -> str:
    return field if field.isidentifier() else f'"{field}"'
