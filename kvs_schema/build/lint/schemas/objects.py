"""Objects list their names, and require names that they list."""

from __future__ import annotations

from collections.abc import Iterator

from ...yaml_sources import Problem
from ..subject import SchemaNode, SourceIndex
from ..words import nearest
from .instances import Instances, root
from .values import types_of


def names_not_listed(subject: SourceIndex) -> Iterator[Problem]:
    """Where `additionalProperties` stands, `properties` lists all names of the object."""
    instances = Instances(subject)
    closing = [node for node in subject.nodes if "additionalProperties" in node.schema]
    for node in closing:
        if "properties" not in node.schema and not node.stands_in("deviations"):
            message = "'additionalProperties' without 'properties': list the names of the object"
            yield node.problem("names-not-listed", message, "additionalProperties")
    for node in subject.nodes:
        if node.keyword != "properties" or node.parent is None:
            continue
        for peer in instances.peers(node.parent):
            known = peer.schema.get("properties")
            if peer in closing and known is not None and node.name not in known:
                hint = nearest(node.name, known)
                message = f"{peer.named.name!r} does not list {node.name!r}{hint}"
                yield node.problem("names-not-listed", message)


def unknown_required_names(subject: SourceIndex) -> Iterator[Problem]:
    """A name that is required is a property of the object."""
    instances = Instances(subject)
    for node in subject.nodes:
        required = node.schema.get("required", ())
        if not required:
            continue
        peers = [peer for peer in instances.peers(node) if not peer.stands_in("if", "not")]
        known = {name for peer in peers for name in peer.schema.get("properties", ())}
        for index, name in enumerate(required):
            if name not in known:
                message = f"{name!r} is required and no property{nearest(name, known)}"
                yield node.problem("unknown-required-name", message, "required", index)


def counted_arrays(subject: SourceIndex) -> Iterator[Problem]:
    """`counts` names an array of the same object or of one that holds it."""
    instances = Instances(subject)
    for node in subject.nodes:
        counted = node.schema.get("counts")
        if counted is None or node.parent is None:
            continue
        about = _around(subject, instances, node.parent)
        known = {child.name: child for holder in about for child in holder.below("properties")}
        if counted not in known:
            message = f"{counted!r} is no property of this object or of one around it"
            message += nearest(counted, known)
            yield node.problem("counts-nothing", message, "counts")
        elif "array" not in (types_of(instances.held(known[counted])) or ()):
            yield node.problem("counts-nothing", f"{counted!r} is no array", "counts")


def _around(subject: SourceIndex, instances: Instances, node: SchemaNode) -> Iterator[SchemaNode]:
    """The schemas of an object, and of all that may hold it."""
    seen: set[SchemaNode] = set()
    waiting = [root(node)]
    while waiting:
        top = waiting.pop()
        if top in seen:
            continue
        seen.add(top)
        yield from instances.peers(top)
        if top.parent is not None:
            waiting.append(root(top.parent))
        else:
            waiting += (root(other) for other in subject.nodes if other.reference == top.name)
