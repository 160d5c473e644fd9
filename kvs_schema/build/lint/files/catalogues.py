"""Rules about error tables, messages and texts: what they refer to exists.

Codes ascend, and placeholders are known and the same in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

from ....spec.pointers import escape
from ...yaml_sources import Problem, SourceFile
from ..source_index import SourceIndex
from ..words import listed, unknown

CATEGORIES = "errors/categories.yaml"
MESSAGES = "messages.yaml"

#: How the standard library writes placeholders.
_PERCENT = re.compile(r"%(?:\(\w+\))?[a-z]")
#: What the words of a finding may stand for; see `messages.message`.
_PLACEHOLDERS = frozenset(("expected", "actual", "position", "other", "key"))
#: Keywords that findings name; the others lead to these.
_FAILING = frozenset(
    ("type", "enum", "const", "minimum", "maximum", "minLength", "minItems", "pattern")
) | {"required", "not"}
#: Sections of the messages, and the placeholders that each may have; None for any.
_SECTIONS = {"keywords": _PLACEHOLDERS, "reasons": _PLACEHOLDERS, "words": None} | dict.fromkeys(
    ("advice", "kinds", "things"), frozenset()
)


def error_codes(sources: SourceIndex) -> Iterator[Problem]:
    """Check that codes ascend, and each has a category of the closed list."""
    categories = sources.file(CATEGORIES).value["categories"]
    tables: dict[str, str] = {}
    for file in _error_tables(sources):
        table = file.value["table"]
        if table in tables:
            message = f"the error table {table!r} is already in {tables[table]}"
            yield file.problem("/table", "error-table-twice", message)
        tables.setdefault(table, file.path)
        before = -1
        for code, row in file.value["codes"].items():
            if code < before:
                message = f"the code {code} comes after {before}; codes ascend"
                yield file.problem(f"/codes/{code}", "code-order", message)
            before = code
            if row["category"] not in categories:
                message = unknown("category", row["category"], categories)
                yield file.problem(f"/codes/{code}/category", "unknown-category", message)


def unused_categories(sources: SourceIndex) -> Iterator[Problem]:
    """Check that each category has a code."""
    file = sources.file(CATEGORIES)
    used = {row["category"] for f in _error_tables(sources) for row in f.value["codes"].values()}
    for category in file.value["categories"]:
        if category not in used:
            message = f"no error code has the category {category!r}"
            yield file.problem(f"/categories/{category}", "unused-category", message)


def _error_tables(sources: SourceIndex) -> Iterator[SourceFile]:
    return (file for file in sources.files("errors") if file.path != CATEGORIES)


def messages(sources: SourceIndex) -> Iterator[Problem]:
    """Check that the placeholders of messages are known, and the same in both languages."""
    file = sources.file(MESSAGES)
    for section, allowed in _SECTIONS.items():
        for name, template in file.value[section].items():
            yield from templates(file, f"/{section}/{name}", template, allowed)
    named = [(name, f"/advice/{name}") for name in file.value["advice"]]
    for keyword, finding in file.value["findings"].items():
        named += [(name, f"/findings/{keyword}/reasons") for name in finding.get("reasons", ())]
    for name, pointer in named:
        if name not in file.value["reasons"]:
            message = unknown("reason", name, file.value["reasons"])
            yield file.problem(pointer, "unknown-reason", message)


def texts(sources: SourceIndex) -> Iterator[Problem]:
    """Check that all forms of a text have the same placeholders, and a section has one file."""
    sections: dict[str, str] = {}
    for file in sources.files("texts"):
        for section, entries in file.value.items():
            if section in sections:
                message = f"the section {section!r} is already in {sections[section]}"
                yield file.problem(f"/{section}", "section-twice", message)
            sections.setdefault(section, file.path)
            for name, entry in entries.items():
                english = entry["en"]
                forms = english if isinstance(english, dict) else {"": english}
                template = {f"en/{form}".rstrip("/"): text for form, text in forms.items()}
                template["zh"] = entry["zh"]
                yield from templates(file, f"/{section}/{escape(name)}", template, None)


def templates(
    file: SourceFile, pointer: str, template: dict[str, Any], allowed: frozenset[str] | None
) -> Iterator[Problem]:
    """Check that placeholders are known, and the same in both languages."""
    used: dict[str, frozenset[str]] = {}
    for language, text in template.items():
        where = f"{pointer}/{language}"
        try:
            names = frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
        except ValueError as error:
            yield file.problem(where, "placeholder", f"{text!r}: {error}")
            return
        used[language] = names.union(_PERCENT.findall(text))
        others = names - allowed if allowed is not None else frozenset()
        if others or not all(name.isidentifier() for name in names):
            known = f"known: {listed(sorted(allowed))}" if allowed else "none is known here"
            named = listed(sorted(others or names))
            message = f"the placeholders {named} stand for nothing; {known}"
            yield file.problem(where, "placeholder", message)
    if len(set(used.values())) > 1:
        message = "the languages do not have the same placeholders"
        yield file.problem(pointer, "placeholder", message)


def keywords_without_message(sources: SourceIndex) -> Iterator[Problem]:
    """Check that each keyword that a finding may name has its words."""
    known = sources.file(MESSAGES).value["keywords"]
    reported = set()
    for node in sources.nodes:
        if node.stands_in("if", "not") is not None:
            continue
        for keyword in node.schema:
            if keyword in _FAILING and keyword not in known and keyword not in reported:
                reported.add(keyword)
                message = f"{MESSAGES} has no words for the keyword {keyword!r}"
                yield node.problem("keyword-without-message", message, keyword)
