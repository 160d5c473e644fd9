"""The sources as the rules read them.

Goes in: all source files, and those that are broken. Comes out: each schema with its file, line and
holder, the graph of values with its schemas led back to these, and the compiled schemas.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ...spec.graph import Applied, Graph, GraphNode
from ...spec.pointers import escape, pointer, tokens
from ...spec.vocabulary import DEFS, IN_PLACE, SCHEMA_FOLDERS, reachable, referenced, subschemas
from .. import assemble
from ..derived import VARIANTS, derived_names
from ..engine_schemas import Forms
from ..yaml_sources import Problem, SourceFile, Sources
from .words import unknown


@dataclass(frozen=True, slots=True, eq=False)
class SchemaNode:
    """A schema where it stands.

    `keyword` contains it (None for a schema with a name of its own), `name` is the name of that
    schema, of the property or of the erratum. `false` marks the schema `false`, whose
    `schema` is then empty.
    """

    file: SourceFile
    pointer: str
    schema: dict[str, Any]
    false: bool
    keyword: str | None
    name: str
    parent: SchemaNode | None
    children: list[SchemaNode] = field(default_factory=list)

    def problem(self, code: str, message: str, *tokens: str | int) -> Problem:
        """Return a problem with this schema, at the line of a keyword (and what is below it)."""
        found = self.file.problem(self.pointer + pointer(tokens), code, message)
        return replace(found, derived=self.named.pointer in self.file.origins)

    def place(self, *tokens: str | int) -> str:
        """Return file and line of this schema or of a part of it."""
        return ":".join(map(str, self.file.place(self.pointer + pointer(tokens))))

    def below(self, keyword: str) -> Iterator[SchemaNode]:
        """Return the subschemas that a keyword contains."""
        return (child for child in self.children if child.keyword == keyword)

    def upwards(self) -> Iterator[SchemaNode]:
        """Yield this schema, the one that contains it, and so on up to a schema with a name."""
        node: SchemaNode | None = self
        while node is not None:
            yield node
            node = node.parent

    def stands_in(self, *keywords: str) -> SchemaNode | None:
        """Return the nearest schema from here upwards that is under one of the keywords."""
        return next((node for node in self.upwards() if node.keyword in keywords), None)

    @property
    def named(self) -> SchemaNode:
        """The schema with a name that this is part of."""
        *_, top = self.upwards()
        return top

    @property
    def root(self) -> SchemaNode:
        """The outermost schema that is about the same value and contains this one."""
        return next(n for n in self.upwards() if n.keyword not in IN_PLACE or n.parent is None)

    @property
    def conditional(self) -> bool:
        """Whether the schema applies only on a condition, or says when one is met."""
        return self.stands_in("if", "then", "else", "not", "deviations") is not None

    @property
    def reference(self) -> str | None:
        """Name of the schema that `$ref` names."""
        return referenced(self.schema)


class SourceIndex:
    """The sources as the rules see them; `broken` names the files that have the wrong structure.

    Schemas come from sound files only, and the names of those in broken files are known too, so
    that one fault is not reported at each place that it touches.
    """

    def __init__(self, all_files: Sources, broken: Collection[str] = ()) -> None:
        self.all = all_files
        self.broken = frozenset(broken)
        self.definitions: list[SchemaNode] = []
        self._names: set[str] = set()
        if VARIANTS in all_files.files and VARIANTS not in self.broken:
            self._names |= derived_names(all_files.files[VARIANTS])
        for file in all_files.below(*SCHEMA_FOLDERS):
            if file.path == VARIANTS or not isinstance(file.value, Mapping):
                continue
            self._names.update(map(str, file.value))
            if file.path not in self.broken:
                self.definitions += (
                    _node(file, f"/{escape(name)}", schema, None, str(name), None)
                    for name, schema in file.value.items()
                )
        self.named: dict[str, SchemaNode] = {}
        for node in self.definitions:
            self.named.setdefault(node.name, node)

    def is_sound(self, *places: str) -> bool:
        """Return whether files (or all files of folders) are there and have the right structure."""
        return not any(
            path == place or path.startswith(f"{place}/")
            for path in self.broken
            for place in places
        )

    def file(self, path: str) -> SourceFile:
        """Return a file that is known to be there."""
        return self.all.files[path]

    def files(self, folder: str) -> Iterator[SourceFile]:
        """Return the sound files of a folder."""
        return (f for f in self.all.below(folder) if f.path not in self.broken)

    def lacks(self, name: str) -> bool:
        """Return whether no schema has a name; False while a file that may add some is broken."""
        return name not in self._names and self._all_names_are_known

    def unknown(self, name: str) -> str:
        """Return the words for a name that no schema has."""
        return unknown("schema", name, self._names)

    @cached_property
    def _all_names_are_known(self) -> bool:
        paths = [path for path in self.broken if path.partition("/")[0] in SCHEMA_FOLDERS]
        read = [self.all.files[path] for path in paths if path in self.all.files]
        is_read = len(read) == len(paths) and all(isinstance(f.value, Mapping) for f in read)
        return is_read and VARIANTS not in self.broken

    @cached_property
    def nodes(self) -> tuple[SchemaNode, ...]:
        """All schemas, each before those that it holds."""
        return tuple(node for top in self.definitions for node in _walk(top))

    # Which schemas apply to a value; the sources must be linked.

    @cached_property
    def graph(self) -> Graph:
        """The graph of the schemas."""
        return Graph({node.name: not node.false and node.schema for node in self.definitions})

    @cached_property
    def _whole_graph(self) -> Graph:
        return Graph(self.graph.schemas, everything=True)

    @cached_property
    def _by_pointer(self) -> Mapping[str, SchemaNode]:
        return {f"{DEFS}{node.pointer[1:]}": node for node in self.nodes}

    def about(self, node: SchemaNode, graph: Graph | None = None) -> GraphNode:
        """Return the value that a schema is about, at its place in objects and arrays."""
        graph, top = graph or self.graph, node.root
        if top.parent is None or top.keyword not in ("properties", "items"):
            return graph.at(f"{DEFS}{top.pointer[1:]}")
        holder = self.about(top.parent, graph)
        found = holder.members.get(top.name) if top.keyword == "properties" else holder.element
        return found or graph.interned((), strict=True)

    def always(self, value: GraphNode) -> tuple[SchemaNode, ...]:
        """Return the schemas that apply to a value at both levels and without a condition."""
        return self.schemas(one for one in value.applied if one.always)

    def schemas(self, applied: Iterable[Applied]) -> tuple[SchemaNode, ...]:
        """Return the schemas at their places in the files."""
        return tuple(self._by_pointer[one.pointer] for one in applied)

    def held(self, node: SchemaNode) -> tuple[SchemaNode, ...]:
        """Return the schemas that always apply to the value that a schema is about."""
        return self.always(self.about(node))

    def peers(self, node: SchemaNode) -> tuple[SchemaNode, ...]:
        """Return all schemas about the value that a schema is about, on whatever condition."""
        return self.always(self.about(node, self._whole_graph))

    def own(self, node: SchemaNode) -> tuple[SchemaNode, ...]:
        """Return a schema, and those that apply wherever it does."""
        return self.always(self.graph.at(f"{DEFS}{node.pointer[1:]}"))

    def asked(self, node: SchemaNode) -> tuple[SchemaNode, ...]:
        """Return the schemas that apply where a schema does: `held`, and `own`."""
        return tuple(dict.fromkeys((*self.held(node), *self.own(node))))

    @cached_property
    def is_linked(self) -> bool:
        """Whether a name means one schema, a reference leads to one, and none leads in a circle."""
        return (
            self.is_sound(*SCHEMA_FOLDERS)
            and len(self.named) == len(self.definitions)
            and all(is_resolved(self, node) for node in self.nodes)
            and next(circles(self), None) is None
        )

    @cached_property
    def tolerant_forms(self) -> Mapping[str, Any]:
        """The compiled forms of the tolerant level; all files must be sound and linked."""
        return Forms(self._specification, strict=False).all()

    @cached_property
    def strict_empty(self) -> frozenset[str]:
        """Names of the variants that no body can hold to at the strict level."""
        return frozenset(self._specification["strict_empty"])

    @cached_property
    def _specification(self) -> dict[str, Any]:
        return assemble.specification(self.all)

    def reached(self, names: Iterable[str]) -> list[str]:
        """Return the names of these schemas and of those that they refer to, directly or not."""
        roots = [{"$ref": DEFS + name} for name in names if name in self.named]
        return reachable(self.graph.schemas, roots)


def _node(
    file: SourceFile,
    pointer: str,
    schema: Any,
    keyword: str | None,
    name: str,
    parent: SchemaNode | None,
) -> SchemaNode:
    false = schema is False
    node = SchemaNode(file, pointer, {} if false else schema, false, keyword, name, parent)
    for held_by, where, below in subschemas(node.schema, pointer):
        name = tokens(where)[-1] if held_by in ("properties", "deviations") else ""
        node.children.append(_node(file, where, below, held_by, name, node))
    return node


def _walk(node: SchemaNode) -> Iterator[SchemaNode]:
    yield node
    for child in node.children:
        yield from _walk(child)


def is_resolved(sources: SourceIndex, node: SchemaNode) -> bool:
    """Return whether the `$ref` of a schema, if it has one, leads to a schema."""
    reference = str(node.schema.get("$ref", ""))
    if not reference:
        return True
    return reference.startswith(DEFS) and not sources.lacks(reference.removeprefix(DEFS))


def circles(sources: SourceIndex) -> Iterator[SchemaNode]:
    """Yield the schemas whose `$ref` leads back to the named schema that they are part of."""
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> Iterator[SchemaNode]:
        if name in done or name not in sources.named:
            return
        done.add(name)
        for node in _walk(sources.named[name]):
            if node.reference in (*above, name):
                yield node
            elif node.reference is not None:
                yield from visit(node.reference, (*above, name))

    for name in sources.named:
        yield from visit(name, ())
