"""Words for findings, in English and Chinese, from `messages.yaml`.

Values are shortened and escaped: one finding is one line, whatever the payload holds.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from string import Formatter
from typing import TYPE_CHECKING, Any

from . import catalogue
from .keywords import kind_of, said

if TYPE_CHECKING:
    from .exceptions import UnknownNameError
    from .findings import Report, Violation

LONGEST = 80

#: Reasons whose `actual` is a name of ours (a Python type, a dialect), not a value of the document.
NAMING = frozenset(
    (
        *("no_json_value", "key_no_string", "no_document", "no_pairs"),
        *("unrecognised", "wrapped", "other_casing", "other_variant"),
    )
)
#: Those of them whose `actual` is a Python type.
TYPES = frozenset(("no_json_value", "key_no_string", "no_document", "no_pairs"))
MOST_NAMES = 8
_JOINT = re.compile("[\u4e00-\u9fff][!-~]|[!-~][\u4e00-\u9fff]")
#: Between what is wrong and what to do about it.
SEMICOLONS = {"en": "; ", "zh": "；"}


def escaped(text: str) -> str:
    """Text in which every control, format and bidirectional character is an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable() and unicodedata.category(character)[0] != "C"
        else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in text
    )


def shortened(value: Any) -> Any:
    """A value fit for a log: scalars short and escaped, containers by their kind and size."""
    if isinstance(value, str):
        text = escaped(value[: LONGEST + 1])
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    if isinstance(value, int) and abs(value) >= 10**LONGEST:
        return f"{'-' if value < 0 else ''}{10**9}…"
    if isinstance(value, dict | list | tuple):
        return f"{kind_of(value)} of {len(value)}"
    return value


def message(violation: Violation, lang: str) -> str:
    """What was expected, what was found and what to do."""
    words = catalogue.specification()["messages"]
    template = words["reasons"].get(violation.reason) or words["keywords"][violation.keyword]
    found = _filled(
        template[lang],
        expected=_expected(violation, words, lang),
        actual=_actual(violation, words, lang),
        line=violation.line,
        column=violation.column,
    )
    advice = words["advice"].get(violation.reason)
    if advice:
        found += SEMICOLONS[lang] + advice[lang]
    if violation.erratum:
        erratum = catalogue.specification()["errata"].get(violation.erratum, {})
        title = said(erratum, "title", lang) or ""
        note = words["words"]["deviation"][lang].format(id=violation.erratum, title=title)
        found += f" [{note}]"
    return found


def text(violation: Violation, lang: str) -> str:
    """Where it is, and the message."""
    where = shortened_pointer(violation.pointer) or the_whole(lang)
    return f"{where}: {message(violation, lang)}"


def the_whole(lang: str) -> str:
    """What stands for an empty pointer."""
    return str(catalogue.specification()["messages"]["words"]["root"][lang])


def shortened_pointer(pointer: str) -> str:
    """A pointer fit for a log; names in it may be anybody's."""
    shown = escaped(pointer)
    return shown if len(shown) <= 4 * LONGEST else f"{shown[: 2 * LONGEST]}…{shown[-LONGEST:]}"


def url(violation: Violation, lang: str = "en") -> str:
    """Page and anchor that explain a finding."""
    if violation.erratum or violation.rule:
        return page(violation.erratum, violation.rule, lang)
    if violation.keyword == "discriminator":
        return f"{site(lang)}reference/variants/"
    return f"{site(lang)}guides/findings/#{violation.keyword}"


def page(erratum: str | None, rule: str | None, lang: str) -> str:
    """Page and anchor of an erratum, or else of the schema of a rule."""
    if erratum:
        return f"{site(lang)}reference/errata/#{erratum}"
    name = str(rule).partition("#")[0]
    origin = catalogue.specification()["origins"][name].removesuffix(".yaml")
    return f"{site(lang)}reference/{origin}/#{name}"


def error_page(table: str, anchor: str, lang: str) -> str:
    """Page of an error table, and an anchor in it: a code, or `category-` and its name."""
    return f"{site(lang)}reference/errors/{table}/#{anchor}"


