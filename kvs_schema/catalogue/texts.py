"""The texts of this package in English and Chinese, from `schemas/texts/`.

What findings say is in `schemas/messages.yaml`, what is said of KVS in the schemas themselves.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from string import Formatter
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

from . import store

Lang: TypeAlias = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")

#: Between what is wrong and what to do about it.
SEMICOLONS = {"en": "; ", "zh": "；"}
_JOINT = re.compile("[\u4e00-\u9fff][!-~]|[!-~][\u4e00-\u9fff]")


class Say(Protocol):
    """Words an entry of the catalogue in one language."""

    def __call__(self, key: str, /, **values: Any) -> str: ...  # noqa: D102


def say(lang: Lang, key: str, /, **values: Any) -> str:
    """Return a text by its section and name (`validate.reading`), with its values filled in.

    A text with two forms is chosen by the value called `count`.
    """
    text = store.texts()[key][lang]
    if isinstance(text, dict):
        text = text["one" if values["count"] == 1 else "other"]
    return str(text.format(**values) if values else text)


def speaker(lang: Lang) -> Say:
    """Return `say` for one language."""
    return partial(say, lang)


class Text(NamedTuple):
    """A text whose language is chosen where it is shown, perhaps in another process."""

    key: str
    values: Mapping[str, Any] = {}

    def said(self, lang: Lang) -> str:
        """Return the text in a language."""
        return say(lang, self.key, **self.values)


def filled(template: str, **fields: object) -> str:
    """Fill a template; a space goes between Chinese characters and others."""
    found = ""
    for literal, name, _, _ in Formatter().parse(template):
        for piece in (literal, str(fields[name]) if name else ""):
            pair = found[-1:] + piece[:1]
            found += f" {piece}" if _JOINT.fullmatch(pair) else piece
    return found
