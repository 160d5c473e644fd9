"""Writes values as JSON in every way that JSON allows, and keeps where it wrote what."""

from __future__ import annotations

import json
from contextlib import suppress
from random import Random
from typing import Any, NamedTuple

BLANKS = ("", "", "", " ", "\t", "\n", "\r\n", " \n ")
SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "/": "\\/"}


class Pairs(list[tuple[str, Any]]):
    """An object whose keys may be repeated."""


class Spelled(NamedTuple):
    """A text, where the value at each location begins in it, and where a key is repeated.

    After the location of a string, a number leads to the character of that number.
    """

    text: str
    starts: dict[tuple[Any, ...], int]
    repeated: list[tuple[tuple[Any, ...], int]]


def spelled(value: Any, rng: Random) -> Spelled:
    """A value as text; a string that contains an object or an array is spelled inside too."""
    before, after = rng.choice(BLANKS), rng.choice(BLANKS)
    found = _spelled(value, rng)
    starts = {location: len(before) + at for location, at in found.starts.items()}
    repeated = [(location, len(before) + at) for location, at in found.repeated]
    return Spelled(before + found.text + after, starts, repeated)


def _spelled(value: Any, rng: Random) -> Spelled:
    if isinstance(value, str):
        return _string(value, rng)
    if not isinstance(value, dict | list):
        return Spelled(json.dumps(value), {((),): 0}, [])
    is_object = isinstance(value, dict | Pairs)
    members = list(value.items()) if isinstance(value, dict) else list(value)
    text = "{" if is_object else "["
    starts: dict[Any, dict[tuple[Any, ...], int]] = {}
    repeated: list[tuple[tuple[Any, ...], int]] = []
    for index, member in enumerate(members):
        token: Any = index
        text += "," * (index > 0) + rng.choice(BLANKS)
        if is_object:
            token, member = member
            if token in starts:
                repeated.append((((token,),), len(text)))
            text += escaped(token, rng)[0] + rng.choice(BLANKS) + ":" + rng.choice(BLANKS)
        inner = _spelled(member, rng)
        starts[token] = {
            ((token, *first), *rest): len(text) + at for (first, *rest), at in inner.starts.items()
        }
        repeated += [
            (((token, *first), *rest), len(text) + at) for (first, *rest), at in inner.repeated
        ]
        text += inner.text + rng.choice(BLANKS)
    text += (rng.choice(BLANKS) if not members else "") + ("}" if is_object else "]")
    every = {location: at for each in starts.values() for location, at in each.items()}
    return Spelled(text, {((),): 0, **every}, repeated)


def _string(value: str, rng: Random) -> Spelled:
    inner = Spelled(value, {}, [])
    if value.strip()[:1] in ("{", "["):
        with suppress(ValueError):
            inner = spelled(json.loads(value, object_pairs_hook=Pairs), rng)
    text, places = escaped(inner.text, rng)
    starts = {((), *location): places[at] for location, at in inner.starts.items()}
    starts |= {((), number): at for number, at in enumerate(places)}
    repeated = [(((), *location), places[at]) for location, at in inner.repeated]
    return Spelled(text, {((),): 0, **starts}, repeated)


def escaped(value: str, rng: Random) -> tuple[str, list[int]]:
    """A string as JSON, and where each of its characters is, its end too."""
    often = rng.choice((0.0, 0.05, 1.0))
    text, places = '"', []
    for character in value:
        places.append(len(text))
        if rng.random() < often:
            units = character.encode("utf-16-be").hex()
            text += "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))
        elif character in SHORT and (character != "/" or often):
            text += SHORT[character]
        else:
            text += json.dumps(character)[1:-1] if character < " " else character
    return text + '"', [*places, len(text)]
