"""Copies a value that a JSON parser or a caller made, and finds what JSON cannot express in it.

Goes in: any Python object. Comes out: a plain copy, and a fault for each part that is left out. No
method of the value is called, so that no class of a caller changes what is validated.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .faults import Fault, TextError, too_deep_for
from .limits import Limits

#: A value of more characters and members is measured before the rest of it is copied.
MANY = 100_000


#: From here on (the largest double), whole numbers are refused, as `orjson` does.
TOO_LARGE = 2**1024 - 2**970


def snapshot(value: Any, limits: Limits) -> tuple[Any, list[Fault]]:
    """Return a plain copy of a value, and a fault for each part that JSON cannot express."""
    kind = type(value)
    if not issubclass(kind, dict) and issubclass(kind, Mapping):
        try:
            value = dict(value)
        except Exception:  # whatever its methods do
            raise TextError(Fault((), "type", "no_document", None, kind.__name__)) from None
    copier = _Copier(value, limits)
    copy = copier.copy(value, ())
    return copy, copier.faults


def _size(value: Any, depth: int, known: dict[int, tuple[Any, int]]) -> int:
    """Return the number of characters and members; a part that occurs often is visited once."""
    kind = type(value)
    if issubclass(kind, str):
        return 1 + str.__len__(value)
    if not issubclass(kind, dict | list):
        return 1
    if id(value) in known:
        return known[id(value)][1]
    if depth == 0:
        return 1  # whoever copies it will see that it is too deep
    if issubclass(kind, dict):
        pairs = [pair for pair in list(dict.items(value)) if issubclass(type(pair[0]), str)]
        size, members = 1 + sum(str.__len__(name) for name, _ in pairs), [m for _, m in pairs]
    else:
        size, members = 1, list.__getitem__(value, slice(None))
    size += sum(_size(member, depth - 1, known) for member in members)
    known[id(value)] = value, size  # the value too, so that no other gets its id
    return size


class _Copier:
    """Copies a value, reading subclasses by the methods of their base class only."""

    def __init__(self, value: Any, limits: Limits) -> None:
        self.value, self.limits = value, limits
        self.room = limits.body
        #: Below so much room left, the value is measured; once.
        self.measured_at = limits.body - MANY
        self.faults: list[Fault] = []

    def copy(self, value: Any, path: tuple[str | int, ...]) -> Any:
        self.room -= 1
        kind = type(value)  # not isinstance, which asks the value
        if issubclass(kind, str):
            return self.string(value, path)
        if value is None or kind is bool:
            return value
        if issubclass(kind, int):
            return self.integer(value, path)
        if issubclass(kind, float):
            return self.number(float.__float__(value), path)
        if issubclass(kind, Decimal):
            return self.decimal(value, path)
        if issubclass(kind, dict | list):
            if len(path) >= self.limits.depth:
                raise too_deep_for(self.limits.depth)
            if self.room < self.measured_at:
                self.measure()
            if issubclass(kind, dict):
                return self.mapping(value, path)
            items = list.__getitem__(value, slice(None))
            return [self.copy(item, (*path, index)) for index, item in enumerate(items)]
        self.refuse(path, "type", "no_json_value", kind.__name__)
        return None

    def measure(self) -> None:
        """Refuse at once what is large only because it shares its parts."""
        self.measured_at = 0
        if _size(self.value, self.limits.depth, {}) > self.limits.body:
            raise TextError(Fault((), "limit", "body", self.limits.body))

    def refuse(self, path: tuple[str | int, ...], keyword: str, reason: str, actual: str) -> None:
        if len(self.faults) < self.limits.findings + 1:
            self.faults.append(Fault(path, keyword, reason, None, actual))

    def string(self, value: str, path: tuple[str | int, ...]) -> str | None:
        self.room -= str.__len__(value)
        if self.room < 0:
            raise TextError(Fault((), "limit", "body", self.limits.body))
        try:
            return str.encode(value).decode() if type(value) is not str else _whole(value)
        except UnicodeEncodeError:
            self.refuse(path, "json", "lone_surrogate", "string")
            return None

    def integer(self, value: int, path: tuple[str | int, ...]) -> int | None:
        plain = int.__add__(value, 0)
        if abs(plain) >= TOO_LARGE:
            self.refuse(path, "json", "out_of_range", "integer")
            return None
        return plain

    def number(self, plain: float, path: tuple[str | int, ...]) -> float | None:
        if not math.isfinite(plain):
            self.refuse(path, "json", "out_of_range", "number")
            return None
        return plain

    def decimal(self, value: Decimal, path: tuple[str | int, ...]) -> float | int | None:
        plain = math.nan if Decimal.is_snan(value) else Decimal.__float__(value)
        number = self.number(plain, path)
        return Decimal.__int__(value) if number is not None and number.is_integer() else number

    def mapping(self, value: dict[Any, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, member in list(dict.items(value)):
            if not issubclass(type(key), str):
                self.refuse(path, "type", "key_no_string", type(key).__name__)
                continue
            name = self.string(key, path)
            if name in found:  # keys of a subclass that compares them otherwise
                self.refuse((*path, name), "duplicateKey", "repeated", "string")
            if name is not None:
                found[name] = self.copy(member, (*path, name))
        return found


def _whole(value: str) -> str:
    if not value.isascii():
        value.encode()
    return value
