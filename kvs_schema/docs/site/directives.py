"""Directives in somebody's Markdown: `<!-- kvs: error-table callback -->`, alone on a line.

A comment, so that a page reads well where nothing replaces it, and so that no template engine
takes it for its own. Those inside fenced code are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from textwrap import indent
from typing import Any

from ...catalogue.texts import LANGS
from ...catalogue.unknown_names import UnknownNameError
from ...spec.exceptions import KvsSchemaError
from ..markdown.context import Context
from ..markdown.kinds import rendered

_DIRECTIVE = re.compile(r"(?P<indent>[ \t]*)<!--\s*kvs:(?P<words>.*?)-->\s*")
_FENCE = re.compile(r"\s*(?:[-*+>]\s+|\d+[.)]\s+)*(?P<fence>`{3,}|~{3,})")
#: What each option may be, and what that is in a `Context`.
_OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "lang": {lang: lang for lang in LANGS},
    "level": {str(level): level for level in range(1, 7)},
}


class DirectiveError(KvsSchemaError):
    """Directives of one page that ask for what does not exist; each with its line."""

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        super().__init__("\n".join(f"line {line}: {text}" for line, text in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive: its line (from 1), how far it is indented, and its words."""

    line: int
    indent: str
    words: tuple[str, ...]


def directives(text: str) -> Iterator[Directive]:
    """Yield all directives of a Markdown text, those inside fenced code left out."""
    fence = ""
    for number, line in enumerate(text.split("\n"), start=1):
        opening = _FENCE.match(line)
        if fence:
            if opening and opening["fence"].startswith(fence) and line.strip() == opening["fence"]:
                fence = ""
        elif opening:
            fence = opening["fence"]
        elif match := _DIRECTIVE.fullmatch(line):
            yield Directive(number, match["indent"], tuple(match["words"].split()))


def expanded(text: str, context: Context) -> str:
    """Replace every directive of a text; raises `DirectiveError` with all that is wrong."""
    lines = text.split("\n")
    problems = []
    for directive in directives(text):
        try:
            block = _asked_for(directive.words, context).rstrip("\n")
        except UnknownNameError as error:
            problems.append((directive.line, str(error)))
            continue
        lines[directive.line - 1] = indent(block, directive.indent)
    if problems:
        raise DirectiveError(problems)
    return "\n".join(lines)


def _asked_for(words: tuple[str, ...], context: Context) -> str:
    """Return what a directive asks for by its words: a kind, a name, options such as `lang=zh`."""
    plain = [word for word in words if "=" not in word]
    for word in words:
        option, equals, value = word.partition("=")
        if equals:
            context = _with_option(context, option, value)
    kind = plain[0] if plain else ""
    if len(plain) > 2:
        raise UnknownNameError(f"part of {kind} {plain[1]}", " ".join(plain[2:]), [])
    return rendered(context, kind, plain[1] if len(plain) == 2 else None)


def _with_option(context: Context, option: str, value: str) -> Context:
    if option not in _OPTIONS:
        raise UnknownNameError("option", option, _OPTIONS)
    if value not in _OPTIONS[option]:
        raise UnknownNameError(option, value, _OPTIONS[option])
    return replace(context, **{option: _OPTIONS[option][value]})
