"""The cases bind the schemas: without any one of their assertions, some case is not as stated."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import pytest

from kvs_schema.build import assemble
from kvs_schema.catalogue import store
from kvs_schema.spec.vocabulary import DEFS, UNLISTED, reachable
from kvs_schema.validation.engines.reference import ReferenceEngine
from kvs_schema.validation.engines.rust import RustEngine
from kvs_schema.validation.validator import Validator, validator

from .case_validator import Case, CaseValidator, cases, opened
from .keywords import Removal, removals

SPECIFICATION = store.specification()
SCHEMAS: dict[str, Any] = SPECIFICATION["schemas"]
ORIGINS: dict[str, str] = SPECIFICATION["origins"]

_ONLY_EMPTY = "a document that is there is opened, so the only string is the empty one"
_ALL_REQUIRED = "each name is required; it waits for the first that may be absent"
_BRANCHES = "then and else ask the same, and more, of each output"
_NEVER = "the status is 2 or 0 here, and neither is in the list, however short"

#: Assertions without which every verdict stays the same, and why.
IMPLIED = {
    "output#/if/properties/segmentsinfo/minLength one more": _ONLY_EMPTY,
    "outinfo#/if/properties/segmentsinfo/minLength one more": _ONLY_EMPTY,
    "outinfo#/properties/metainfo/deviations/outinfo-required-flags/minLength one more": (
        _ONLY_EMPTY
    ),
    "progress-status#/deviations/status-progress/enum without 3": _NEVER,
    "progress-status#/deviations/status-progress/enum without 4": _NEVER,
    "metainfo#/nullAbsent removed": _ALL_REQUIRED,
    "CreateWaveTask.source#/nullAbsent removed": _ALL_REQUIRED,
    "outinfo.failed#/$ref removed": _BRANCHES,
    "subtask#/properties/OutInfo/items removed": _BRANCHES,
    "subtask#/properties/OutInfo/items/$ref removed": _BRANCHES,
    "subtask#/properties/OutInfo/if removed": _BRANCHES,
    "subtask#/properties/OutInfo/if/type removed": _BRANCHES,
    "subtask#/properties/OutInfo/then removed": _BRANCHES,
    "subtask#/properties/OutInfo/then/$ref removed": _BRANCHES,
}


class Known(NamedTuple):
    """A case that schemas decide: its schema, and the names in it."""

    case: Case
    root: str
    words: frozenset[str]
    rules: frozenset[str | None]


@cache
def known() -> tuple[Known, ...]:
    """The cases that are as stated while every assertion is in place."""
    case_validator = CaseValidator(validator())
    found = []
    for case in cases():
        outcome = case_validator.validated(case)
        root = outcome.variant if case.schema == "callback" else case.schema
        if root is not None and outcome.differs(case) is None:
            found.append(Known(case, root, frozenset(words(case)), outcome.rules))
    return tuple(found)


def words(case: Case) -> Iterator[str]:
    """Names that a case edits, and those that its findings name."""
    for edits in ("set", "remove", "rename"):
        for pointer in case.stated.get(edits, ()):
            yield pointer.rpartition("/")[2]
    if "unlisted" in case.stated:
        yield UNLISTED
    for pointer, keyword, name, erratum in case.findings:
        yield from filter(None, (pointer.rpartition("/")[2], keyword, name, erratum))


@cache
def reached(root: str) -> frozenset[str]:
    return frozenset(reachable(SCHEMAS, {"$ref": DEFS + root}))


def concerned(removal: Removal) -> list[Known]:
    """Return cases whose validation reaches the schema, first those that break the rule."""
    spoken = {*map(str, removal.tokens), removal.word}
    if "additionalProperties" in spoken:
        spoken.add(UNLISTED)

    def distance(one: Known) -> int:
        broken = any(rule is not None and rule.startswith(removal.rule) for rule in one.rules)
        return -len(spoken & one.words) - 9 * broken

    return sorted((one for one in known() if removal.schema in reached(one.root)), key=distance)


def is_bound(removal: Removal) -> bool:
    """Whether some case is not as stated once the assertion is gone.

    What the compiler cannot do without, or does not take from there, is put to the reference
    engine, which validates by the sources as they are.
    """
    specification = {**SPECIFICATION, "schemas": removal.applied(SCHEMAS)}
    try:
        program = assemble.program(specification)
    except KeyError:
        return is_bound_by_reference(removal, specification)
    case_validator = CaseValidator(Validator(program, RustEngine(program)))
    if any(case_validator.validated(one.case).differs(one.case) for one in concerned(removal)):
        return True
    return str(removal) not in IMPLIED and is_bound_by_reference(removal, specification)


def is_bound_by_reference(removal: Removal, specification: dict[str, Any]) -> bool:
    before, after = ReferenceEngine(SPECIFICATION), ReferenceEngine(specification)
    for one in concerned(removal):
        stated = one.case.valid
        if stated != verdicts(after, one) and stated == verdicts(before, one):
            return True
    return False


def verdicts(engine: ReferenceEngine, one: Known) -> tuple[bool, ...]:
    value, _ = opened(store.program(), one.root, one.case.sent)
    return tuple(engine.is_valid(one.root, strict, value) for strict in (False, True))


@pytest.mark.parametrize("file", sorted(set(ORIGINS.values())))
def test_every_assertion_is_bound_by_a_case_or_implied(file: str) -> None:
    asserted = [r for name in SCHEMAS if ORIGINS[name] == file for r in removals(SCHEMAS, name)]
    assert asserted
    found = {str(removal): is_bound(removal) for removal in asserted}
    implied = {name for name in found if name in IMPLIED}
    assert {name for name, bound in found.items() if not bound} == implied


def test_what_is_listed_as_implied_is_there() -> None:
    there = {str(removal) for name in SCHEMAS for removal in removals(SCHEMAS, name)}
    assert IMPLIED.keys() <= there
