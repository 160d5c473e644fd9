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
from dataclasses import dataclass
from itertools import pairwise

_LAST = 0x10FFFF
#: Most characters that an expression may stand for once its counts are written out.
_LARGEST = 2000
_COUNT = re.compile(r"\{([0-9]{1,4})(,([0-9]{1,4})?)?\}")
_SYNTAX = "^$.|?*+()[]{}\\"

Ranges = tuple[tuple[int, int], ...]


class PatternError(Exception):
    """Why a pattern cannot be used; `code` is that of the lint rule."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an expression as its positions: those it may begin and end with, shortest text.

    `size` counts the positions; a part that matches the empty text has `shortest` 0.
    """

    first: tuple[int, ...]
    last: tuple[int, ...]
    shortest: int
    size: int


def shortest_match(pattern: str) -> int:
    """Return the length of the shortest match of an anchored pattern; raises `PatternError`."""
    return _PatternReader(pattern).part.shortest


def check(pattern: str) -> None:
    """Raise `PatternError` for a pattern that is not anchored, not plain, or not deterministic."""
    reader = _PatternReader(pattern)
    _deterministic(reader, reader.part.first)
    for after in reader.follow:
        _deterministic(reader, after)


def _deterministic(reader: _PatternReader, positions: list[int] | tuple[int, ...]) -> None:
    """Raise `PatternError` where two of the characters that may come next are the same."""
    ranges = sorted(
        (low, high, position) for position in positions for low, high in reader.characters[position]
    )
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
        self.part = self._alternatives(top=True)
        if self._next() != "$" or self.at != len(pattern) - 1:
            raise self._wrong()

    def _next(self) -> str:
        return self.pattern[self.at] if self.at < len(self.pattern) else ""

    def _wrong(self) -> PatternError:
        character = self._next()
        if not character or character in "$|":
            message = "a pattern ends with $, and has | and $ nowhere else but | in a group"
            return PatternError("pattern-anchor", message)
        message = f"{character!r} at character {self.at + 1} is not allowed there"
        return PatternError("pattern-syntax", message)

    def _alternatives(self, *, top: bool) -> Part:
        parts = [self._sequence()]
        while self._next() == "|" and not top:
            self.at += 1
            parts.append(self._sequence())
        if sum(part.shortest == 0 for part in parts) > 1:
            raise PatternError("pattern-ambiguous", "two alternatives match the empty text")
        return Part(
            tuple(position for part in parts for position in part.first),
            tuple(position for part in parts for position in part.last),
            min(part.shortest for part in parts),
            sum(part.size for part in parts),
        )

    def _sequence(self) -> Part:
        found = Part((), (), 0, 0)
        while self._next() not in ("", "|", ")", "$"):
            found = self._joined(found, self._quantified())
        return found

    def _joined(self, one: Part, two: Part) -> Part:
        self._follows(one, two)
        return Part(
            one.first + (two.first if one.shortest == 0 else ()),
            two.last + (one.last if two.shortest == 0 else ()),
            one.shortest + two.shortest,
            one.size + two.size,
        )

    def _quantified(self) -> Part:
        start = self.at
        part = self._atom()
        end = self.at
        least, most = self._quantifier()
        if (least, most) == (1, 1):
            return part
        if part.shortest == 0:
            message = "what may be repeated or left out must match some text itself"
            raise PatternError("pattern-ambiguous", message)
        copies = [part]
        wanted = max(least, 1) if most is None else most
        if wanted == 0 or part.size * wanted > _LARGEST:
            raise PatternError("pattern-syntax", "a count from 1 on, and not so large, is wanted")
        after = self.at
        for _ in range(wanted - 1):
            self.at = start
            copies.append(self._atom())
            assert self.at == end
        self.at = after
        for one, two in pairwise(copies):
            self._follows(one, two)
        if most is None:
            self._follows(copies[-1], copies[-1])
        ends = copies[max(least, 1) - 1 :]
        return Part(
            part.first,
            tuple(position for copy in ends for position in copy.last),
            part.shortest * least,
            part.size * wanted,
        )

    def _follows(self, one: Part, two: Part) -> None:
        for position in one.last:
            self.follow[position] += two.first

    def _quantifier(self) -> tuple[int, int | None]:
        character = self._next()
        least, most = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(character, (1, 1))
        if character and character in "?*+":
            self.at += 1
        elif character == "{":
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
        character = self._next()
        if character == "(":
            return self._group()
        if character == "[":
            return self._position(self._class())
        place = self.at
        if character == "\\":
            return self._position(_one(self._escaped()), place)
        if character in _SYNTAX:
            if character == ".":
                message = "engines differ on what . is; write a class such as [^/]"
                raise PatternError("pattern-portable", message)
            raise self._wrong()
        self.at += 1
        return self._position(_one(character), place)

    def _group(self) -> Part:
        self.at += 1
        if self.pattern.startswith("?:", self.at):
            self.at += 2
        elif self._next() == "?":
            message = "groups that look around, have names or set flags are not used here"
            raise PatternError("pattern-portable", message)
        part = self._alternatives(top=False)
        if self._next() != ")":
            raise self._wrong()
        self.at += 1
        return part

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
        self.at += 1
        negated = self._next() == "^"
        self.at += negated
        ranges: list[tuple[int, int]] = []
        while self._next() != "]":
            low = self._class_character()
            high = low
            if self._next() == "-" and not self.pattern.startswith("-]", self.at):
                self.at += 1
                high = self._class_character()
            if high < low:
                raise PatternError("pattern-syntax", f"the range {low}-{high} runs backwards")
            ranges.append((ord(low), ord(high)))
        self.at += 1
        if not ranges:
            raise PatternError("pattern-syntax", "a class without characters")
        return _complement(ranges) if negated else tuple(_merged(ranges))

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

    def _position(self, characters: Ranges, place: int | None = None) -> Part:
        position = len(self.characters)
        if position > _LARGEST:
            raise PatternError("pattern-syntax", "the pattern stands for too many characters")
        self.characters.append(characters)
        self.places.append(self.at - 1 if place is None else place)
        self.follow.append([])
        return Part((position,), (position,), 1, 1)


def _one(character: str) -> Ranges:
    return ((ord(character), ord(character)),)


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the same characters as separate ranges, in order."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


def _complement(ranges: list[tuple[int, int]]) -> Ranges:
    found, start = [], 0
    for low, high in _merged(ranges):
        if start < low:
            found.append((start, low - 1))
        start = high + 1
    if start <= _LAST:
        found.append((start, _LAST))
    return tuple(found)
