"""Rules about errata: each deviation names one, and each is named where it has an effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....spec.vocabulary import UNLISTED
from ...yaml_sources import Problem, SourceFile
from ..source_index import SourceIndex
from ..words import unknown
from .tables import ERRATA

_DEVIATION = "deviation"
_BOTH = "both"


def deviations_without_erratum(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a deviation names an erratum that claims to be one."""
    errata = sources.file(ERRATA).value["errata"]
    for node in sources.nodes:
        if node.keyword == "deviations" and node.name != UNLISTED:
            yield from unclaimed(node.file, node.pointer, node.name, errata)
        if "nullAbsent" in node.schema:
            where = f"{node.pointer}/nullAbsent"
            yield from unclaimed(node.file, where, node.schema["nullAbsent"], errata)
        for index, erratum in enumerate(node.schema.get("errata", ())):
            where = f"{node.pointer}/errata/{index}"
            yield from unclaimed(node.file, where, erratum, errata, _BOTH)


def unclaimed(
    file: SourceFile, where: str, erratum: str, errata: dict[str, Any], effect: str = _DEVIATION
) -> Iterator[Problem]:
    """Check that an erratum that a file names exists, and claims the effect."""
    if erratum not in errata:
        yield file.problem(where, "unknown-erratum", unknown("erratum", erratum, errata))
    elif errata[erratum]["effect"] != effect:
        message = f"errata.yaml says that {erratum!r} has the effect {errata[erratum]['effect']!r}"
        yield file.problem(where, "erratum-effect", message)


def unreached_errata(sources: SourceIndex) -> Iterator[Problem]:
    """Check that an erratum with an effect is named by some schema, or by the reader.

    Its section is one of those that are listed.
    """
    file = sources.file(ERRATA)
    named = {node.name for node in sources.nodes if node.keyword == "deviations"}
    named |= {node.schema.get("nullAbsent", "") for node in sources.nodes}
    held = {erratum for node in sources.nodes for erratum in node.schema.get("errata", ())}
    sections = file.value["sections"]
    for erratum, entry in file.value["errata"].items():
        if entry["section"] not in sections:
            message = unknown("section", entry["section"], sections)
            yield file.problem(f"/errata/{erratum}/section", "unknown-section", message)
        if entry["effect"] == _DEVIATION and erratum not in named:
            claim = "be a deviation"
        elif entry["effect"] == _BOTH and erratum not in held and "enforced_by" not in entry:
            claim = "apply at both levels"
        else:
            continue
        message = f"{erratum!r} claims to {claim}, and no schema names it"
        yield file.problem(f"/errata/{erratum}/effect", "unreached-erratum", message)


def deviation_places(sources: SourceIndex) -> Iterator[Problem]:
    """Check that a deviation is beside rules, and not in a condition."""
    for node in sources.nodes:
        holder = node.parent
        if node.keyword != "deviations" or holder is None:
            continue
        within = holder.stands_in("if", "not", "deviations")
        if within is not None:
            message = f"a deviation cannot be inside {within.keyword!r}"
            yield node.problem("deviation-place", message)
        elif holder.keyword == "additionalProperties":
            if node.name != UNLISTED or not node.false:
                message = f"'additionalProperties' takes the deviation '{UNLISTED}: false' only"
                yield node.problem("deviation-place", message)
        elif node.name == UNLISTED:
            message = f"{UNLISTED!r} is allowed only under 'additionalProperties'"
            yield node.problem("deviation-place", message)


def blind_deviations(sources: SourceIndex) -> Iterator[Problem]:
    """Check that no deviation has `additionalProperties`, which sees the keys beside it only."""
    for node in sources.nodes:
        if (
            node.keyword == "additionalProperties"
            and (node.false or node.schema)
            and node.parent is not None
            and node.parent.stands_in("deviations") is not None
        ):
            message = "'additionalProperties' inside a deviation does not see the listed names"
            yield node.problem("blind-deviation", message)
