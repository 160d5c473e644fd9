"""Generate, for each pattern, texts that almost match it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .places import Attack, Place, filled, places, schema_of

#: No pattern lets these pass.
WRONG = ("\x00", "\n", "截")


def patterns() -> dict[str, Place]:
    """Yield a place for each pattern of the schemas that examples can meet."""
    found: dict[str, Place] = {}
    for place in places():
        if "pattern" in place.schema:
            found.setdefault(place.schema["pattern"], place)
    return found


def pattern_attacks(size: int) -> Iterator[Attack]:
    for pattern, place in patterns().items():
        schema = schema_of(place.example)
        for number, text in enumerate(almost(pattern, size)):
            name = f"{pattern} one text, {number}"
            yield Attack("pattern", name, filled(place, text, 0), schema)
        for number, text in enumerate(almost(pattern, 40)):
            name = f"{pattern} many texts, {number}"
            yield Attack("pattern", name, filled(place, text, size), schema)


def almost(pattern: str, size: int) -> Iterator[str]:
    """Yield texts of about a length, each long in one repetition of a pattern, that fail late."""
    tree = vars(re)["_parser"].parse(pattern)
    repeats = sum(1 for _ in _repeats(tree))
    for long in range(max(repeats, 1)):
        text = _written(tree, iter(range(repeats)), long, size)
        cut = (text[:-less] for less in range(1, 9))
        short = next((part for part in cut if not re.fullmatch(pattern, part)), text[:-1])
        endings = (*(text + wrong for wrong in WRONG), short, text[:-2], text[:-1] + "/")
        yield from (ending for ending in endings if not re.fullmatch(pattern, ending))


def _repeats(tree: Any) -> Iterator[Any]:
    for code, argument in tree:
        if str(code) == "MAX_REPEAT":
            if argument[1] > 1:
                yield argument
            yield from _repeats(argument[2])
        elif str(code) == "SUBPATTERN":
            yield from _repeats(argument[-1])
        elif str(code) == "BRANCH":
            for branch in argument[1]:
                yield from _repeats(branch)


def _written(tree: Any, numbers: Iterator[int], long: int, size: int) -> str:
    """Return a text that matches, with the repetition of that number as long as wanted, however
    often it may be repeated."""
    found = []
    for code, argument in tree:
        kind = str(code)
        if kind == "LITERAL":
            found.append(chr(argument))
        elif kind == "NOT_LITERAL":
            found.append(chr(argument + 1))
        elif kind == "IN":
            found.append(_member(argument))
        elif kind == "SUBPATTERN":
            found.append(_written(argument[-1], numbers, long, size))
        elif kind == "BRANCH":
            branches = [_written(branch, numbers, long, size) for branch in argument[1]]
            found.append(max(branches, key=len))
        elif kind == "MAX_REPEAT":
            least, most, inner = argument
            chosen = most > 1 and next(numbers) == long
            text = _written(inner, numbers, long, size)
            wanted = max(1, size // max(1, len(text))) if chosen else max(least, min(most, 1))
            found.append(text * wanted)
    return "".join(found)


def _member(choices: Any) -> str:
    """Return a character of a class."""
    negated = str(choices[0][0]) == "NEGATE"
    for code, argument in choices[negated:]:
        first = argument[0] if str(code) == "RANGE" else argument
        return chr(first + 1) if negated else chr(first)
    raise ValueError(choices)
