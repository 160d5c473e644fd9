"""Close and open embedded documents, by the nodes of the graph."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from ...reading.embedded import write
from ...spec.graph import GraphNode
from ...validation.validator import validator


class Raw:
    """A value that is sent unchanged in place of an embedded document."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def closed(value: Any, node: GraphNode | None, text_of: Callable[[Any], str] = write) -> Any:
    """Return a copy of an opened value as sent; `text_of` writes its embedded documents."""
    if isinstance(value, Raw):
        return copy.deepcopy(value.value)
    if node is None:
        return copy.deepcopy(value)
    if isinstance(value, dict | list) and node.content is not None:
        return text_of(closed(value, node.content, text_of))
    if isinstance(value, dict):
        members = node.members
        return {name: closed(value[name], members.get(name), text_of) for name in value}
    if isinstance(value, list):
        return [closed(element, node.element, text_of) for element in value]
    return value


def opened(value: Any, node: GraphNode | None) -> Any:
    """Return a valid value, given as sent, with its embedded documents opened.

    Texts of nothing, such as that of an empty object, are valid where they stand for no document.
    """
    if node is None:
        return value
    if isinstance(value, str) and value and node.content is not None:
        document = json.loads(value)
        is_there = document or isinstance(document, list)
        return opened(document, node.content) if is_there else value
    if isinstance(value, dict):
        members = node.members
        return {name: opened(member, members.get(name)) for name, member in value.items()}
    if isinstance(value, list):
        return [opened(element, node.element) for element in value]
    return value


def holds(pointer: str, strict: bool, value: Any) -> bool:
    """Return whether an opened value is valid by the schema at a pointer into the sources."""
    return validator().engine.holds((pointer,), strict, value)
