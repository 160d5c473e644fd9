"""Verdict forms: schemas that say only yes or no, and say it fast.

The tolerant forms keep every schema where the sources have it, so that findings can name it; a
value is then judged again by each schema that narrows another. Here the schemas that apply to
the same value are merged into one, and what is asked already is not asked again. Which keyword
fails is lost on the way, whether one fails is not: a test holds both forms to the same verdicts.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..spec.pointers import tokens
from ..spec.vocabulary import DEFS, Schema

#: Keywords whose arguments merge into the narrower of two.
_NARROWER = {"minimum": max, "maximum": min, "minLength": max, "minItems": max}

#: Keywords that hold for every value of another kind than this.
_ABOUT = {
    "object": frozenset({"required", "properties", "additionalProperties"}),
    "array": frozenset({"items", "minItems"}),
}

#: Schemas shorter than this are written out wherever they stand.
_SHORT = 200


def quick_form(forms: Mapping[str, Any], pointer: str) -> tuple[dict[str, Any], int]:
    """A verdict form for values of bounded depth, and that bound.

    What holds to it holds to the named form; what does not may be too deep where no schema
    describes it, and is looked at more thoroughly.
    """
    merged = _Merger(forms).merge([{"$ref": pointer}])
    flat, depth = _bounded(merged)
    shared = _shared(flat if isinstance(flat, dict) else {"allOf": [flat]})
    definitions = {**shared.pop("$defs", {}), **_LEVELS}
    return {**shared, "$defs": definitions}, depth


#: Values in which nothing stands deeper than the level.
_SCALARS = ["string", "number", "boolean", "null"]
_DEEPEST = 3
_LEVELS: dict[str, Any] = {
    f"depth{level}": (
        {
            "items": {"$ref": f"{DEFS}depth{level - 1}"},
            "additionalProperties": {"$ref": f"{DEFS}depth{level - 1}"},
        }
        if level
        else {"type": _SCALARS}
    )
    for level in range(_DEEPEST + 1)
}
_ANYTHING = {"$ref": f"{DEFS}depth{_DEEPEST}"}


def _bounded(schema: Schema) -> tuple[Schema, int]:
    """A schema that refuses what stands too deep where it says nothing, and its depth."""
    if schema is True or schema == {}:
        return dict(_ANYTHING), _DEEPEST
    if isinstance(schema, bool) or "enum" in schema:
        return schema, 0
    if "const" in schema:
        return _number(schema), 0
    types = schema.get("type", ("object", "array"))
    types = [types] if isinstance(types, str) else types
    out, depth = dict(schema), 0
    for kind, keyword in (("array", "items"), ("object", "additionalProperties")):
        if kind in types:
            out[keyword], below = _bounded(schema.get(keyword, True))
            depth = max(depth, below + 1)
    if "object" in types and "properties" in schema:
        found = {name: _bounded(sub) for name, sub in schema["properties"].items()}
        out["properties"] = {name: sub for name, (sub, _) in found.items()}
        depth = max(depth, *(below + 1 for _, below in found.values()))
    return out, depth


def _number(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of one integer as a range, which costs the engine a third."""
    value = schema["const"]
    if type(value) is not int or len(schema) > 1:
        return schema
    return {"type": "integer", "minimum": value, "maximum": value}


