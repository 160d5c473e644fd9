"""Places: all schemas that apply to one value of a document, where they stand in the sources, and
the conditions under which they do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from ...spec.locations import Entered
from ...spec.pointers import tokens
from ...spec.vocabulary import DEFS, UNLISTED, Schema, referenced, subschemas

#: Stands in steps for the index of some element.
ELEMENT = -1

#: A member by name, an element, or (`Entered`) the way into an embedded document.
Step: TypeAlias = str | int
Steps: TypeAlias = tuple[Step, ...]


class Guard(NamedTuple):
    """A condition: whether the value `depth` steps below the root holds to an `if`.

    `task_type` is the one that the condition asks for, if it is about that.
    """

    depth: int
    pointer: str
    holds: bool
    task_type: str | None = None


Guards: TypeAlias = frozenset[Guard]
NONE: Guards = frozenset()


class PlacedSchema(NamedTuple):
    """A schema that applies to a value if all its guards are met; `deviates`: by a deviation."""

    pointer: str
    schema: Schema
    guards: Guards = NONE
    deviates: bool = False

    @property
    def keywords(self) -> Mapping[str, Any]:
        """Its keywords; a boolean schema has none."""
        return self.schema if isinstance(self.schema, dict) else {}


class Place:
    """All schemas that apply to the value at the end of some steps, at one level."""

    def __init__(
        self,
        schemas: Mapping[str, Schema],
        strict: bool,
        asked: Iterable[PlacedSchema],
        steps: Steps = (),
    ) -> None:
        self.schemas = schemas
        self.strict = strict
        self.steps = steps
        #: Steps in an opened document, where an embedded document is its own string.
        self.depth = sum(not isinstance(step, Entered) for step in steps)
        #: What is asked of the value; `applied` adds what these schemas refer to.
        self.asked = tuple({(one.pointer, one.guards): one for one in asked}.values())
        #: The conditions of schemas that apply here, by the pointer to the `if`.
        self.conditions: dict[str, Mapping[str, Any]] = {}
        self.applied = tuple(self._closure())

    def _closure(self) -> Iterator[PlacedSchema]:
        taken: dict[str, list[Guards]] = {}
        waiting, guarded = list(self.asked), list[PlacedSchema]()
        while waiting or guarded:
            one = waiting.pop(0) if waiting else guarded.pop(0)
            known = taken.setdefault(one.pointer, [])
            if not any(guards <= one.guards for guards in known):
                known.append(one.guards)
                yield one
                for below in self._in_place(one):
                    (waiting if below.guards == one.guards else guarded).append(below)

    def _in_place(self, one: PlacedSchema) -> Iterator[PlacedSchema]:
        """What a schema adds for the same value."""
        name = referenced(one.keywords)
        if name is not None:
            yield one._replace(pointer=DEFS + name, schema=self.schemas[name])
        if "if" in one.keywords:
            self.conditions[f"{one.pointer}/if"] = one.keywords["if"]
        for keyword, pointer, sub in subschemas(one.schema, one.pointer):
            below = one._replace(pointer=pointer, schema=sub)
            if keyword == "allOf":
                yield below
            elif keyword == "deviations" and self.strict and not pointer.endswith(f"/{UNLISTED}"):
                yield below._replace(deviates=True)
            elif keyword in ("then", "else"):
                where = f"{one.pointer}/if"
                guard = Guard(self.depth, where, keyword == "then", _task_type(one.keywords))
                yield below._replace(guards=one.guards | {guard})

    def forbidden(self, guards: Guards = NONE) -> bool:
        """Whether no value may stand here while some guards are met."""
        return any(one.schema is False and one.guards <= guards for one in self.applied)

    def kinds(self, guards: Guards = NONE) -> frozenset[str] | None:
        """The types that `type` keywords leave to the value while some guards are met."""
        kinds: frozenset[str] | None = None
        for one in self.applied:
            if one.guards <= guards and "type" in one.keywords:
                asked = _types(one.keywords["type"])
                kinds = asked if kinds is None else kinds & asked
        return kinds

    def may_be(self, kind: str) -> bool:
        """Whether unconditional `type` keywords leave a type to the value."""
        kinds = self.kinds()
        return kinds is None or kind in kinds

    @property
    def choices(self) -> tuple[Any, ...]:
        """The values that an `enum` lists here, or a deviation of the value."""
        for one in self.applied:
            for asked in (one.keywords, *one.keywords.get("deviations", {}).values()):
                if isinstance(asked, Mapping) and "enum" in asked:
                    return tuple(asked["enum"])
        return ()

    @property
    def most(self) -> int:
        """The narrowest `maximum`, or 100."""
        found = [one.keywords["maximum"] for one in self.applied if "maximum" in one.keywords]
        return min(found, default=100)

    @cached_property
    def members(self) -> dict[str, Place]:
        """The places of the members that schemas name."""
        found: dict[str, list[PlacedSchema]] = {}
        for keyword, below in self._below("object"):
            if keyword == "properties":
                found.setdefault(tokens(below.pointer)[-1], []).append(below)
        return {name: self._child(name, asked) for name, asked in found.items()}

    @cached_property
    def element(self) -> Place | None:
        """The place of each element, if a schema says something of elements."""
        asked = [below for keyword, below in self._below("array") if keyword == "items"]
        return self._child(ELEMENT, asked) if asked else None

    @cached_property
    def content(self) -> Place | None:
        """The place of the embedded document that the string holds."""
        asked = []
        for keyword, below in self._below("string"):
            name = referenced(below.keywords)
            if keyword == "contentSchema" and name is not None:
                asked.append(below._replace(pointer=DEFS + name, schema=self.schemas[name]))
        if not asked:
            return None
        return self._child(Entered(asked[0].pointer.removeprefix(DEFS)), asked)

    def child(self, step: Step) -> Place:
        """The place that a step leads to; raises `KeyError` where none does."""
        if isinstance(step, Entered):
            found = self.content
        else:
            found = self.element if step == ELEMENT else self.members[str(step)]
        if found is None:
            raise KeyError(step)
        return found

    @cached_property
    def tolerant(self) -> Place:
        """This place at the tolerant level, without what may not stand there at all."""
        asked = [
            one._replace(guards=NONE)
            for one in self.asked
            if one.schema is not False and not one.deviates
        ]
        return Place(self.schemas, False, asked, self.steps)

    def _below(self, kind: str) -> Iterator[tuple[str, PlacedSchema]]:
        """The schemas of what stands inside a value of this type.

        A condition that asks for nothing but a type is decided by that.
        """
        for one in self.applied:
            guards, decided = one.guards, True
            for guard in one.guards:
                condition = self.conditions.get(guard.pointer, {})
                if guard.depth == self.depth and condition.keys() == {"type"}:
                    guards -= {guard}
                    decided &= (kind in _types(condition["type"])) == guard.holds
            if decided:
                for keyword, pointer, sub in subschemas(one.schema, one.pointer):
                    yield keyword, PlacedSchema(pointer, sub, guards, one.deviates)

    def _child(self, step: Step, asked: list[PlacedSchema]) -> Place:
        return Place(self.schemas, self.strict, asked, (*self.steps, step))


def root_place(schemas: Mapping[str, Schema], name: str, strict: bool) -> Place:
    """The place of whole documents of a schema."""
    return Place(schemas, strict, [PlacedSchema(DEFS + name, schemas[name])])


def _task_type(schema: Mapping[str, Any]) -> str | None:
    for name, asked in schema["if"].get("properties", {}).items():
        if schema.get("properties", {}).get(name, {}).get("attribute") == "type":
            found: str | None = asked.get("const")
            return found
    return None


def _types(asked: str | list[str]) -> frozenset[str]:
    return frozenset([asked] if isinstance(asked, str) else asked)
