"""The shape of documents, for generators of code and for OpenAPI: types by name, and no conditions.

Goes in: the graph of values at the tolerant level. Comes out: JSON Schema definitions in which each
object, each choice between an array and an object and each embedded document is a type with a name
in PascalCase. Every tolerant-valid document has the shape, and so have others: patterns, bounds and
conditions are left to the rules.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from ..catalogue import store
from ..catalogue.names import CALLBACK, absent_documents, schema_names, variant_names
from ..catalogue.texts import Lang, say
from ..spec.graph import Applied, GraphNode
from ..spec.vocabulary import DEFS, Json, choices_in, json_type, reachable, said, types_in

_NULL = {"type": "null"}


def type_name(name: str) -> str:
    """Return the name in PascalCase of the type of a schema: `task.finished` is `TaskFinished`."""
    return "".join(word[:1].upper() + word[1:] for word in re.split(r"[^A-Za-z0-9]+", name))


class TypesOfSchemas(NamedTuple):
    """The types by name, and for each schema the reference to its type; not to be changed."""

    types: Json
    references: Json


@cache
def shapes(lang: Lang, *, opened: bool) -> TypesOfSchemas:
    """Return the types of all schemas, as sent or opened."""
    writer = _ShapeWriter(lang, opened)
    return TypesOfSchemas(writer.types, {name: writer.add(name) for name in schema_names()})


class _ShapeWriter:
    """Writes types, those that others refer to first."""

    def __init__(self, lang: Lang, opened: bool) -> None:
        self.lang, self.opened = lang, opened
        self.types: Json = {}

    def add(self, name: str) -> Json:
        """Add the type of a schema, and those that it needs; return a reference to it."""
        if name == CALLBACK:
            variants = [self.add(variant) for variant in variant_names()]
            words = {"description": say(self.lang, "export.callback")}
            return self._named(CALLBACK, {**words, "anyOf": variants})
        value = self._value(store.graph().root(name, strict=False), type_name(name))
        if value.keys() == {"$ref"}:
            return value
        return self._named(name, {**self._words(store.specification()["schemas"][name]), **value})

    def _named(self, name: str, value: Json) -> Json:
        """Return a reference to a type, which is added under its name or one like it."""
        base = name = type_name(name)
        number = 1
        while self.types.setdefault(name, value) != value:
            number += 1
            name = f"{base}{number}"
        return {"$ref": DEFS + name}

    def _value(self, node: GraphNode, name: str) -> Json:
        """Return the type of a value; `name` is that of what has none in the sources."""
        choices = [choices_in(one.keywords) for one in node.applied if one.always]
        listed = [choice for choice in choices if choice is not None]
        refused = any(one.always and one.keywords.get("not") == _NULL for one in node.applied)
        nullable = any(one.null for one in node.asked) and not refused
        if listed:
            values = [v for v in listed[0] if all(v in choice for choice in listed)]
            values += [None] if nullable else []
            enumerated = {"const": values[0]} if len(values) == 1 else {"enum": values}
            return {**_types(list(dict.fromkeys(map(json_type, values)))), **enumerated}
        kinds = node.kinds()
        if kinds is None:
            return {}
        plain = [k for k in sorted(kinds) if k not in ("array", "object")]
        found: list[Json] = []
        if node.content_name is not None and "string" in plain:
            plain.remove("string")
            found.append(self._embedded(node, node.content_name))
        if "array" in kinds:
            items = {} if node.element is None else self._value(node.element, f"{name}Element")
            found.append({"type": "array", "items": items})
        if "object" in kinds:
            found.append(self._object(node, name))
        if not found:
            return _types([*plain, "null"] if nullable else plain)
        found = [*([_types(plain)] if plain else []), *found]
        value = found[0] if len(found) == 1 else self._choice(node, found, name)
        return {"anyOf": [value, _NULL]} if nullable else value

    def _choice(self, node: GraphNode, found: list[Json], name: str) -> Json:
        source = next((one for one in node.applied if one.always and _whole(one)), None)
        if source is None:
            return self._named(name, {"anyOf": found})
        return self._named(_whole(source) or name, {**self._words(source.keywords), "anyOf": found})

    def _object(self, node: GraphNode, name: str) -> Json:
        always = [one for one in node.of_type("object") if one.always]
        members = {
            key: member
            for key, member in node.members.items()
            if any(one.always for one in member.asked)
        }
        if not members:
            return {"type": "object", "additionalProperties": True}
        about = (one for one in always if "array" not in (types_in(one.keywords) or ()))
        source = next((one for one in about if _whole(one)), always[0])
        name = _whole(source) or name
        required = {key for one in always for key in one.keywords.get("required", ())}
        closed = any(one.keywords.get("additionalProperties") is False for one in always)
        fields = {
            key: {
                **self._description(member),
                **self._value(member, type_name(name) + type_name(key)),
            }
            for key, member in members.items()
        }
        value: Json = {**self._words(source.keywords), "type": "object", "properties": fields}
        value["required"] = [key for key in fields if key in required]
        # A closed object has no other keys; of others each tool shall know that they may have.
        value |= {"additionalProperties": False} if closed else {"unevaluatedProperties": True}
        return self._named(name, {key: part for key, part in value.items() if part != []})

    def _embedded(self, node: GraphNode, content: str) -> Json:
        """Return the type of a string that contains JSON, or of what it contained."""
        inner = self.add(content)
        if self.opened:
            nothing = {"type": "string", "enum": ["", *absent_documents()]}
            return self._named(f"{content}.or.empty", {"anyOf": [nothing, inner]})
        source = next(
            one for one in node.of_type("string") if one.always and "contentSchema" in one.keywords
        )
        value = {
            **self._words(source.keywords),
            "type": "string",
            "contentMediaType": source.keywords["contentMediaType"],
            "contentSchema": inner,
        }
        return self._named(_whole(source) or f"{content}.string", value)

    def _words(self, source: Any) -> Json:
        """Return title and description as a description: generators name types by `title`."""
        found = [said(source, key, self.lang) for key in ("title", "description")]
        end = say(self.lang, "reference.full_stop") + (" " if self.lang == "en" else "")
        words = end.join(text for text in found if text)
        return {"description": words} if words else {}

    def _description(self, member: GraphNode) -> Json:
        words = (said(one.keywords, "description", self.lang) for one in member.asked)
        text = next((text for text in words if text), None)
        return {} if text is None else {"description": text}


def used_types(value: Any, types: Json) -> Json:
    """Return the types that a value refers to, directly or not, in their order."""
    return {name: types[name] for name in reachable(types, value)}


def _whole(one: Applied) -> str | None:
    """Return the name of the schema, if it is not a part of another one."""
    name = one.pointer.removeprefix(DEFS)
    return None if "/" in name else name


def _types(kinds: list[str]) -> Json:
    return {"type": kinds[0] if len(kinds) == 1 else kinds}
