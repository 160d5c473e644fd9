"""The regular expressions that the sources may use, and whether matching them takes linear time.

The syntax is what every engine reads alike: literals, classes such as `[^/]`, groups, `|`, and
the quantifiers `? * + {m} {m,n} {m,}`, between `^` and `$`. An expression of it is
*deterministic* when the next character always tells where in the expression it belongs
(Brüggemann-Klein's one-unambiguity, on Glushkov's positions). A backtracking engine then tries at
most one way that reads on at each character, so its time is linear; the check refuses some other
expressions that are linear too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

_LAST = 0x10FFFF
#: Most characters that an expression may stand for once its counts are written out.
_LARGEST = 2000
_COUNT = re.compile(r"\{([0-9]{1,4})(,([0-9]{1,4})?)?\}")
_QUANTIFIERS = {"?": (0, 1), "*": (0, None), "+": (1, None)}
_SYNTAX = "^$.|?*+()[]{}\\"

Ranges = tuple[tuple[int, int], ...]


class PatternError(Exception):
    """Why a pattern cannot be used; `code` is that of the lint rule."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an expression: the positions with which it may begin and end, its shortest text."""

    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    shortest: int = 0


def shortest_match(pattern: str) -> int:
    """Return the length of the shortest match of an anchored pattern; raises `PatternError`."""
    return _PatternReader(pattern).part.shortest


def check(pattern: str) -> None:
    """Raise `PatternError` for a pattern that is not anchored, not plain, or not deterministic."""
    reader = _PatternReader(pattern)
    for positions in (reader.part.first, *reader.follow):
        ranges = sorted((*pair, each) for each in positions for pair in reader.characters[each])
        for (_, high, one), (low, _, other) in pairwise(ranges):
            if low <= high:
                places = sorted({reader.places[one], reader.places[other]})
                where = " or ".join(str(place + 1) for place in places)
                raise PatternError(
                    "pattern-ambiguous",
                    f"{chr(low)!r} can be read in two ways (at character {where} of the pattern), "
                    "so matching may take more than linear time",
                )


