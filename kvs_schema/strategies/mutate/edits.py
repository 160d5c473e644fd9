"""Proposes edits that break one rule.

Goes in: a breakable rule and a valid document with the value that it is about. Comes out: edits of
that value, smallest first; each says where the finding must be.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from hypothesis.strategies import DrawFn

from ...catalogue import store
from ...reading.embedded import write
from ...spec.graph import ALWAYS, GraphNode
from ...spec.kinds import KINDS, kind_of, kinds_in
from ...spec.locations import Entered, Location, location_of
from ...spec.vocabulary import FOLLOWED
from ..generate.choices import DrawContext
from ..generate.nodes import ad_hoc
from .breakable_rules import NATIVE, BreakableRule
from .closing import Raw, closed, holds
from .embedded_edits import TEXT_EDITS
from .fill_in import UnreachableError, fill_in, without

Path: TypeAlias = tuple[str | int, ...]

ABSENT = object()
#: The most characters of a value that are shown.
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of an opened document: the value at `path` becomes `value`, or is removed.

    The expected finding is at `location`, or (`below`) anywhere below.
    """

    path: Path
    value: Any
    location: Location
    below: bool = False

    def __str__(self) -> str:
        where = "".join(f"/{token}" for token in self.path) or "the body"
        if self.value is ABSENT:
            return f"{where} removed"
        value = self.value.value if isinstance(self.value, Raw) else self.value
        return f"{where} set to {shortened(value)}"

    def is_apart(self, other: Edit) -> bool:
        """Return whether two edits are about different parts of the document."""
        nearer = min(len(self.path), len(other.path))
        return self.path[:nearer] != other.path[:nearer]

    def applied(self, document: Any) -> Any:
        """Return a copy of the document with the edit applied.

        Raises `LookupError` or `TypeError` if the document has no such place.
        """
        if not self.path:
            return self.value
        edited = copy.deepcopy(document)
        holder = edited
        for token in self.path[:-1]:
            holder = holder[token]
        last = self.path[-1]
        if isinstance(holder, dict) and isinstance(last, int):  # there was an array
            raise LookupError(last)
        if self.value is ABSENT:
            del holder[last]
        else:
            holder[last] = copy.deepcopy(self.value)
        return edited


def shortened(value: Any, most: int = _SHOWN) -> str:
    """Return a value as Python writes it, with its middle left out if it is long."""
    shown = repr(value)
    half = most // 2
    return shown if len(shown) <= most else f"{shown[:half]}…{shown[-half:]}"


def edits(
    draw: DrawFn, breakable: BreakableRule, path: Path, value: Any, context: DrawContext
) -> list[Edit]:
    """Return the edits that may break a rule at `path`, where the value is `value`."""
    rule, argument, node = breakable.rule, breakable.argument, breakable.node
    here = _crossed(breakable, path)

    def put(found: Any) -> Edit:
        return Edit(path, found, location_of(here))

    def put_below(name: str, found: Any) -> Edit:
        return Edit((*path, name), found, location_of((*here, name)))

    if rule.edit is not None and not isinstance(value, dict | list):
        return []  # a text that stands for no document, such as "null"
    if rule.edit == NATIVE:
        return [put(Raw(value)), put(Raw([value]))]
    if rule.edit is not None:
        inside = location_of((*here, Entered(rule.name or "")))
        texts = TEXT_EDITS[rule.edit].texts(closed(value, node.content))
        return [Edit(path, text, inside, below=True) for text in texts]
    if rule.keyword == "required":
        return [Edit((*path, argument), ABSENT, location_of(here))]
    if rule.keyword == "falseSchema":
        return [put_below(str(breakable.steps[-1]), _tolerated(draw, node, context))]
    if rule.keyword == "additionalProperties":
        return [put_below(name, "") for name in near_names(argument) if name not in value]
    if rule.is_null:
        return [put_below(name, None) for name in argument]
    found = list(_replacements(rule.keyword, argument, value, node))
    if breakable.applied.erratum:
        # a value that the tolerant level rejects too would be a violation instead of a deviation
        found = [near for near in found if _is_tolerated(near, node)]
        found += _deviating(draw, breakable, context)
    return [put(near) for near in found]


def _crossed(breakable: BreakableRule, path: Path) -> Path:
    """Return the path with a mark wherever the steps of the rule enter an embedded document."""
    tokens = iter(path)
    return tuple(step if isinstance(step, Entered) else next(tokens) for step in breakable.forced)


def near_names(names: Iterable[str]) -> list[str]:
    """Return keys that differ a little from the given ones: in casing, shortened, lengthened."""
    known = set(names)
    near = [f(name) for f in (str.swapcase, str.lower, _plural, _cut) for name in sorted(known)]
    return [name for name in dict.fromkeys([*near, "_"]) if name not in known and name]


def _plural(name: str) -> str:
    """Return a key with one letter more."""
    return f"{name}s"


