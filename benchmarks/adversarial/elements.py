"""Generate, for each array, many small elements; for each object, many unknown keys."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kvs_schema import check_document
from kvs_schema.spec.pointers import pointer

from .places import SMALL, Attack, Path, Place, filled, places, schema_of, value_at

#: Elements of an array that are few by themselves, and many where such arrays are many.
SOME = 31


def element_attacks(size: int) -> Iterator[Attack]:
    """Yield arrays with as many small elements, and objects with as many unknown keys, as fit."""
    arrays: dict[Path, Place] = {}
    objects: dict[Path, Place] = {}
    for place in places():
        value = value_at(place)
        if isinstance(value, list) and value and "items" in place.schema:
            arrays.setdefault(place.path, place)
        elif isinstance(value, dict) and "properties" in place.schema:
            objects.setdefault(place.path, place)
    for path, place in arrays.items():
        schema = schema_of(place.example)
        element = replace(place, path=(*path, -1))
        small = {**SMALL, "valid element": smallest(element)}
        for kind, value in small.items():
            name = f"{kind} in {pointer(path)}"
            yield Attack("elements", name, filled(element, value, size), schema)
            if -1 in path:  # an array in the elements of another
                some = filled(place, [value] * SOME, size)
                yield Attack("elements", f"{SOME} times {name} each", some, schema)
    for path, place in objects.items():
        for form in ("{}", "{:x>60}", "\x01{}"):
            names = (size - 2000) // (len(form.format(10**5)) + 12)
            value = value_at(place) | {form.format(number): 0 for number in range(names)}
            name = f"{form} in {pointer(path)}"
            yield Attack("names", name, filled(place, value, 0), schema_of(place.example))


def smallest(place: Place) -> Any:
    """Return the value of the example without its optional parts."""
    schema = schema_of(place.example)
    value = copy.deepcopy(value_at(place))
    if not isinstance(value, dict):
        return value
    for name in list(value):
        for less in (None, ""):
            tried = {key: member for key, member in value.items() if key != name}
            if less is not None:
                tried[name] = less
            if check_document(schema, filled(place, tried, 0)).valid:
                value = tried
                break
    return value