class _PatternReader:
    """Reads a pattern by recursive descent, and collects its positions on the way."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 1
        self.characters: list[Ranges] = []
        self.places: list[int] = []
        self.follow: list[list[int]] = []
        if not pattern.startswith("^"):
            raise PatternError("pattern-anchor", "a pattern begins with ^")
        self.part = self._sequence()
        if self._next() != "$" or self.at != len(pattern) - 1:
            raise self._wrong()

    def _next(self) -> str:
        return self.pattern[self.at] if self.at < len(self.pattern) else ""

    def _take(self, text: str) -> bool:
        """Pass over a text if it comes next; return whether it did."""
        found = self.pattern.startswith(text, self.at)
        self.at += len(text) if found else 0
        return found

    def _wrong(self) -> PatternError:
        character = self._next()
        if not character or character in "$|":
            message = "a pattern ends with $, and has | and $ nowhere else but | in a group"
            return PatternError("pattern-anchor", message)
        message = f"{character!r} at character {self.at + 1} is not allowed there"
        return PatternError("pattern-syntax", message)

    def _sequence(self) -> Part:
        found = Part()
        while self._next() not in ("", "|", ")", "$"):
            found = self._joined(found, self._quantified())
        return found

    def _joined(self, one: Part, two: Part) -> Part:
        self._follows(one, two)
        return Part(
            one.first + (two.first if one.shortest == 0 else ()),
            two.last + (one.last if two.shortest == 0 else ()),
            one.shortest + two.shortest,
        )

    def _follows(self, one: Part, two: Part) -> None:
        for position in one.last:
            self.follow[position] += two.first

    def _quantified(self) -> Part:
        start, known = self.at, len(self.characters)
        part = self._atom()
        size = len(self.characters) - known
        least, most = self._quantifier()
        if (least, most) == (1, 1):
            return part
        if part.shortest == 0:
            message = "what may be repeated or left out must match some text itself"
            raise PatternError("pattern-ambiguous", message)
        wanted = max(least, 1) if most is None else most
        if wanted == 0 or size * wanted > _LARGEST:
            raise PatternError("pattern-syntax", "a count from 1 on, and not so large, is wanted")
        copies = [part]
        after = self.at
        for _ in range(wanted - 1):
            self.at = start
            copies.append(self._atom())
        self.at = after
        if most is None:
            self._follows(copies[-1], copies[-1])
        found = Part()
        for index in reversed(range(wanted)):
            found = self._joined(copies[index], found)
            if index >= least:
                found = replace(found, shortest=0)
        return found

    def _quantifier(self) -> tuple[int, int | None]:
        character = self._next()
        if character in _QUANTIFIERS:
            self.at += 1
            return _QUANTIFIERS[character]
        if character != "{":
            return 1, 1
        count = _COUNT.match(self.pattern, self.at)
        if count is None:
            raise self._wrong()
        self.at = count.end()
        least = int(count[1])
        most = least if count[2] is None else int(count[3]) if count[3] else None
        if most is not None and most < least:
            raise PatternError("pattern-syntax", f"{count[0]} counts backwards")
        return least, most

    def _atom(self) -> Part:
        if self._take("("):
            return self._group()
        if self._take("["):
            characters = self._class()
            return self._position(characters, self.at - 1)
        place, character = self.at, self._next()
        if character == ".":
            message = "engines differ on what . is; write a class such as [^/]"
            raise PatternError("pattern-portable", message)
        if character == "\\":
            character = self._escaped()
        elif character in _SYNTAX:
            raise self._wrong()
        else:
            self.at += 1
        return self._position(((ord(character), ord(character)),), place)

    def _group(self) -> Part:
        if not self._take("?:") and self._next() == "?":
            message = "groups that look around, have names or set flags are not used here"
            raise PatternError("pattern-portable", message)
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        if sum(part.shortest == 0 for part in parts) > 1:
            raise PatternError("pattern-ambiguous", "two alternatives match the empty text")
        if not self._take(")"):
            raise self._wrong()
        return Part(
            tuple(position for part in parts for position in part.first),
            tuple(position for part in parts for position in part.last),
            min(part.shortest for part in parts),
        )

    def _escaped(self) -> str:
        self.at += 1
        character = self._next()
        if not character:
            raise self._wrong()
        if character.isalnum():
            advice = {"d": "[0-9]", "w": "[A-Za-z0-9_]", "s": "[ \\t]"}.get(character.lower(), "")
            hint = f"; write out what is meant, such as {advice}" if advice else ""
            raise PatternError("pattern-portable", f"engines differ on \\{character}{hint}")
        self.at += 1
        return character

    def _class(self) -> Ranges:
        negated = self._take("^")
        ranges: list[tuple[int, int]] = []
        while not self._take("]"):
            low = high = self._class_character()
            if not self.pattern.startswith("-]", self.at) and self._take("-"):
                high = self._class_character()
            if high < low:
                raise PatternError("pattern-syntax", f"the range {low}-{high} runs backwards")
            ranges.append((ord(low), ord(high)))
        if not ranges:
            raise PatternError("pattern-syntax", "a class without characters")
        return _complement(ranges) if negated else _separate(ranges)

    def _class_character(self) -> str:
        character = self._next()
        if character == "\\":
            return self._escaped()
        twice = character * 2
        if (
            not character
            or character == "["
            or (character in "-&~|" and self.pattern.startswith(twice, self.at))
        ):
            raise self._wrong()
        self.at += 1
        return character

    def _position(self, characters: Ranges, place: int) -> Part:
        position = len(self.characters)
        if position > _LARGEST:
            raise PatternError("pattern-syntax", "the pattern stands for too many characters")
        self.characters.append(characters)
        self.places.append(place)
        self.follow.append([])
        return Part((position,), (position,), 1)


def _separate(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return the same characters, as separate ranges in order."""
    return _complement(_complement(ranges))


def _complement(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return all other characters, as separate ranges in order."""
    found, start = [], 0
    for low, high in sorted(ranges):
        if start < low:
            found.append((start, low - 1))
        start = max(start, high + 1)
    if start <= _LAST:
        found.append((start, _LAST))
    return tuple(found)
