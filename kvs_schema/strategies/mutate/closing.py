"""Opened documents as they are sent and back, led by the places that hold embedded documents."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

from ...reading.embedded import write
from ...validation.validator import validator
from .places import Place


class Raw:
    """A value that is sent as it is, where an embedded document would be closed."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def closed(value: Any, place: Place | None, text_of: Callable[[Any], str] = write) -> Any:
    """A copy of an opened value as it is sent, `text_of` writing its embedded documents."""
    if isinstance(value, Raw):
        return copy.deepcopy(value.value)
    if place is None:
        return copy.deepcopy(value)
    if isinstance(value, dict | list) and place.content is not None:
        return text_of(closed(value, place.content, text_of))
    if isinstance(value, dict):
        members = place.members
        return {name: closed(value[name], members.get(name), text_of) for name in value}
    if isinstance(value, list):
        return [closed(element, place.element, text_of) for element in value]
    return value


def opened(value: Any, place: Place | None) -> Any:
    """A valid value as sent with its embedded documents opened."""
    if place is None:
        return value
    if isinstance(value, str) and value and place.content is not None:
        return opened(json.loads(value), place.content)
    if isinstance(value, dict):
        members = place.members
        return {name: opened(member, members.get(name)) for name, member in value.items()}
    if isinstance(value, list):
        return [opened(element, place.element) for element in value]
    return value


def holds(pointer: str, place: Place, value: Any) -> bool:
    """Whether an opened value holds to the schema at a pointer into the sources."""
    return validator().engine.holds((pointer,), place.strict, value)