def _cut(name: str) -> str:
    """Return a key with one letter less."""
    return name[:-1]


def _tolerated(draw: DrawFn, node: GraphNode, context: DrawContext) -> Any:
    """Draw a value that would be valid if the rule did not forbid every value here."""
    relaxed = _relaxed(node)
    return fill_in(draw, relaxed, relaxed.asked, context=context, deviations=False)


def _is_tolerated(value: Any, node: GraphNode) -> bool:
    """Return whether a value would be valid if the rule did not forbid every value here."""
    return all(holds(one.pointer, False, value) for one in _relaxed(node).asked)


def _relaxed(node: GraphNode) -> GraphNode:
    """Return the tolerant node, its conditions met, without what forbids any value."""
    allowed = [one for one in node.tolerant.asked if one.schema is not False]
    return node.graph.interned([one._replace(conditions=ALWAYS) for one in allowed], strict=False)


def _deviating(draw: DrawFn, breakable: BreakableRule, context: DrawContext) -> list[Any]:
    """Draw a value that is valid at the tolerant level and breaks the rule, if there is one."""
    tolerant = _relaxed(breakable.node)
    keyword = str(breakable.rule.rule).rpartition("/")[2]
    plain = [
        ad_hoc({k: v for k, v in one.keywords.items() if k not in FOLLOWED})
        for one in tolerant.applied
        if not one.conditions
    ]
    try:
        return [
            without(
                draw,
                tolerant,
                plain,
                {keyword: breakable.argument},
                context=context,
                deviations=False,
            )
        ]
    except UnreachableError:
        return []


def _replacements(keyword: str, argument: Any, value: Any, node: GraphNode) -> list[Any]:
    """Return values that break a keyword, most of them near its argument or the present value."""
    if keyword == "type":
        kinds = kinds_in(argument)
        return [found for found in _kinds_near(value, node) if kind_of(found) not in kinds]
    if keyword in ("enum", "const"):
        choices = _choices(keyword, argument)
        return [found for choice in choices for found in _near(choice) if found not in choices]
    if keyword in ("minimum", "maximum"):
        sign = -1 if keyword == "minimum" else 1
        return [argument + sign * step for step in (1, 2, 10, 1000, 2**31, 2**63)]
    if keyword in ("minLength", "minItems"):
        return [value[:length] for length in range(argument) if isinstance(value, str | list)] or [
            ""
        ]
    if keyword == "pattern":
        return _texts_near(value)
    return _refused(argument, value, node)  # not


def _refused(schema: Any, value: Any, node: GraphNode) -> list[Any]:
    """Return values that are valid by the schema under a `not`."""
    known = [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else ())]
    kinds = kinds_in(schema.get("type", KINDS))
    return known or [found for found in _kinds_near(value, node) if kind_of(found) in kinds]


def _choices(keyword: str, argument: Any) -> list[Any]:
    """Return the values that an `enum`, a `const`, or a table of error codes allows."""
    if keyword == "const":
        return [argument]
    if isinstance(argument, str):
        return [int(code) for code in store.specification()["errors"][argument]["codes"]]
    return list(argument)


def _near(choice: Any) -> list[Any]:
    """Return values near one that is valid."""
    if isinstance(choice, bool) or choice is None:
        return [not choice]
    if isinstance(choice, int | float):
        return [choice + 1, choice - 1, -choice, choice * 10, choice + 0.5]
    if isinstance(choice, str):
        return [text for text in _texts_near(choice) if text != choice]
    return []


def _texts_near(value: Any) -> list[str]:
    """Return texts that differ from one by common mistakes of users and programs."""
    text = value if isinstance(value, str) else ""
    wide = text.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
    found = [
        text[:-1],
        text.swapcase(),
        f"{text} ",
        f" {text}",
        f"{text}\n",
        f"-{text}",
        f"+{text}",
        f"{text}.",
        f"{text}s",
        wide,
        "",
        "N/A",
        "0x10",
        "1e3",
        "NaN",
    ]
    return [near for near in dict.fromkeys(found) if near != value]


def near_values(value: Any) -> list[Any]:
    """Return values that a careless program could send for a scalar."""
    return [*_near(value), str(value), None, True, [value], {}]


def _kinds_near(value: Any, node: GraphNode) -> list[Any]:
    """Return values of every type, first those that a careless program makes of the value."""
    found: list[Any] = []
    if isinstance(value, str):
        found += [int(value)] if value.isdecimal() and len(value) < 19 else []
    elif isinstance(value, int | float):
        found += [str(value), value + 0.5]
    elif isinstance(value, list):
        found += [*value[:1], write(closed(value, node))]
    else:
        found += [[value], write(closed(value, node))]
    found += [None, True, 0, 0.5, "", "x", [], {}, [value]]
    if node.content is not None:  # an object or array here would be closed into a string
        found = [near for near in found if not isinstance(near, dict | list)]
    return found
