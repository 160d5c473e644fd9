"""All rules, and what of the sources must be sound for each to make sense."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from ...spec.vocabulary import SCHEMA_FOLDERS
from ..yaml_sources import Problem
from .files import bodies, catalogues, errata, provenance, tables, variants
from .places import NEEDED
from .schemas import content, names, null, objects, patterns, reach, redundant
from .subject import VARIANTS, Subject

Check: TypeAlias = Callable[[Subject], Iterator[Problem]]

SCHEMAS = tuple(SCHEMA_FOLDERS)
EVERYTHING = (*NEEDED, *SCHEMAS, "errors", "examples")


class Rule(NamedTuple):
    """A check of the sources.

    It is left out while one of the files or folders in `needs` has the wrong structure, and if it
    is `linked` while a reference leads nowhere, so that one fault is told once.
    """

    check: Check
    needs: tuple[str, ...] = ()
    linked: bool = False


RULES = (
    Rule(names.unusable_names),
    Rule(names.names_defined_twice),
    Rule(names.references),
    Rule(names.circular_references),
    Rule(names.unused_schemas, (VARIANTS,), linked=True),
    Rule(provenance.untitled_schemas),
    Rule(provenance.undescribed_properties, linked=True),
    Rule(provenance.unsourced_rules),
    Rule(provenance.unsourced_properties, linked=True),
    Rule(tables.table_names, (tables.TABLES,)),
    Rule(tables.unused_tables, (tables.TABLES, *SCHEMAS)),
    Rule(tables.rows, (tables.TABLES,)),
    Rule(tables.recorded_rows, (tables.TABLES, tables.ERRATA)),
    Rule(tables.required_rows, linked=True),
    Rule(errata.deviations_without_erratum, (tables.ERRATA,)),
    Rule(errata.unreached_errata, (tables.ERRATA, *SCHEMAS)),
    Rule(errata.deviation_places),
    Rule(errata.blind_deviations),
    Rule(objects.names_not_listed, linked=True),
    Rule(objects.unknown_required_names, linked=True),
    Rule(objects.counted_arrays, linked=True),
    Rule(patterns.patterns),
    Rule(redundant.beside_values),
    Rule(redundant.implied_lengths, linked=True),
    Rule(redundant.said_already, linked=True),
    Rule(redundant.inapplicable_keywords, linked=True),
    Rule(reach.incomplete_conditions),
    Rule(reach.vacuous_conditions, linked=True),
    Rule(reach.constant_conditions, linked=True),
    Rule(reach.crossed_bounds, linked=True),
    Rule(variants.overlapping_discriminators, (VARIANTS,)),
    Rule(variants.incomplete_dialects, (VARIANTS,)),
    Rule(variants.variants_without_schema, (VARIANTS,)),
    Rule(variants.first_level_names, (VARIANTS,), linked=True),
    Rule(variants.statuses_of_phases, (VARIANTS,), linked=True),
    Rule(variants.carried_names, (VARIANTS,), linked=True),
    Rule(content.embedded_documents),
    Rule(content.embedded_kinds),
    Rule(content.error_tables, ("errors",)),
    Rule(catalogues.error_codes, (catalogues.CATEGORIES,)),
    Rule(catalogues.unused_categories, ("errors",)),
    Rule(catalogues.messages, (catalogues.MESSAGES,)),
    Rule(catalogues.keywords_without_message, (catalogues.MESSAGES,)),
    Rule(bodies.examples, (tables.ERRATA,)),
    Rule(bodies.variants_without_example, (VARIANTS, "examples")),
    Rule(bodies.cases, (tables.ERRATA,)),
)

#: Rules that ask the compiler, which trips over problems of some kinds.
COMPILING = (
    Rule(reach.excluded_values, EVERYTHING, linked=True),
    Rule(null.nulls, EVERYTHING, linked=True),
)
STOPPING = frozenset(("content", "unknown-error-table", "variant-without-schema"))


def problems(subject: Subject) -> list[Problem]:
    """What the rules find."""
    found = [problem for rule in RULES for problem in _found(subject, rule)]
    if STOPPING.isdisjoint(problem.code for problem in found):
        found += (problem for rule in COMPILING for problem in _found(subject, rule))
    return found


def _found(subject: Subject, rule: Rule) -> Iterator[Problem]:
    if subject.is_sound(*rule.needs) and (subject.is_linked or not rule.linked):
        yield from rule.check(subject)
