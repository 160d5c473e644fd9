"""Words for findings, in English and Chinese, from `messages.yaml`.

Values are shortened and escaped: one finding is one line, whatever the payload holds.
"""

from __future__ import annotations

import json
import os
import shlex
from typing import Any, Protocol

from ..catalogue import store
from ..catalogue.texts import SEMICOLONS, filled
from ..catalogue.unknown_names import check_language
from ..reading.faults import TextPosition
from ..spec.locations import Location
from ..spec.pointers import follow, tokens
from ..spec.vocabulary import json_type, said

LONGEST = 80

#: Reasons whose `actual` is a Python type.
TYPES = frozenset(("no_json_value", "key_no_string", "no_document", "no_pairs"))
#: Reasons whose `actual` is a name of ours (a Python type, a dialect), not a value of the document.
NAMING = TYPES | {"unrecognised", "wrapped", "other_casing", "other_variant"}
MOST_NAMES = 8


class FoundValue(Protocol):
    """What the words need of a value that was found."""

    @property
    def actual(self) -> Any: ...  # noqa: D102
    @property
    def shown(self) -> bool: ...  # noqa: D102
    @property
    def kind(self) -> str: ...  # noqa: D102


class Finding(FoundValue, Protocol):
    """What the words need of a violation."""

    @property
    def keyword(self) -> str: ...  # noqa: D102
    @property
    def rule(self) -> str | None: ...  # noqa: D102
    @property
    def erratum(self) -> str | None: ...  # noqa: D102
    @property
    def expected(self) -> Any: ...  # noqa: D102
    @property
    def location(self) -> Location: ...  # noqa: D102
    @property
    def text_position(self) -> TextPosition | None: ...  # noqa: D102
    @property
    def reason(self) -> str | None: ...  # noqa: D102


def escaped(text: str) -> str:
    """Return text in which every control, format and bidirectional character is escaped."""
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable()
        else character.encode("unicode_escape", "surrogatepass").decode("ascii")
        for character in text
    )


def shortened(value: Any) -> Any:
    """Return a value fit for a log: scalars short and escaped, containers by kind and size."""
    if isinstance(value, str) or (isinstance(value, int) and abs(value) >= 10**LONGEST):
        text = escaped(str(value)[: LONGEST + 1])
        return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    if isinstance(value, dict | list):
        return f"{json_type(value)} of {len(value)}"
    return value


def message(violation: Finding, lang: str) -> str:
    """Return what was expected, what was found and what to do."""
    check_language(lang)
    texts = store.specification()["messages"]
    template = texts["reasons"].get(violation.reason) or texts["keywords"][violation.keyword]
    found = filled(
        template[lang],
        expected=_expected(violation, lang),
        actual=_actual(violation, lang),
        other=_table(violation, lang, other=True),
        position=_position(violation, lang),
        key=_quoted("".join(map(str, violation.location[-1][-1:]))),
    )
    advice = texts["advice"].get(violation.reason)
    if advice:
        found += SEMICOLONS[lang] + advice[lang]
    if violation.erratum:
        erratum = store.specification()["errata"].get(violation.erratum, {})
        title = said(erratum, "title", lang) or ""
        note = phrase("deviation", lang).format(id=violation.erratum, title=title)
        found += f" [{note}]"
    return found


def _position(violation: Finding, lang: str) -> str:
    """Return where in the body, or in its embedded document, a text is wrong."""
    at = violation.text_position
    if at is None:
        return ""
    template = phrase("position" if len(violation.location) == 1 else "position_inside", lang)
    return template.format(line=at.line, column=at.column)


def placed(pointer: str, message: str, lang: str) -> str:
    """Return where something is, and the message about it."""
    return f"{shortened_pointer(pointer) or phrase('root', lang)}: {message}"


def phrase(name: str, lang: str, section: str = "words") -> str:
    """Return one of the short texts of `messages.yaml`."""
    return str(store.specification()["messages"][section][name][lang])


def shortened_pointer(pointer: str) -> str:
    """Return a pointer fit for a log; its keys come from the document."""
    shown = escaped(pointer)
    return shown if len(shown) <= 4 * LONGEST else f"{shown[: 2 * LONGEST]}…{shown[-LONGEST:]}"


