"""`kvs-schema conformance`: run a receiver in any language through the conformance vectors."""

from __future__ import annotations

import asyncio
import json
from argparse import Namespace
from collections import Counter
from collections.abc import Collection
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, get_args

from ....catalogue.texts import Text
from ....catalogue.unknown_names import UnknownNameError
from ....export.conformance import conformance, vector_ids
from ....results.messages import LONGEST
from ....testing.conformance import Kind, Program, ProgramError, Result
from ...terminal.exit_codes import INVALID, VALID, CommandError
from ...terminal.screen import Screen

#: What makes the exit code 1.
_BAD: tuple[Kind, ...] = ("failed", "errored", "unexpected")


def run(arguments: Namespace, screen: Screen) -> int:
    """Print what is not as expected, and how many vectors passed."""
    expected = _expected(arguments.expected, vector_ids())
    patterns = arguments.only or ["*"]
    vectors = conformance(lambda name: any(fnmatchcase(name, each) for each in patterns))["vectors"]
    if not vectors:
        raise CommandError(Text("conformance.no_vectors"))
    program = Program(arguments.program, arguments.timeout)
    counts: Counter[Kind] = Counter()

    def tell(result: Result) -> None:
        counts[result.kind] += 1
        if arguments.format == "json":
            screen.json(result.as_dict())
        elif result.kind in _BAD:
            _tell(screen, result)

    try:
        asyncio.run(program.run(vectors, expected, tell))
    except ProgramError as error:
        about = dict(error.about)
        if "problem" in about:
            about["why"] = screen.say(f"conformance.{about.pop('problem')}")
        raise CommandError(Text(f"conformance.{error.reason}", about)) from error
    if arguments.format == "text":
        _summary(screen, program, counts)
    return INVALID if any(counts[kind] for kind in _BAD) else VALID


def _expected(path: str | None, known: Collection[str]) -> set[str]:
    """Return the ids in a file, blank lines and comments left out."""
    if path is None:
        return set()
    lines = Path(path).read_text(encoding="utf-8").splitlines()
    found = {line.partition("#")[0].strip() for line in lines} - {""}
    for name in sorted(found.difference(known)):
        raise UnknownNameError("vector", name, known)
    return found


def _tell(screen: Screen, result: Result) -> None:
    say = screen.say
    about = [
        say(
            "conformance.difference",
            key=each.key,
            expected=_short(each.expected),
            answered=_short(each.answered),
        )
        for each in result.differences
    ]
    about += [say(f"conformance.{result.problem}")] if result.problem else []
    about += [result.message[:LONGEST]] if result.message else []
    words = f"{say('conformance.colon')}{'; '.join(about)}" if about else ""
    screen.line((result.id, "name"), " ", (say(f"conformance.{result.kind}"), "bad"), words)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _summary(screen: Screen, program: Program, counts: Counter[Kind]) -> None:
    told = program.implementation
    names = [str(told[key]) for key in ("name", "language") if isinstance(told.get(key), str)]
    about = [screen.say("conformance.vectors", count=counts.total())]
    about += [
        screen.say("conformance.count", count=counts[kind], kind=screen.say(f"conformance.{kind}"))
        for kind in get_args(Kind)
        if counts[kind]
    ]
    colon, comma = screen.say("conformance.colon"), screen.say("validate.comma")
    name = " ".join(names)[:LONGEST] or screen.say("conformance.nobody")
    screen.line((name, "title"), f"{colon}{comma.join(about)}")
