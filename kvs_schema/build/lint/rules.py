"""All rules, and what of the sources must be sound before each can run.

Goes in: an index of the sources. Comes out: the problems that the rules find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from ...spec.vocabulary import SCHEMA_FOLDERS
from ..derived import VARIANTS
from ..yaml_sources import Problem
from .files import bodies, catalogues, errata, notices, provenance, refusals, tables, variants
from .places import NEEDED
from .schemas import content, names, null, objects, patterns, reach, redundant
from .source_index import SourceIndex

Check: TypeAlias = Callable[[SourceIndex], Iterator[Problem]]

EVERYTHING = (*NEEDED, *SCHEMA_FOLDERS, "errors", "examples", notices.NOTICES)


class LintRule(NamedTuple):
    """A check of the sources.

    It is left out while one of the files or folders in `needs` has the wrong structure, and if it
    is `linked` while a reference leads nowhere, so that one fault is reported once.
    """

    check: Check
    needs: tuple[str, ...] = ()
    linked: bool = False


RULES = (
    LintRule(names.unusable_names),
    LintRule(names.names_defined_twice),
    LintRule(names.references),
    LintRule(names.circular_references),
    LintRule(names.unused_schemas, (VARIANTS,), linked=True),
    LintRule(provenance.untitled_schemas),
    LintRule(provenance.undescribed_properties, linked=True),
    LintRule(provenance.unsourced_rules),
    LintRule(provenance.unsourced_properties, linked=True),
    LintRule(tables.table_names, (tables.TABLES,)),
    LintRule(tables.unused_tables, (tables.TABLES, *SCHEMA_FOLDERS)),
    LintRule(tables.rows, (tables.TABLES,)),
    LintRule(tables.recorded_rows, (tables.TABLES, tables.ERRATA)),
    LintRule(tables.required_rows, linked=True),
    LintRule(errata.deviations_without_erratum, (tables.ERRATA,)),
    LintRule(errata.unreached_errata, (tables.ERRATA, *SCHEMA_FOLDERS)),
    LintRule(errata.deviation_places),
    LintRule(errata.blind_deviations),
    LintRule(objects.names_not_listed, (VARIANTS,), linked=True),
    LintRule(objects.unknown_required_names, linked=True),
    LintRule(objects.counted_arrays, linked=True),
    LintRule(patterns.patterns),
    LintRule(redundant.beside_values),
    LintRule(redundant.implied_lengths, linked=True),
    LintRule(redundant.said_already, linked=True),
    LintRule(redundant.inapplicable_keywords, linked=True),
    LintRule(reach.incomplete_conditions),
    LintRule(reach.vacuous_conditions, linked=True),
    LintRule(reach.constant_conditions, linked=True),
    LintRule(reach.crossed_bounds, linked=True),
    LintRule(variants.overlapping_discriminators, (VARIANTS,)),
    LintRule(variants.incomplete_dialects, (VARIANTS,)),
    LintRule(variants.variants_without_schema, (VARIANTS,)),
    LintRule(variants.first_level_names, (VARIANTS,), linked=True),
    LintRule(variants.statuses_of_phases, (VARIANTS,), linked=True),
    LintRule(variants.carried_names, (VARIANTS,), linked=True),
    LintRule(content.embedded_documents),
    LintRule(content.embedded_kinds),
    LintRule(content.error_tables, ("errors",)),
    LintRule(refusals.unknown_codes, ("errors",)),
    LintRule(refusals.places_without_refusal, ("errors", *SCHEMA_FOLDERS), linked=True),
    LintRule(catalogues.error_codes, (catalogues.CATEGORIES,)),
    LintRule(catalogues.unused_categories, ("errors",)),
    LintRule(catalogues.messages, (catalogues.MESSAGES,)),
    LintRule(catalogues.texts, ("texts",)),
    LintRule(catalogues.keywords_without_message, (catalogues.MESSAGES,)),
    LintRule(notices.notices, (notices.NOTICES, *SCHEMA_FOLDERS), linked=True),
    LintRule(bodies.examples, (tables.ERRATA,)),
    LintRule(bodies.variants_without_example, (VARIANTS, "examples")),
    LintRule(bodies.cases, (tables.ERRATA,)),
)

#: Rules that ask the compiler, which trips over problems of some kinds.
COMPILING = (
    LintRule(reach.excluded_values, EVERYTHING, linked=True),
    LintRule(null.nulls, EVERYTHING, linked=True),
)
STOPPING = frozenset(("content", "unknown-error-table", "variant-without-schema"))


def problems(sources: SourceIndex) -> list[Problem]:
    """Return what the rules find."""
    found = [problem for rule in RULES for problem in _found(sources, rule)]
    if STOPPING.isdisjoint(problem.code for problem in found):
        found += (problem for rule in COMPILING for problem in _found(sources, rule))
    return found


def _found(sources: SourceIndex, rule: LintRule) -> Iterator[Problem]:
    if sources.is_sound(*rule.needs) and (sources.is_linked or not rule.linked):
        yield from rule.check(sources)
