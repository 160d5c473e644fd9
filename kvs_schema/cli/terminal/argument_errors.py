"""What is said of wrong arguments: argparse's own words in Chinese, and numbers and sizes."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

from ...spec.suggestions import nearest
from .language import Say

_SIZES = {"K": 1024, "M": 1024**2, "G": 1024**3}

#: What argparse says, and the same in Chinese; \1, \2 are what it names.
_CHINESE = tuple(
    (re.compile(english, re.S), chinese)
    for english, chinese in (
        (r"unrecognized arguments: (.*)", r"无法识别的参数：\1"),
        (r"the following arguments are required: (.*)", r"缺少必需的参数：\1"),
        (r"one of the arguments (.*) is required", r"以下参数需给出其一：\1"),
        (
            r"invalid choice: (.*?)(?:, maybe you meant .*\?)? \(choose from (.*)\)",
            r"\1 不可用（可用的有：\2）",
        ),
        (r"expected one argument", "需要一个值"),
        (r"expected at most one argument", "最多一个值"),
        (r"expected at least one argument", "至少需要一个值"),
        (r"expected (\d+) arguments?", r"需要 \1 个值"),
        (r"not allowed with argument (.*)", r"不能与 \1 同时使用"),
        (r"ignored explicit argument (.*)", r"不接受值 \1"),
    )
)
_CHOICE = re.compile(
    r"invalid choice: '(.*?)'(?:, maybe you meant .*\?)? \(choose from (.*)\)", re.S
)
_ARGUMENT = re.compile(r"argument (.+?): (.*)", re.S)


def in_chinese(message: str) -> str:
    """What argparse says, in Chinese; what it is not known to say stays as it is."""
    if named := _ARGUMENT.fullmatch(message):
        return f"参数 {named[1]}：{in_chinese(named[2])}"
    for pattern, chinese in _CHINESE:
        if found := pattern.fullmatch(message):
            return found.expand(chinese)
    return message


def nearest_choice(message: str) -> str | None:
    """Which of the choices that argparse lists looks most like what was given."""
    found = _CHOICE.search(message)
    if found is None:
        return None
    return nearest(found[1], (choice.strip("'\"") for choice in found[2].split(", ")))


def number(say: Say, least: int | None = None) -> Callable[[str], int]:
    """Reads a whole number, of `least` or more."""

    def read(text: str) -> int:
        try:
            found = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(
                say(f"{text!r} is no whole number", f"{text!r} 不是整数")
            ) from None
        if least is not None and found < least:
            raise argparse.ArgumentTypeError(
                say(f"must be {least} or more, not {text}", f"应不小于 {least}，实际为 {text}")
            )
        return found

    return read


def size(say: Say) -> Callable[[str], int]:
    """Reads a number of bytes, perhaps in K, M or G."""
    count = number(say, 1)

    def read(text: str) -> int:
        factor = _SIZES.get(text[-1:].upper(), 1)
        digits = text[:-1] if factor > 1 else text
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", digits.strip()):
            raise argparse.ArgumentTypeError(
                say(
                    f"{text!r} is no size; a size is a number of bytes, or one with K, M or G",
                    f"{text!r} 不是大小；应为字节数，可带单位 K、M 或 G",
                )
            )
        return count(digits) * factor

    return read
