"""The base of the typed views: reads an attribute of an object by the form of its field.

Attributes are those that the sources map to fields (`attribute`, or the field's own name).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ..catalogue import store
from ..spec.vocabulary import referenced


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, str | float) else value


def _seconds(value: Any) -> Any:
    return Decimal(value)


def _ratio(value: Any) -> Fraction | None:
    numerator, _, denominator = str(value).replace(":", "/").partition("/")
    if not denominator:
        return Fraction(numerator)
    return Fraction(int(numerator), int(denominator)) if int(denominator) else None


def _flag(value: Any) -> bool:
    return value in ("1", "true")


_FORMS: dict[str, Callable[[Any], Any]] = {
    "integer": _integer,
    "seconds": _seconds,
    "ratio": _ratio,
    "flag": _flag,
}


@cache
def _fields(schema: str) -> Mapping[str, tuple[tuple[str, str | None], ...]]:
    """Attributes of a schema's view: the fields that may hold each, in order, with their form."""
    schemas = store.specification()["schemas"]
    found: dict[str, list[tuple[str, str | None]]] = {}
    for name, sub in schemas[schema]["properties"].items():
        found.setdefault(sub.get("attribute", name), []).append((name, _form(schemas, sub)))
    return {attribute: tuple(fields) for attribute, fields in found.items()}


def _form(schemas: Mapping[str, Any], schema: Any) -> str | None:
    """The form that a schema or one it refers to names; an integer is one by its type."""
    while isinstance(schema, dict):
        if "form" in schema:
            return str(schema["form"])
        if schema.get("type") == "integer":
            return "integer"
        schema = schemas.get(referenced(schema) or "")
    return None


V = TypeVar("V", bound="View")


class View:
    """A typed view of one object of a document. Equal when the objects are."""

    __slots__ = ("_data",)
    schema: ClassVar[str]

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def _read(self, attribute: str) -> Any:
        """The value of the first field that holds the attribute, by its form; None when absent."""
        for name, form in _fields(self.schema)[attribute]:
            value = self._data.get(name)
            if value is not None:
                return _FORMS[form](value) if form else value
        return None

    if not TYPE_CHECKING:  # the attributes are declared, so that a type checker knows them

        def __getattr__(self, attribute):
            if attribute.startswith("_") or attribute not in _fields(self.schema):
                raise AttributeError(f"{type(self).__name__} has no attribute {attribute!r}")
            return self._read(attribute)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *_fields(self.schema)]

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._data == self._data

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.schema}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._data,)

    def _views(self, kind: type[V], attribute: str) -> tuple[V, ...]:
        value = self._read(attribute)
        return tuple(kind(element) for element in objects_in(value))

    def _view(self, kind: type[V], attribute: str) -> V | None:
        value = self._read(attribute)
        return kind(value) if isinstance(value, dict) else None


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """The objects of an object-or-array."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        yield from (element for element in value if isinstance(element, dict))