class _Merger:
    """Merges the schemas that apply to one value, through references and `allOf`."""

    def __init__(self, forms: Mapping[str, Any]) -> None:
        self.forms = forms

    def merge(self, schemas: Iterable[Schema], asked: Iterable[Schema] = ()) -> Schema:
        """One schema for all; `asked` are schemas that the same value must hold to anyway."""
        before = _Distinct(self._parts(asked))
        parts = [part for part in _Distinct(self._parts(schemas)).parts if part not in before]
        if False in parts:
            return False
        closed = [part for part in parts if "additionalProperties" in part]
        loose = [part for part in parts if "additionalProperties" not in part]
        return self._merged(loose, closed, before.parts)

    def _parts(self, schemas: Iterable[Schema]) -> Iterator[Any]:
        """The schemas without references and `allOf`, and without conditions on the kind alone."""
        for schema in schemas:
            if isinstance(schema, bool):
                if not schema:
                    yield False
                continue
            rest = {k: v for k, v in schema.items() if k not in ("$ref", "allOf", "deviations")}
            if "$ref" in schema:
                yield from self._parts([self._target(schema["$ref"])])
            yield from self._parts(schema.get("allOf", ()))
            conditional = self._unconditional(rest)
            if conditional is not None:
                rest = {k: v for k, v in rest.items() if k not in ("if", "then")}
                yield from self._parts([conditional])
            if rest:
                yield rest

    def _target(self, pointer: str) -> Schema:
        target: Any = self.forms
        for token in tokens(f"/{pointer.removeprefix(DEFS)}"):
            target = target[int(token)] if isinstance(target, list) else target[token]
        found: Schema = target
        return found

    def _unconditional(self, schema: dict[str, Any]) -> Schema | None:
        """What `then` asks of objects (arrays), if every other value holds to it by nature."""
        condition = schema.get("if")
        if not isinstance(condition, dict) or set(condition) != {"type"} or "else" in schema:
            return None
        about = _ABOUT.get(str(condition["type"]))
        then = self.merge([schema.get("then", True)])
        if about is None or not isinstance(then, dict):
            return None
        if then.get("type", condition["type"]) != condition["type"]:
            return None
        bare = {k: v for k, v in then.items() if k != "type"}
        return bare if _is_about(bare, about) else None

    def _merged(
        self, parts: list[dict[str, Any]], closed: list[dict[str, Any]], asked: list[Any]
    ) -> Schema:
        out = _simple(parts)
        if out is None:
            return False
        items = [part["items"] for part in parts if "items" in part]
        if items:
            self._put(out, "items", self.merge(items, _each(asked, "items")))
        self._put(out, "properties", self._properties(parts, asked))
        extras = self._conditions(out, parts, asked)
        for keyword in ("pattern", "not"):
            values = _unique(part[keyword] for part in parts if keyword in part)
            if values:
                out[keyword] = values[0]
                extras += [{keyword: value} for value in values[1:]]
        if len(closed) == 1 and not out and not extras:
            return self._closed(closed[0], asked)
        extras += [self._closed(part, asked) for part in closed]
        if extras:
            out["allOf"] = extras
        return out

    @staticmethod
    def _put(out: dict[str, Any], keyword: str, value: Any) -> None:
        if value not in ({}, True):
            out[keyword] = value

    def _properties(self, parts: list[dict[str, Any]], asked: list[Any]) -> dict[str, Any]:
        names = {name: None for part in parts for name in part.get("properties", ())}
        merged = {
            name: self.merge(_each(parts, "properties", name), _each(asked, "properties", name))
            for name in names
        }
        return {name: schema for name, schema in merged.items() if schema not in ({}, True)}

    def _closed(self, part: dict[str, Any], asked: list[Any]) -> dict[str, Any]:
        """A schema whose `additionalProperties` sees its own properties only: kept as one."""
        rest = {k: v for k, v in part.items() if k not in ("properties", "additionalProperties")}
        merged = self._merged([rest], [], asked)
        if not isinstance(merged, dict):
            return {"not": {}}
        merged["properties"] = {
            name: self.merge([sub]) for name, sub in part.get("properties", {}).items()
        }
        merged["additionalProperties"] = self.merge([part["additionalProperties"]])
        return merged

    def _conditions(
        self, out: dict[str, Any], parts: list[dict[str, Any]], asked: list[Any]
    ) -> list[Schema]:
        """Put the first condition in place; give the others, those with the same `if` as one."""
        conditions: list[dict[str, Any]] = []
        for condition in _unique(part["if"] for part in parts if "if" in part):
            same = [part for part in parts if part.get("if") == condition]
            known = [part for part in asked if part.get("if") == condition]
            found: dict[str, Any] = {"if": _given(self.merge([condition]), out)}
            for branch in ("then", "else"):
                known_here = [*parts, *asked, *_each(known, branch)]
                self._put(found, branch, self.merge(_each(same, branch), _bare(known_here)))
            if len(found) > 1:
                conditions.append(found)
        if conditions:
            out |= conditions.pop(0)
        return list(conditions)


