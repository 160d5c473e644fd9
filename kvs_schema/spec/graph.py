"""The graph of values: which schemas apply to a value, and to what is inside it.

Goes in: the schemas of the specification by name. Comes out: for each value of a document a node
that knows every schema that applies to it, on which conditions and by which erratum, and leads to
the nodes of its members, its elements and the document embedded in it. Strategies, near misses,
lint, coverage, documentation, exports and layouts ask it instead of walking the schemas themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from .locations import Entered
from .pointers import escape, follow, tokens
from .vocabulary import DEFS, IN_PLACE, UNLISTED, Schema, common, referenced, subschemas, types_in

#: A step to the elements of an array, whatever their index.
ELEMENT = -1

#: A member by its key, an element, or (`Entered`) the way into an embedded document.
Step: TypeAlias = str | int


class Condition(NamedTuple):
    """Whether a value is valid by an `if`.

    The value is `up` levels above the one that a schema applies to: 0 is that value itself, 1 the
    object or the array that contains it. An embedded document is on the level of its string.
    """

    up: int
    pointer: str
    holds: bool
    schema: Any

    def __hash__(self) -> int:
        return hash(self[:3])

    @property
    def by_type(self) -> bool:
        """Whether the type of the value alone decides."""
        return isinstance(self.schema, Mapping) and self.schema.keys() == {"type"}


Conditions: TypeAlias = frozenset[Condition]
ALWAYS: Conditions = frozenset()


class Applied(NamedTuple):
    """A schema that applies to a value where all its conditions are met.

    `erratum` names the deviation by which it applies, `through` the schemas whose `$ref` led to
    it, nearest last. `null` is the erratum of a null that counts as absent, for a member that may
    be absent.
    """

    pointer: str
    schema: Any
    conditions: Conditions = ALWAYS
    erratum: str | None = None
    through: tuple[str, ...] = ()
    null: str | None = None

    @property
    def keywords(self) -> Mapping[str, Any]:
        """The keywords of the schema; a boolean schema has none."""
        return self.schema if isinstance(self.schema, dict) else {}

    @property
    def always(self) -> bool:
        """Whether the schema applies at both levels and without a condition."""
        return self.erratum is None and not self.conditions

    def implies(self, other: Applied) -> bool:
        """Return whether the same schema applies by this wherever it applies by the other."""
        return self.conditions <= other.conditions and self.erratum in (None, other.erratum)


class GraphNode:
    """All schemas that apply to one value.

    `asked` are the schemas that the holder of the value names for it; `applied` adds those that
    they refer to: nearest first, those with fewer conditions before those with more.
    """

    def __init__(self, graph: Graph, asked: tuple[Applied, ...], strict: bool) -> None:
        self.graph = graph
        self.asked = asked
        #: Whether deviations apply too.
        self.strict = strict

    @cached_property
    def applied(self) -> tuple[Applied, ...]:
        """All schemas that apply, those behind references included."""
        return tuple(self._closure())

    @property
    def own(self) -> tuple[Applied, ...]:
        """The schemas that apply without following a `$ref`."""
        return tuple(one for one in self.applied if not one.through)

    def _closure(self) -> Iterator[Applied]:
        taken: dict[str, list[Applied]] = {}
        waiting = list(self.asked)
        conditional: list[Applied] = []
        while waiting or conditional:
            one = waiting.pop(0) if waiting else conditional.pop(0)
            known = taken.setdefault(one.pointer, [])
            if any(other.implies(one) for other in known):
                continue
            known.append(one)
            yield one
            for below in self._in_place(one):
                same = below.conditions == one.conditions
                (waiting if same else conditional).append(below)

    def _in_place(self, one: Applied) -> Iterator[Applied]:
        """Yield the schemas that a schema adds for the same value."""
        name = referenced(one.keywords)
        if name is not None and name in self.graph.schemas:
            yield one._replace(
                pointer=DEFS + escape(name),
                schema=self.graph.schemas[name],
                through=(*one.through, name),
            )
        for keyword, pointer, sub in subschemas(one.schema, one.pointer):
            below = one._replace(pointer=pointer, schema=sub)
            if keyword == "allOf" or (self.graph.everything and keyword in IN_PLACE):
                yield below
            elif keyword in ("then", "else") and "if" in one.keywords:
                where = f"{one.pointer}/if"
                condition = Condition(0, where, keyword == "then", one.keywords["if"])
                yield below._replace(conditions=one.conditions | {condition})
            elif keyword == "deviations" and self.strict:
                erratum = tokens(pointer)[-1]
                if erratum != UNLISTED:
                    yield below._replace(erratum=one.erratum or erratum)

    def below(self, one: Applied) -> Iterator[Applied]:
        """Yield a schema, then depth first what it adds for the same value, deviations last."""
        yield one

        def rank(added: Applied) -> tuple[bool, bool]:
            return added.erratum != one.erratum, added.conditions != one.conditions

        for added in sorted(self._in_place(one), key=rank):
            yield from self.below(added)

    # What is inside the value.

    @cached_property
    def members(self) -> Mapping[str, GraphNode]:
        """The nodes of the members that schemas name, by key."""
        found: dict[str, list[Applied]] = {}
        for one in self.of_type("object"):
            null, required = one.keywords.get("nullAbsent"), one.keywords.get("required", ())
            for name, sub in one.keywords.get("properties", {}).items():
                pointer = f"{one.pointer}/properties/{escape(name)}"
                absent = None if name in required else null
                found.setdefault(name, []).append(_inside(one, pointer, sub, absent))
        return {name: self.graph.interned(asked, self.strict) for name, asked in found.items()}

    @cached_property
    def attributes(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of the members by attribute: the name in the views, or else the key itself."""
        found: dict[str, tuple[str, ...]] = {}
        for key, member in self.members.items():
            attribute = member.annotation("attribute") or key
            found[attribute] = (*found.get(attribute, ()), key)
        return found

    @cached_property
    def element(self) -> GraphNode | None:
        """The node of each element of an array; None where no schema applies to elements."""
        asked = [
            _inside(one, f"{one.pointer}/items", one.keywords["items"])
            for one in self.of_type("array")
            if "items" in one.keywords
        ]
        return self.graph.interned(asked, self.strict) if asked else None

    @cached_property
    def content(self) -> GraphNode | None:
        """The node of the document embedded in a string; None where none is."""
        name = self.content_name
        if name is None:
            return None
        asked = [
            Applied(DEFS + escape(name), self.graph.schemas[name], one.conditions, one.erratum)
            for one in self.of_type("string")
            if "contentSchema" in one.keywords
        ]
        return self.graph.interned(asked, self.strict)

    @cached_property
    def content_name(self) -> str | None:
        """The name of the schema of the embedded document; None where none is."""
        contents = (one.keywords.get("contentSchema") for one in self.of_type("string"))
        return next((referenced(schema) for schema in contents if schema is not None), None)

    def child(self, step: Step) -> GraphNode:
        """Return the node that a step leads to; raises `KeyError` where none does."""
        if isinstance(step, Entered):
            found = self.content
        else:
            found = self.element if step == ELEMENT else self.members.get(str(step))
        if found is None:
            raise KeyError(step)
        return found

    @property
    def children(self) -> Iterator[tuple[Step, GraphNode]]:
        """The members, the elements and the embedded document, each with the step to it."""
        yield from self.members.items()
        if self.element is not None:
            yield ELEMENT, self.element
        if self.content is not None:
            yield Entered(self.content_name), self.content

    def reached(self, path: Sequence[str]) -> Iterator[GraphNode]:
        """Yield the nodes to which attributes lead, through elements and embedded documents."""
        if not path:
            yield self
            return
        for key in self.attributes.get(path[0], ()):
            yield from self.members[key].reached(path[1:])
        for inside in (self.element, self.content):
            if inside is not None:
                yield from inside.reached(path)

    def of_type(self, kind: str) -> Iterator[Applied]:
        """Yield the schemas that apply to a value of a type; conditions on its type are decided."""
        for one in self.applied:
            by_type = [each for each in one.conditions if each.up == 0 and each.by_type]
            if all((kind in (types_in(each.schema) or ())) == each.holds for each in by_type):
                yield one._replace(conditions=one.conditions.difference(by_type))

    # Questions about the value.

    def under(self, conditions: Collection[Condition]) -> Iterator[Applied]:
        """Return the schemas that apply while these conditions are met."""
        return (one for one in self.applied if one.conditions.issubset(conditions))

    @cached_property
    def conditions(self) -> Mapping[str, Mapping[str, Any]]:
        """The `if` schemas that are about the value itself, by their pointer."""
        return {
            f"{one.pointer}/if": one.keywords["if"] for one in self.applied if "if" in one.keywords
        }

    @cached_property
    def tolerant(self) -> GraphNode:
        """The same value at the tolerant level."""
        asked = [one for one in self.asked if one.erratum is None]
        return self.graph.interned(asked, strict=False)

    def kinds(self, conditions: Collection[Condition] = ALWAYS) -> frozenset[str] | None:
        """Return the types that are left while conditions are met; None where none is excluded."""
        return common(types_in(one.keywords) for one in self.under(conditions))

    def may_be(self, kind: str) -> bool:
        """Return whether the schemas that always apply allow a type."""
        kinds = self.kinds()
        return kinds is None or kind in kinds

    def forbidden(self, conditions: Collection[Condition] = ALWAYS) -> bool:
        """Return whether no value may be here while some conditions are met."""
        return any(one.schema is False for one in self.under(conditions))

    def requiring(self, name: str) -> tuple[Applied, ...]:
        """Return the schemas that require a member."""
        return tuple(one for one in self.applied if name in one.keywords.get("required", ()))

    def annotation(self, keyword: str) -> Any:
        """Return the value of a keyword in the nearest schema that has it and always applies."""
        found = (one for one in self.applied if one.always and keyword in one.keywords)
        return next((one.keywords[keyword] for one in found), None)


