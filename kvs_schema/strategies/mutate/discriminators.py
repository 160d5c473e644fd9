"""Edits after which a body has no variant, and the rules that no edit can break because of that.

An edit of the keys that identify a variant gives another variant, or none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from ...reading.variants import Classifier
from .breakable_rules import BreakableRule, Rule
from .edits import ABSENT, Edit, near_values

KEYWORD = "discriminator"

#: Why a body has no variant: the reasons of `discriminator` findings that one edit can give.
REASONS = (
    "no_object",
    "mixed_casing",
    "other_casing",
    "wrapped",
    "unrecognised",
    "status",
    "status_missing",
)


def rules() -> list[Rule]:
    """Yield the rules by which near misses are selected, one for each reason."""
    return [Rule(None, KEYWORD, reason) for reason in REASONS]


def edits(reason: str, document: Mapping[str, Any], classifier: Classifier) -> Iterator[Edit]:
    """Yield the edits that may leave a document without a variant for one reason."""
    dialect = classifier.classify(document).dialect or ""
    names = classifier.first_level(dialect)
    status = names["status"]
    root = ((),)
    if reason == "unrecognised":
        for name in names.values():
            if name in document:
                yield Edit((name,), ABSENT, root)
        yield Edit((), {}, root)
    elif reason == "status":
        for value in near_values(document[status]):
            yield Edit((status,), value, ((status,),))
    elif reason == "status_missing":
        yield Edit((status,), ABSENT, root)
    else:
        for whole in _instead(reason, document, names, classifier):
            yield Edit((), whole, root)


def unbreakable(breakable: BreakableRule, classifier: Classifier) -> str | None:
    """Return why no edit can break a rule at a place: the variant would be another, or none."""
    dialect, _, phase = breakable.root.rpartition(".")
    names = classifier.first_level(dialect)
    flow = any(named == dialect and flow for (_, flow), named in classifier.dialects.items())
    rule = breakable.rule
    if not breakable.steps:
        if rule.keyword in ("type", "falseSchema") and not rule.is_null:
            return "only an object has a variant"
        if rule.name == names["status"]:
            return "without a status there is no phase"
        if rule.name == names["details"] and flow:
            return "without details it is no flow"
    if breakable.steps == (names["status"],):
        statuses = [status for status, named in classifier.phases.items() if named == phase]
        if not any(_breaks(breakable, status) for status in statuses):
            return "another status is another phase"
    if breakable.steps == (names["details"],) and rule.keyword == "type" and flow:
        return None if rule.is_null or _breaks(breakable, []) else "other details are no flow"
    return None


def _instead(
    reason: str, document: Mapping[str, Any], names: Mapping[str, str], classifier: Classifier
) -> Iterator[Any]:
    """Yield replacements of the whole document: other types, a wrapper, other keys."""
    if reason == "no_object":
        yield from ([document], [], None, True, 0)
    elif reason == "wrapped":
        yield from ({member: document} for member in ("body", "data"))
    elif reason == "mixed_casing":
        for role, name in names.items():
            for other in classifier.names.values():
                if name in document and other[role] != name:
                    renamed = _renamed(document, name, other[role])
                    if classifier.classify(renamed).problem == reason:  # Type may be left out
                        yield renamed
    else:
        for change in (str.upper, str.swapcase):
            yield {change(k) if k in names.values() else k: v for k, v in document.items()}


def _renamed(document: Mapping[str, Any], name: str, other: str) -> dict[str, Any]:
    return {other if key == name else key: value for key, value in document.items()}


def _breaks(breakable: BreakableRule, value: Any) -> bool:
    keyword, argument = breakable.rule.keyword, breakable.argument
    return not Draft202012Validator({keyword: argument}).is_valid(value)