def _simple(parts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What the parts ask of a value without looking into it; None if no value can hold to all."""
    out: dict[str, Any] = {}
    types = _common_types(part["type"] for part in parts if "type" in part)
    choices = _common_choices(parts)
    if types == [] or choices == []:
        return None
    if choices is not None:
        out |= {"const": choices[0]} if len(choices) == 1 else {"enum": choices}
    elif types is not None:
        out["type"] = types[0] if len(types) == 1 else types
    for keyword, narrower in _NARROWER.items():
        values = [part[keyword] for part in parts if keyword in part]
        if values:
            out[keyword] = narrower(values)
    required = {name: None for part in parts for name in part.get("required", ())}
    if required:
        out["required"] = list(required)
    return out


def _given(condition: Schema, out: dict[str, Any]) -> Schema:
    """A condition without the names that are required anyway."""
    if not isinstance(condition, dict) or "required" not in condition:
        return condition
    missing = [name for name in condition["required"] if name not in out.get("required", ())]
    rest = {keyword: value for keyword, value in condition.items() if keyword != "required"}
    return {**rest, "required": missing} if missing else rest


class _Distinct:
    """Schemas, each once."""

    def __init__(self, schemas: Iterable[Any]) -> None:
        self.by_text = {json.dumps(schema, sort_keys=True): schema for schema in schemas}
        self.parts = list(self.by_text.values())

    def __contains__(self, schema: Any) -> bool:
        return json.dumps(schema, sort_keys=True) in self.by_text


def _unique(schemas: Iterable[Any]) -> list[Any]:
    return _Distinct(schemas).parts


def _bare(schemas: Iterable[Any]) -> list[Any]:
    """The schemas without their conditions, which say nothing inside a branch of their own."""
    return [{k: v for k, v in s.items() if k not in ("if", "then", "else")} for s in schemas]


def _each(parts: Iterable[Any], keyword: str, name: str | None = None) -> list[Any]:
    """What each part says under a keyword, or of one of its properties."""
    found = [part[keyword] for part in parts if keyword in part]
    return found if name is None else [below[name] for below in found if name in below]


def _is_about(schema: Any, about: frozenset[str]) -> bool:
    """Whether a schema holds for every value that is not of the kind."""
    if not isinstance(schema, dict):
        return schema is True
    for keyword, value in schema.items():
        if keyword in ("then", "else"):
            if not _is_about(value, about):
                return False
        elif keyword == "allOf":
            if not all(_is_about(sub, about) for sub in value):
                return False
        elif keyword != "if" and keyword not in about:
            return False
    return True


def _common_types(types: Iterable[Any]) -> list[str] | None:
    """The types that all allow, or None where none is named; an integer is a number."""
    common: list[str] | None = None
    for named in types:
        allowed = [named] if isinstance(named, str) else list(named)
        if "number" in allowed:
            allowed.append("integer")
        common = allowed if common is None else [kind for kind in common if kind in allowed]
    if common and "number" in common:
        common = [kind for kind in common if kind != "integer"]
    return common if common is None else list(dict.fromkeys(common))


def _common_choices(parts: list[dict[str, Any]]) -> list[Any] | None:
    """The values that every `const` and `enum` allows, of an allowed type; None without any."""
    choices = [part["enum"] for part in parts if "enum" in part]
    choices += [[part["const"]] for part in parts if "const" in part]
    if not choices:
        return None
    texts = [{_equal(value) for value in choice} for choice in choices]
    common = [value for value in choices[0] if all(_equal(value) in each for each in texts)]
    types = _common_types(part["type"] for part in parts if "type" in part)
    return common if types is None else [value for value in common if _is_of(value, types)]


def _equal(value: Any) -> str:
    """A text that two values share exactly if JSON Schema takes them for the same."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)


def _is_of(value: Any, types: Iterable[str]) -> bool:
    names = {
        type(None): {"null"},
        bool: {"boolean"},
        int: {"integer", "number"},
        float: {"number", "integer"} if isinstance(value, float) and value % 1 == 0 else {"number"},
        str: {"string"},
        list: {"array"},
        dict: {"object"},
    }
    return not names[type(value)].isdisjoint(types)


def _shared(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with every long part that stands in it more than once written once."""
    counts: Counter[str] = Counter()
    _count(schema, counts)
    often = (text for text, count in counts.items() if count > 1)
    names = {text: str(index) for index, text in enumerate(often)}
    definitions: dict[str, Any] = {}
    found: dict[str, Any] = _members(schema, names, definitions)
    return {**found, "$defs": definitions} if definitions else found


def _count(value: Any, counts: Counter[str]) -> None:
    """How often each long schema stands in a value; what is in a repeated one counts once."""
    if isinstance(value, dict) and _is_schema(value):
        text = json.dumps(value, sort_keys=True)
        if len(text) >= _SHORT:
            counts[text] += 1
            if counts[text] > 1:
                return
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            _count(member, counts)


def _replaced(value: Any, names: Mapping[str, str], definitions: dict[str, Any]) -> Any:
    if not isinstance(value, dict) or not _is_schema(value):
        return _members(value, names, definitions)
    name = names.get(json.dumps(value, sort_keys=True))
    if name is None:
        return _members(value, names, definitions)
    if name not in definitions:
        definitions[name] = _members(value, names, definitions)
    return {"$ref": DEFS + name}


def _members(value: Any, names: Mapping[str, str], definitions: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(member, names, definitions) for key, member in value.items()}
    if isinstance(value, list):
        return [_replaced(member, names, definitions) for member in value]
    return value


def _is_schema(value: dict[str, Any]) -> bool:
    """Whether an object is a schema and not a map of properties: the long ones name their kind."""
    return isinstance(value.get("type"), str | list)
