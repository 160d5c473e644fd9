"""Opens embedded documents (JSON inside strings) and closes them again.

Where they may be comes from the `contentSchema` keywords of the sources, as *layouts*
(`build.assemble.program`); nothing else in a document is touched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from ..spec.locations import Entered, Path, location_of, pointer_of, without_marks
from .faults import Fault, TextError
from .json_text import Reader, holds_json, read_exactly
from .limits import Limits

#: What stands for an absent document.
Texts: TypeAlias = frozenset[str]
_NONE: Texts = frozenset()


class Absent(NamedTuple):
    """The key of an object's status, and by status the texts that stand for absent documents."""

    name: str
    texts: Mapping[int, Texts]

    def within(self, holder: Mapping[str, Any]) -> Texts:
        """Return the texts that count as absent below an object."""
        status: Any = holder.get(self.name)
        return self.texts.get(status, _NONE) if type(status) in (int, float) else _NONE


class Step(NamedTuple):
    """A member that is an embedded document, or contains some: its key and the steps below it.

    `absent` is that of the object that has the member; None if it has no status of its own.
    """

    name: str
    content: Content | None
    below: tuple[Step, ...]
    absent: Absent | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """An embedded document: its schema, the kind that its text must hold, the steps inside.

    `absent` are texts that stand for none, whatever is around it.
    """

    schema: str
    kind: type
    below: tuple[Step, ...]
    absent: Texts = _NONE


def plan(layouts: Mapping[str, Any], forms: Mapping[str, Any], *names: str) -> tuple[Step, ...]:
    """Return the steps that lead to every embedded document of the named schemas."""
    found: dict[str, Step] = {}
    for name in names:
        for step in _steps(layouts, forms, layouts[name]):
            known = found.get(step.name)
            found[step.name] = step._replace(below=known.below + step.below) if known else step
    return tuple(found.values())


def content_of(
    layouts: Mapping[str, Any], forms: Mapping[str, Any], node: Mapping[str, Any]
) -> Content | None:
    """Return the embedded document at a layout; None where there is none."""
    schema = node.get("content")
    if schema is None:
        return None
    kind = list if forms[schema]["type"] == "array" else dict
    absent = Texts(node.get("refused_texts", ()))
    return Content(schema, kind, _steps(layouts, forms, layouts[schema]), absent)


def _steps(
    layouts: Mapping[str, Any], forms: Mapping[str, Any], node: Mapping[str, Any]
) -> tuple[Step, ...]:
    steps = []
    absent = None
    if "absent" in node:
        key, by_status = node["absent"]
        absent = Absent(key, {int(status): Texts(texts) for status, texts in by_status.items()})
    for name, child in node.get("properties", {}).items():
        content = content_of(layouts, forms, child)
        below = _steps(layouts, forms, child)
        if content or below:
            steps.append(Step(name, content, below, absent))
    return tuple(steps)