def url(violation: Finding, lang: str = "en") -> str | None:
    """Return the page and the anchor that explain a finding; None without a published site."""
    address = site(lang)
    if address is None:
        return None
    if violation.erratum:
        return f"{address}reference/errata/#{violation.erratum}"
    if violation.rule:
        name = violation.rule.partition("#")[0]
        origin = store.specification()["origins"][name].removesuffix(".yaml")
        return f"{address}reference/{origin}/#{name}"
    if violation.keyword == "discriminator":
        return f"{address}reference/variants/"
    return f"{address}guides/findings/#{violation.keyword}"


def source(violation: Finding, lang: str = "en") -> str:
    """Return where a finding is explained: its page, or the command that prints the same."""
    name = violation.erratum or violation.rule or violation.keyword
    return url(violation, lang) or f"kvs-schema explain {shlex.quote(name)}"


def site(lang: str) -> str | None:
    """Return the address of the published site in a language; None if there is no address.

    `KVS_SCHEMA_DOCS_URL` names it, at run time or when the package was built.
    """
    address = os.environ.get("KVS_SCHEMA_DOCS_URL") or store.specification().get("site")
    return f"{address.rstrip('/')}{'/zh/' if lang == 'zh' else '/'}" if address else None


def _expected(violation: Finding, lang: str) -> str:
    expected = violation.expected
    if violation.keyword == "type" and expected is not None:
        kinds = expected if isinstance(expected, list | tuple) else [expected]
        return phrase("or", lang).join(phrase(kind, lang, "kinds") for kind in kinds)
    if violation.reason in ("no_table", "other_table"):
        return _table(violation, lang)
    if violation.keyword == "pattern" and violation.rule:
        return _form(violation.rule, expected, lang)
    if isinstance(expected, list | tuple):
        if all(type(value) in (int, float) for value in expected):
            expected = sorted(expected)
        shown = [_quoted(value) for value in expected[:MOST_NAMES]]
        shown += ["…"] if len(expected) > MOST_NAMES else []
        return phrase("comma", lang).join(shown)
    return _quoted(expected)


def _table(violation: Finding, lang: str, *, other: bool = False) -> str:
    """Return the title of the table that has the codes of a finding, or of the other one."""
    name, _, pointer = str(violation.rule).partition("#")
    if not pointer.endswith("/errorTable"):
        return ""
    specification = store.specification()
    table = follow(specification["schemas"][name], tokens(pointer))
    tables = specification["errors"].items()
    return "".join(said(t, "title", lang) or "" for key, t in tables if (key != table) is other)


def _form(rule: str, pattern: Any, lang: str) -> str:
    """Return a pattern in words, where its schema is a form with a title."""
    name, _, pointer = rule.partition("#")
    title = said(store.specification()["schemas"][name], "title", lang)
    if pointer != "/pattern" or not title:
        return f"/{pattern}/"
    return f"{_in_sentence(title)} ({pattern})"


def _in_sentence(title: str) -> str:
    """Return a title for the middle of a sentence; acronyms keep their capitals."""
    first = title.partition(" ")[0]
    return title if first[1:] != first[1:].lower() else title[0].lower() + title[1:]


def _actual(violation: Finding, lang: str) -> str:
    if violation.reason in NAMING:
        name = str(violation.actual)
        if violation.reason in TYPES and lang == "en":
            return f"{'an' if name[:1].lower() in 'aeio' else 'a'} {name}"
        return name
    return described(violation, lang)


def described(found: FoundValue, lang: str) -> str:
    """Return a value that was found, after its kind; the kind alone where values are not shown."""
    kind = phrase(found.kind, lang, "kinds")
    if not found.shown:
        return phrase("not_shown", lang).format(kind=kind)
    if found.kind in ("object", "array", "null"):
        return kind
    quoted = _quoted(found.actual)
    return f"{kind} {quoted}" if lang == "zh" else f"the {found.kind} {quoted}"


def _quoted(value: Any) -> str:
    short = shortened(value)
    if isinstance(value, str):
        return f'"{short}"'
    return json.dumps(value) if value is None or isinstance(value, bool) else str(short)
