"""`kvs-schema variants`: what callbacks there are."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from ....catalogue.variants import variants
from ...terminal.exit_codes import VALID
from ...terminal.screen import Screen


def run(arguments: Namespace, screen: Screen) -> int:
    """List the variants, and whether a body of them can hold at the strict level."""
    if arguments.format == "json":
        for variant in variants():
            screen.json(asdict(variant))
        return VALID
    say = screen.say
    screen.table(
        (say("variant", "变体"), say("strict", "严格"), say("meaning", "含义")),
        [
            (
                (variant.name, "name"),
                say("never", "不可能") if variant.strict_empty else say("possible", "可能"),
                variant.title_zh if screen.lang == "zh" else variant.title,
            )
            for variant in variants()
        ],
    )
    return VALID
