"""Rules about the keys of objects: what they require and count is among their properties."""

from __future__ import annotations

from collections.abc import Iterator

from ...derived import VARIANTS
from ...yaml_sources import Problem
from ..source_index import SchemaNode, SourceIndex
from ..words import did_you_mean
from .values import types_of


def names_not_listed(sources: SourceIndex) -> Iterator[Problem]:
    """Check that beside `additionalProperties`, `properties` lists all keys of the object.

    Names of the first level that a deviation refuses may be those of another casing.
    """
    casings = sources.file(VARIANTS).value["names"].values()
    of_casings = {name for names in casings for name in names.values()}
    closing = [node for node in sources.nodes if "additionalProperties" in node.schema]
    for node in closing:
        if "properties" not in node.schema and not node.stands_in("deviations"):
            message = "'additionalProperties' without 'properties': list the names of the object"
            yield node.problem("names-not-listed", message, "additionalProperties")
    for node in sources.nodes:
        if node.keyword != "properties" or node.parent is None:
            continue
        if node.false and node.stands_in("deviations") and node.name in of_casings:
            continue
        for peer in sources.peers(node.parent):
            known = peer.schema.get("properties")
            if peer in closing and known is not None and node.name not in known:
                hint = did_you_mean(node.name, known)
                message = f"{peer.named.name!r} does not list {node.name!r}{hint}"
                yield node.problem("names-not-listed", message)


def unknown_required_names(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a key that is required is a property of the object."""
    for node in sources.nodes:
        required = node.schema.get("required", ())
        if not required:
            continue
        known = sources.about(node).members
        for index, name in enumerate(required):
            if name not in known:
                message = f"{name!r} is required, but not a property{did_you_mean(name, known)}"
                yield node.problem("unknown-required-name", message, "required", index)


def counted_arrays(sources: SourceIndex) -> Iterator[Problem]:
    """Check that `counts` names an array of the same object or of one that contains it."""
    for node in sources.nodes:
        counted = node.schema.get("counts")
        if counted is None or node.parent is None:
            continue
        about = _around(sources, node.parent)
        known = {child.name: child for holder in about for child in holder.below("properties")}
        if counted not in known:
            message = f"{counted!r} is not a property of this object or of one around it"
            message += did_you_mean(counted, known)
            yield node.problem("counts-nothing", message, "counts")
        elif "array" not in (types_of(sources.held(known[counted])) or ()):
            yield node.problem("counts-nothing", f"{counted!r} is not an array", "counts")


def _around(sources: SourceIndex, node: SchemaNode) -> Iterator[SchemaNode]:
    """Yield the schemas of an object, and of all that may contain it."""
    seen: set[SchemaNode] = set()
    waiting = [node.root]
    while waiting:
        top = waiting.pop()
        if top in seen:
            continue
        seen.add(top)
        yield from sources.peers(top)
        if top.parent is not None:
            waiting.append(top.parent.root)
        else:
            waiting += (other.root for other in sources.nodes if other.reference == top.name)