def site(lang: str) -> str:
    """The site in a language; `KVS_SCHEMA_DOCS_URL` names another one."""
    named = os.environ.get("KVS_SCHEMA_DOCS_URL")
    address: str = named or catalogue.specification()["messages"]["site"]
    return address.rstrip("/") + ("/zh/" if lang == "zh" else "/")


def summary(report: Report, lang: str) -> str:
    """The verdict, and a line for each violation."""
    words = catalogue.specification()["messages"]["words"]
    verdict = words["valid" if report.valid else "invalid"][lang]
    lines = [f"{verdict} ({report.variant})" if report.variant else verdict]
    lines += [f"  {text(violation, lang)}" for violation in report.violations]
    if report.truncated:
        lines.append(f"  ({words['truncated'][lang]})")
    return "\n".join(lines)


def unknown_name(error: UnknownNameError, lang: str) -> str:
    """What has no such name, and what was perhaps meant; what has no word of ours stays English."""
    messages = catalogue.specification()["messages"]
    words = messages["words"]
    kind = messages["things"].get(error.kind.replace(" ", "_"), {}).get(lang, error.kind)
    found = _filled(words["unknown_name"][lang], kind=kind, name=repr(error.name))
    if error.nearest is not None:
        hint = _filled(words["did_you_mean"][lang], near=repr(error.nearest))
    elif error.known:
        hint = _filled(words["known_names"][lang], names=", ".join(error.known))
    else:
        return found
    return f"{found}{SEMICOLONS[lang]}{hint}"


def _filled(template: str, **fields: object) -> str:
    """A template with its fields; Chinese characters and others get a space between them."""
    found = ""
    for literal, name, _, _ in Formatter().parse(template):
        for piece in (literal, str(fields[name]) if name else ""):
            pair = found[-1:] + piece[:1]
            found += f" {piece}" if _JOINT.fullmatch(pair) else piece
    return found


def _expected(violation: Violation, words: Mapping[str, Any], lang: str) -> str:
    expected = violation.expected
    if violation.keyword == "type" and expected is not None:
        kinds = expected if isinstance(expected, list | tuple) else [expected]
        named = [words["kinds"][kind][lang] for kind in kinds]
        return str(words["words"]["or"][lang]).join(named)
    if violation.keyword == "pattern" and violation.rule:
        return _form(violation.rule, expected, lang)
    if isinstance(expected, list | tuple):
        if all(type(value) in (int, float) for value in expected):
            expected = sorted(expected)
        shown = [_quoted(value) for value in expected[:MOST_NAMES]]
        return ", ".join(shown) + (", …" if len(expected) > MOST_NAMES else "")
    return _quoted(expected)


def _form(rule: str, pattern: Any, lang: str) -> str:
    """A pattern in words, where the schema that holds it is a form with a title."""
    name, _, pointer = rule.partition("#")
    title = said(catalogue.specification()["schemas"][name], "title", lang)
    if pointer != "/pattern" or not title:
        return f"/{pattern}/"
    return f"{_in_sentence(title)} ({pattern})"


def _in_sentence(title: str) -> str:
    """A title as it stands in the middle of a sentence; acronyms keep their capitals."""
    first = title.partition(" ")[0]
    return title if first[1:] != first[1:].lower() else title[0].lower() + title[1:]


def _actual(violation: Violation, words: Mapping[str, Any], lang: str) -> str:
    if violation.reason in NAMING:
        name = str(violation.actual)
        if violation.reason in TYPES and lang == "en":
            return f"{'an' if name[:1].lower() in 'aeio' else 'a'} {name}"
        return name
    kind = words["kinds"][violation.kind][lang]
    if not violation.shown:
        return str(words["words"]["not_shown"][lang].format(kind=kind))
    if violation.kind in ("object", "array", "null"):
        return str(kind)
    return (
        f"{kind} {_quoted(violation.actual)}"
        if lang == "zh"
        else f"the {violation.kind} {_quoted(violation.actual)}"
    )


def _quoted(value: Any) -> str:
    short = shortened(value)
    if isinstance(value, str):
        return f'"{short}"'
    return (
        {True: "true", False: "false", None: "null"}[value]
        if value is None or value is True or value is False
        else str(short)
    )
