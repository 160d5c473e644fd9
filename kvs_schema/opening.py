"""Opens embedded documents (JSON inside strings) and closes them again.

Where they may stand comes from the `contentSchema` keywords of the sources, as *shapes*
(`compiler.program`); nothing else in a document is touched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .exact import orjson
from .limits import Limits
from .text import Fault, TextError, holds_json, read_exactly

Path = tuple[str | int, ...]


class Step(NamedTuple):
    """A member to look at: the embedded document it holds, or the steps below it."""

    name: str
    content: Content | None
    below: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """An embedded document: its schema, the kind that its text must hold, the steps inside."""

    schema: str
    kind: type
    below: tuple[Step, ...]


def plan(shapes: Mapping[str, Any], forms: Mapping[str, Any], *names: str) -> tuple[Step, ...]:
    """The steps that lead to every embedded document of the named schemas."""
    found: dict[str, Step] = {}
    for name in names:
        for step in _steps(shapes, forms, shapes[name]):
            known = found.get(step.name)
            found[step.name] = (
                Step(step.name, step.content, known.below + step.below) if known else step
            )
    return tuple(found.values())


def _steps(
    shapes: Mapping[str, Any], forms: Mapping[str, Any], node: Mapping[str, Any]
) -> tuple[Step, ...]:
    steps = []
    for name, child in node.get("properties", {}).items():
        content = None
        if "content" in child:
            schema = child["content"]
            kind = list if forms[schema]["type"] == "array" else dict
            content = Content(schema, kind, _steps(shapes, forms, shapes[schema]))
        below = _steps(shapes, forms, child)
        if content or below:
            steps.append(Step(name, content, below))
    return tuple(steps)


def open_document(
    value: Any,
    steps: tuple[Step, ...],
    limits: Limits,
    faults: list[Fault],
    path: Path = (),
) -> None:
    """Open every embedded document in place; what cannot be opened stays, and is a fault.

    Once there are more faults than a report may list, the rest of the document stays closed.
    """
    if type(value) is list:
        for index, element in enumerate(value):
            if type(element) is dict:
                open_document(element, steps, limits, faults, (*path, index))
    elif type(value) is dict:
        for name, content, below in steps:
            child = value.get(name)
            if child is None or len(faults) > limits.findings:
                continue
            if content is None:
                open_document(child, below, limits, faults, (*path, name))
            elif type(child) is str:
                if child:
                    value[name] = _opened(child, content, limits, faults, (*path, name))
            elif type(child) in (dict, list):
                faults.append(Fault((*path, name), "type", "native", content.schema, child))


def _opened(child: str, content: Content, limits: Limits, faults: list[Fault], path: Path) -> Any:
    """What stands in the place of a string that holds JSON: its value, or the string itself."""
    path = (*path, Entered(content.schema))
    try:
        value, inside = read_exactly(child, limits.embedded, limits.depth, body=False)
    except TextError as error:
        faults.append(error.fault._replace(path=path))
        return child
    faults += [fault._replace(path=(*path, *fault.path)) for fault in inside]
    if type(value) is content.kind:
        open_document(value, content.below, limits, faults, path)
        return value
    why = "content_twice" if holds_json(value) else "content_kind"
    faults.append(Fault(path, "type", why, content.kind, value))
    return value if type(value) in (dict, list) else child


class Entered(str):
    """Marks, in the path of a fault, that an embedded document was entered; holds its schema."""

    __slots__ = ()


def close_document(value: Any, steps: tuple[Step, ...]) -> Any:
    """A copy in which every embedded object or array is the text of itself again."""
    if isinstance(value, list):
        return [close_document(item, steps) for item in value]
    if not isinstance(value, dict):
        return value
    closed = dict(value)
    for name, content, below in steps:
        if name not in closed:
            continue
        child = closed[name]
        if content is None:
            closed[name] = close_document(child, below)
        elif isinstance(child, dict | list):
            inner = close_document(child, content.below) if content.below else child
            closed[name] = write(inner)
    return closed


def write(value: Any) -> str:
    """The compact JSON text of a value."""
    try:
        if orjson:
            return str(orjson.dumps(value), "utf-8")
    except TypeError:  # an integer above 64 bits, or a depth that orjson does not write
        pass
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
