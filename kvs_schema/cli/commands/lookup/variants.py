"""`kvs-schema variants`: what callbacks there are."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from ....catalogue.variants import variants
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
                variant.title_zh if screen.lang == "zh" else variant.title,
            )
            for variant in variants()
        ],
    )
    return VALID
