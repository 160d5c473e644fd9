"""Texts for readers, in English and Chinese."""

from __future__ import annotations

import re
from string import Formatter
from typing import Literal, TypeAlias

Lang: TypeAlias = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")

#: Between what is wrong and what to do about it.
SEMICOLONS = {"en": "; ", "zh": "；"}
_JOINT = re.compile("[\u4e00-\u9fff][!-~]|[!-~][\u4e00-\u9fff]")


def filled(template: str, **fields: object) -> str:
    """Fill a template; a space goes between Chinese characters and others."""
    found = ""
    for literal, name, _, _ in Formatter().parse(template):
        for piece in (literal, str(fields[name]) if name else ""):
            pair = found[-1:] + piece[:1]
            found += f" {piece}" if _JOINT.fullmatch(pair) else piece
    return found
