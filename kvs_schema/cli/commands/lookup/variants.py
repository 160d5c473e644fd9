"""`kvs-schema variants`: what callbacks there are."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from ....catalogue.variants import variants
from ....spec.vocabulary import said
from ...terminal.exit_codes import VALID
from ...terminal.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """List the variants, and whether a body of them can be valid at the strict level."""
    if arguments.format == "json":
        for variant in variants():
            screen.json(asdict(variant))
        return VALID
    screen.table(
        screen.headers("variant", "strict", "meaning"),
        [
            (
                (variant.name, "name"),
                screen.say("lists.never" if variant.strict_empty else "lists.possible"),
                said(asdict(variant), "title", screen.lang) or "",
            )
            for variant in variants()
        ],
    )
    return VALID
