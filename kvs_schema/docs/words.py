"""Words of the reference, and the Chinese names of places that the sources cite."""

from __future__ import annotations

import re
from functools import cache

from ..catalogue import store
from ..catalogue.texts import Lang, say

_ROW = re.compile(r"row (\S.*)")


def word(key: str, lang: Lang, **values: object) -> str:
    """Return one of the words of the reference, filled in."""
    return say(lang, f"reference.{key}", **values)


def place(where: str, lang: Lang) -> str:
    """Return a place in the KVS documentation; unknown words stay as they are."""
    if lang == "en":
        return where
    parts = (part.split(", ") for part in where.split("; "))
    return "；".join("，".join(_piece(piece, lang) for piece in pieces) for pieces in parts)


@cache
def _places() -> dict[str, str]:
    """Return what the sources call places, and the same in Chinese, longer names first."""
    texts = (text for key, text in store.texts().items() if key.startswith("place."))
    return {text["en"]: text["zh"] for text in sorted(texts, key=lambda text: -len(text["en"]))}


def _piece(piece: str, lang: Lang) -> str:
    if row := _ROW.fullmatch(piece):
        return word("row", lang, name=row[1])
    # A name next to a word keeps its space, two Chinese words do not.
    names = "|".join(map(re.escape, _places()))
    words = re.sub(rf"(?<![\w-])({names})(?![\w-])", lambda m: _places()[m[1]], piece)
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", words)