class Opener:
    """Opens embedded documents and collects what is wrong with them.

    What cannot be opened stays, and is a fault. Once there are more faults than a report may list,
    the texts that are left stay closed. With `losses_only`, faults by which nothing is lost are
    passed over. `read` parses each text.
    """

    __slots__ = ("faults", "limits", "losses_only", "read")

    def __init__(
        self,
        limits: Limits,
        faults: list[Fault],
        *,
        losses_only: bool = False,
        read: Reader = read_exactly,
    ) -> None:
        self.limits, self.faults, self.losses_only = limits, faults, losses_only
        self.read = read

    def whole(self, value: Any, steps: tuple[Step, ...], content: Content | None = None) -> Any:
        """Return the document with everything opened."""
        if content is not None:
            return self.opened(value, content)
        self.open_all(value, steps)
        return value

    def open_all(
        self, value: Any, steps: tuple[Step, ...], path: Path = (), absent: Texts = _NONE
    ) -> None:
        """Open in place every embedded document of a value; `absent` texts stay closed."""
        if type(value) is list:
            for index, element in enumerate(value):
                if type(element) is dict:
                    self.open_all(element, steps, (*path, index), absent)
        elif type(value) is dict:
            for name, content, below, status in steps:
                child = value.get(name)
                if child is None:
                    continue
                texts = absent if status is None else status.within(value)
                if content is None:
                    self.open_all(child, below, (*path, name), texts)
                elif type(child) is not str or child not in texts | content.absent:
                    value[name] = self.opened(child, content, (*path, name))

    def opened(self, value: Any, content: Content, path: Path = ()) -> Any:
        """Return the document embedded in a value, or the value itself if there is none."""
        if type(value) in (dict, list):
            self.add(Fault(path, "type", "native", content.schema, value))
        if type(value) is not str or not value or len(self.faults) > self.limits.findings:
            return value
        above = len(without_marks(path))
        path = (*path, Entered(content.schema))
        try:
            found, faults = self.read(value, self.limits, body=False, above=above)
        except TextError as error:
            self.add(error.fault._replace(path=path))
            return value
        for fault in faults:
            self.add(fault._replace(path=(*path, *fault.path)))
        if type(found) is content.kind:
            self.open_all(found, content.below, path)
            return found
        why = "content_twice" if holds_json(found) else "content_kind"
        self.add(Fault(path, "type", why, actual=found))
        return found if type(found) in (dict, list) else value

    def add(self, fault: Fault) -> None:
        """Collect a fault."""
        if fault.loses or not self.losses_only:
            self.faults.append(fault)


def close_document(value: Any, steps: tuple[Step, ...], path: Path = ()) -> Any:
    """Return a copy in which every embedded object or array is JSON text again."""
    if isinstance(value, list):
        return [
            close_document(item, steps, (*path, index)) if isinstance(item, dict) else item
            for index, item in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    found = dict(value)
    for name, content, below, _ in steps:
        if name in found:
            child, inside = found[name], (*path, name)
            found[name] = (
                closed(child, content, inside) if content else close_document(child, below, inside)
            )
    return found


def closed(value: Any, content: Content, path: Path = ()) -> Any:
    """Return the JSON text of an embedded object or array; other values stay as they are.

    Raises `ValueError`, which names the field, for what JSON cannot represent.
    """
    if not isinstance(value, dict | list):
        return value
    path = (*path, Entered(content.schema))
    value = close_document(value, content.below, path)
    try:
        text = write(value)
        text.encode()  # raises for a lone surrogate
    except (TypeError, ValueError, RecursionError):
        text = None
    if text is None or not _has_only_strings_as_keys(value):
        try:
            _check_all(value, path)  # finds the place
        except RecursionError:
            raise _unfit("arrays and objects nested so deep", path) from None
    return text or write(value)


def write(value: Any) -> str:
    """Return the compact JSON text of a value that JSON can represent."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _has_only_strings_as_keys(value: Any) -> bool:
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if not all(type(key) is str for key in each):
                return False
            waiting += each.values()
        elif isinstance(each, list | tuple):
            waiting += each
    return True


def _check_all(value: Any, path: Path) -> None:
    """Raise `ValueError` for the first part of a value that JSON cannot represent."""
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise _unfit("a key that is not a string", path)
        if len(set(map(str.__str__, value))) < len(value):
            raise _unfit("a duplicate key", path)
        for key, member in value.items():
            _check(key, path)
            _check_all(member, (*path, key))
    elif isinstance(value, list | tuple):
        for index, element in enumerate(value):
            _check_all(element, (*path, index))
    else:
        _check(value, path)


def _check(value: Any, path: Path) -> None:
    """Raise `ValueError` for a key or a scalar that JSON cannot represent."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except TypeError:
        raise _unfit(f"a value of type {type(value).__name__}", path) from None
    except UnicodeEncodeError:
        raise _unfit("a lone surrogate", path) from None
    except ValueError:
        what = "so large an integer" if isinstance(value, int) else f"the number {value}"
        raise _unfit(what, path) from None


def _unfit(what: str, path: Path) -> ValueError:
    return ValueError(f"{pointer_of(location_of(path))}: JSON cannot represent {what}")
