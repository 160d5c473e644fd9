"""Remove one assertion from the schemas at a time."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kvs_schema.spec.pointers import escape, tokens
from kvs_schema.spec.vocabulary import UNLISTED, subschemas

Schemas = Mapping[str, Any]

#: Keywords that assert as a whole. `required`, `enum`, a list of types and `deviations` are taken
#: apart as well, and bounds are moved by one.
WHOLE = (
    "$ref", "type", "enum", "const", "minimum", "maximum", "minLength", "minItems", "pattern",
    "errorTable", "nullAbsent", "contentSchema", "items", "additionalProperties", "not",
    "if", "then", "else",
)  # fmt: skip
BOUNDS = ("minimum", "maximum", "minLength", "minItems")


class Removal(NamedTuple):
    """One assertion, and its removal.

    `tokens` lead to the keyword; `rest` is its value afterwards, None to remove the keyword;
    `word` is the name or value that is taken from a list of them.
    """

    schema: str
    tokens: tuple[str | int, ...]
    action: str
    rest: Any = None
    word: str = ""

    @property
    def rule(self) -> str:
        """The rule of the keyword, as findings name it."""
        return f"{self.schema}#" + "".join(f"/{escape(token)}" for token in self.tokens)

    def __str__(self) -> str:
        return f"{self.rule} {self.action}"

    def applied(self, schemas: Schemas) -> dict[str, Any]:
        """Return the schemas without this assertion; whatever is not changed is shared."""
        changed = dict(schemas)
        node: Any = changed
        for token in (self.schema, *self.tokens[:-1]):
            node[token] = copy.copy(node[token])
            node = node[token]
        if self.rest is None:
            del node[self.tokens[-1]]
        else:
            node[self.tokens[-1]] = self.rest
        return changed


def removals(schemas: Schemas, name: str) -> Iterator[Removal]:
    """Yield all assertions of one schema, deepest last."""
    yield from _of(schemas[name], name, ())


def _of(schema: Any, name: str, at: tuple[str | int, ...]) -> Iterator[Removal]:
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        here = (*at, keyword)
        if keyword in WHOLE and here[-2:] != ("additionalProperties", UNLISTED):
            yield Removal(name, here, "removed")
        if keyword in BOUNDS:
            yield Removal(name, here, "one less", value - 1)
            yield Removal(name, here, "one more", value + 1)
        if isinstance(value, list) and keyword in ("required", "enum", "type"):
            for index, word in enumerate(value):
                rest = value[:index] + value[index + 1 :]
                yield Removal(name, here, f"without {word}", rest, str(word))
        if keyword in ("properties", "deviations"):
            for key, sub in value.items():
                if sub is False or keyword == "deviations":
                    yield Removal(name, (*here, key), "removed")
    for _, pointer, sub in subschemas(schema):
        yield from _of(sub, name, (*at, *_path(schema, pointer)))


def _path(schema: Any, pointer: str) -> Iterator[str | int]:
    for token in tokens(pointer):
        yield int(token) if isinstance(schema, list) else token
        schema = schema[int(token)] if isinstance(schema, list) else schema[token]
