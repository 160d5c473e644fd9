"""Realistic values by place, from `samples.yaml`: pools of scalars, and partial objects and arrays
whose values belong together (kits)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Sample(NamedTuple):
    """One value, the task types that it belongs to (None: all) and how often it is taken."""

    value: Any
    types: frozenset[str] | None
    weight: int


class Oddities(NamedTuple):
    """Valid values that handlers stumble over, and how many draws of a place give one of them."""

    values: list[Any]
    one_in: int


class Samples:
    """The samples of one specification, by schema (`metainfo`) or property (`task#TaskID`)."""

    def __init__(self, specification: Mapping[str, Any]) -> None:
        source = specification["samples"]
        self._variants: dict[str, int] = source.get("variants", {})
        self._at: dict[str, list[Sample]] = {}
        self._templates: dict[str, list[str]] = {}
        self._unsigned: set[str] = set()
        for record in source.get("values", ()):
            types = frozenset(record["types"]) if "types" in record else None
            samples = [Sample(value, types, record.get("weight", 1)) for value in record["values"]]
            for place in record["of"]:
                self._at.setdefault(place, []).extend(samples)
                self._templates.setdefault(place, []).extend(record.get("templates", ()))
                if not record.get("negative", True):
                    self._unsigned.add(place)
        self._oddities: dict[str, Oddities] = {}
        for record in source.get("oddities", ()):
            ending = record.get("ending", "")
            long = ["a" * (length - len(ending)) + ending for length in record.get("lengths", ())]
            oddities = Oddities([*record["values"], *long], record["one_in"])
            self._oddities |= dict.fromkeys(record["of"], oddities)
        self._unlisted: dict[str, dict[str, list[Any]]] = {}
        for record in source.get("unlisted", ()):
            for place in record["of"]:
                self._unlisted.setdefault(place, {}).update(record["names"])
        self._follows: dict[str, tuple[str, str]] = {}
        for record in source.get("messages", ()):
            for place in record["of"]:
                self._follows[f"{place}#{record['message']}"] = (record["code"], record["table"])

    def weight(self, variant: str) -> int:
        """How often a variant is taken, where several are wanted."""
        return self._variants.get(variant, 1)

    def at(self, *places: Iterable[str]) -> list[Sample]:
        """The samples of the first group of places that has any."""
        return next((found for found in self.groups(*places) if found), [])

    def groups(self, *places: Iterable[str]) -> list[list[Sample]]:
        """The samples of each group of places."""
        return [
            [sample for place in group for sample in self._at.get(place, ())] for group in places
        ]

    @property
    def messages(self) -> list[Any]:
        """Values of the members that put a code into words."""
        found = [sample.value for place in self._follows for sample in self._at.get(place, ())]
        return list(dict.fromkeys(found))

    def templates(self, places: Iterable[str]) -> list[str]:
        """Format strings for values of these places, each to be filled by one whole number."""
        return [template for place in places for template in self._templates.get(place, ())]

    def negative(self, places: Iterable[str]) -> bool:
        """Return whether a number drawn afresh at these places may be negative."""
        return self._unsigned.isdisjoint(places)

    def oddities(self, places: Iterable[str]) -> Oddities | None:
        """Return what handlers stumble over at these places."""
        return next((self._oddities[place] for place in places if place in self._oddities), None)

    def unlisted(self, schemas: Iterable[str]) -> dict[str, list[Any]]:
        """Return keys in no table that senders are known to add to these objects, with values."""
        found: dict[str, list[Any]] = {}
        for schema in schemas:
            found |= self._unlisted.get(schema, {})
        return found

    def follows(self, places: Iterable[str]) -> tuple[str, str] | None:
        """The sibling whose error code this place puts into words, and the table of the words."""
        return next((self._follows[place] for place in places if place in self._follows), None)


def for_type(groups: Iterable[Iterable[Sample]], type_: str | None) -> list[Sample]:
    """Of the first group that has any: what belongs to a task type, else what belongs to all."""
    for group in groups:
        samples = list(group)
        own = [sample for sample in samples if sample.types is not None and type_ in sample.types]
        if found := own or [sample for sample in samples if sample.types is None]:
            return found
    return []
