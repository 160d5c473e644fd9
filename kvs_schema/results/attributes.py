"""What the typed views have in common: attributes that the sources map to fields.

Values are read by the `form` of the field; the attributes of a view are its annotations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from typing import Any, ClassVar

from ..catalogue import store
from ..spec.graph import GraphNode


def _ratio(value: Any) -> Fraction | None:
    numerator, _, denominator = str(value).replace(":", "/").partition("/")
    if not denominator:
        return Fraction(numerator)
    return Fraction(int(numerator), int(denominator)) if int(denominator) else None


_FORMS: dict[str, Callable[[Any], Any]] = {
    "integer": lambda value: int(value) if isinstance(value, str | float) else value,
    "seconds": lambda value: Decimal(str(value)),  # a number by its text: 0.1 is a tenth
    "ratio": _ratio,
    "flag": lambda value: value in ("1", "true"),
}


@cache
def _fields(schema: str) -> Mapping[str, tuple[tuple[str, str | None], ...]]:
    """Return the attributes of a view: the fields that may have each, in order, with their form."""
    node = store.graph().root(schema, strict=False)
    return {
        attribute: tuple((key, _form(node.members[key])) for key in keys)
        for attribute, keys in node.attributes.items()
    }


def keys_of(schema: str, attribute: str) -> frozenset[str]:
    """Return the keys that may have the value of an attribute."""
    return frozenset(key for key, _ in _fields(schema).get(attribute, ()))


def _form(node: GraphNode) -> str | None:
    """Return the form by which a value is read; an integer has one by its type."""
    by_type = "integer" if node.kinds() == frozenset({"integer"}) else None
    form: str | None = node.annotation("form") or by_type
    return form


class _Attribute:
    """Reads one attribute of a view, as the annotation of the view declares it.

    The description in the sources is its docstring, read when help is asked for.
    """

    def __init__(self, name: str, owner: type[View], declared: str) -> None:
        self.name, self.owner = name, owner
        #: The names in the annotation: that of a view wraps what was read.
        self.declared = re.findall(r"\w+", declared)

    @property
    def __doc__(self) -> str | None:  # type: ignore[override]
        field = _fields(self.owner.schema)[self.name][0][0]
        member = store.graph().root(self.owner.schema, strict=False).members[field]
        text: str | None = member.annotation("description")
        return text

    @cached_property
    def kind(self) -> type[View] | None:
        """The view that wraps what was read; None if the annotation names none."""
        kinds = {kind.__name__: kind for kind in View.__subclasses__()}
        return next((kinds[name] for name in self.declared if name in kinds), None)

    def __get__(self, view: View | None, owner: type[View]) -> Any:
        if view is None:
            return self
        value, kind = view.read(self.name), self.kind
        if kind is None:
            return value
        views = tuple(kind(element) for element in objects_in(value))
        if "tuple" in self.declared:
            return views
        absent = None if "None" in self.declared else kind({})
        return next(iter(views), absent)

    def __set__(self, view: View, value: Any) -> None:
        raise AttributeError(f"{type(view).__name__}.{self.name} cannot be set")


@cache
def _attributes_by_key(schema: str) -> Mapping[str, str]:
    """Return the attribute that each key of a view's objects may be read by."""
    return {key: attribute for attribute, keys in _fields(schema).items() for key, _ in keys}


class View:
    """A typed view of one object of a document. Equal when the objects are."""

    __slots__ = ("_data",)
    schema: ClassVar[str]
    _attributes: ClassVar[tuple[str, ...]] = ()
    #: The attributes that may have a value even if no key is there.
    _unkeyed: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data

    def read(self, attribute: str) -> Any:
        """Return the value of the first field that has an attribute, by its form, or None."""
        for name, form in _fields(self.schema).get(attribute, ()):
            value = self._data.get(name)
            if value is not None:
                return _FORMS[form](value) if form else value
        return None

    def as_dict(self) -> dict[str, Any]:
        """Return the attributes as a JSON object; times and ratios are strings."""
        found: dict[str, Any] = dict.fromkeys(self._attributes)
        names = _attributes_by_key(self.schema)
        for name in {*self._unkeyed, *(names[key] for key in self._data if key in names)}:
            if name in found:
                found[name] = _json(getattr(self, name))
        return found

    def __init_subclass__(cls) -> None:
        for name, declared in vars(cls).get("__annotations__", {}).items():
            if name == "schema":
                continue
            cls._attributes = (*cls._attributes, name)
            is_slot = name in vars(cls)["__slots__"]
            if not is_slot:
                setattr(cls, name, _Attribute(name, cls, declared))
            if is_slot or "None" not in declared:
                cls._unkeyed = (*cls._unkeyed, name)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._data == self._data

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.schema}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._data,)


def _json(value: Any) -> Any:
    if isinstance(value, View):
        return value.as_dict()
    if isinstance(value, tuple):
        return [_json(each) for each in value]
    return str(value) if isinstance(value, Decimal | Fraction) else value


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the objects of an object-or-array."""
    if isinstance(value, dict):
        yield value
    elif isinstance(value, list):
        yield from (element for element in value if isinstance(element, dict))