class Graph:
    """The nodes of one specification; equal sets of schemas share a node.

    With `everything`, all schemas that are about a value apply to it, those under `if` and `not`
    too, and none on a condition.
    """

    def __init__(self, schemas: Mapping[str, Schema], *, everything: bool = False) -> None:
        self.schemas = schemas
        self.everything = everything
        self._nodes: dict[Any, GraphNode] = {}

    def root(self, name: str, *, strict: bool = True) -> GraphNode:
        """Return the node of whole documents of a schema; without `strict` no deviation applies."""
        return self.interned([Applied(DEFS + escape(name), self.schemas[name])], strict)

    def at(self, pointer: str, *, strict: bool = True) -> GraphNode:
        """Return the node of values to which the schema at a pointer applies, and no other."""
        schema = follow(self.schemas, tokens(f"/{pointer.removeprefix(DEFS)}"))
        return self.interned([Applied(pointer, schema)], strict)

    def interned(self, asked: Iterable[Applied], strict: bool) -> GraphNode:
        """Return the one node of these schemas."""
        distinct = {(one.pointer, one.conditions, one.erratum, one.null): one for one in asked}
        key = frozenset(distinct), strict
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = GraphNode(self, tuple(distinct.values()), strict)
        return found

    def chain(self, name: str) -> Iterator[str]:
        """Yield the names of a schema and of those that it narrows by `$ref`, nearest first."""
        found: str | None = name
        while found is not None:
            yield found
            schema = self.schemas[found]
            found = referenced(schema) if isinstance(schema, dict) else None

    def narrowing(self, name: str) -> tuple[str, ...]:
        """Return the names of the schemas that narrow a schema."""
        return tuple(other for other in self.schemas if other != name and name in self.chain(other))


def _inside(one: Applied, pointer: str, schema: Any, null: str | None = None) -> Applied:
    """Return a schema for a member or an element, on the conditions of the schema around it."""
    conditions = frozenset(each._replace(up=each.up + 1) for each in one.conditions)
    return Applied(pointer, schema, conditions, one.erratum, (), null)
