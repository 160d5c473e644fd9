"""`kvs-schema examples`: the worked examples as a receiver gets them, and broken ones."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from ....catalogue import store
from ....catalogue.names import variant_names
from ....catalogue.texts import Text
from ....catalogue.unknown_names import UnknownNameError
from ....spec.vocabulary import said
from ....validation.callbacks import encode_document
from ...terminal.exit_codes import VALID, CommandError
from ...terminal.screen import Screen, Span

#: The worked examples from which the broken ones are made.
FINISHED, FAILED = "avinfo", "failed-avsample"
_WHOLE_NUMBER = re.compile(r'(?<=\\":)\d+')


def run(arguments: Namespace, screen: Screen) -> int:
    """Print or list examples; without a name every callback, one per line."""
    names = arguments.names
    bad = broken()
    worked = [name for name in names if name not in bad]
    try:
        examples = chosen(worked) if worked or not names else {}
    except UnknownNameError as error:
        why = {"why": error.text(screen.lang)}
        raise CommandError(Text("lists.examples", why)) from error
    if arguments.list:
        headers = screen.headers("example", "schema", "title")
        rows: list[list[Span]] = [
            [(name, "name"), e["schema"], said(e, "title", screen.lang) or ""]
            for name, e in examples.items()
        ]
        rows += [
            [(name, "name"), "–", screen.say(f"demo.{name.replace('-', '_')}")]
            for name in bad
            if not names or name in names
        ]
        screen.table(headers, rows)
        return VALID
    if not names:
        examples = {name: e for name, e in examples.items() if e["schema"] in variant_names()}
    for example in examples.values():
        indent = 2 if arguments.opened and len(examples) == 1 else None
        screen.json(example["body"] if arguments.opened else received(example), indent=indent)
    for name in bad:
        if name in names:
            screen.raw_json(bad[name])
    return VALID


def chosen(names: list[str]) -> dict[str, Any]:
    """Return examples by name, or all of a schema; every one without a name."""
    examples: dict[str, Any] = store.specification()["examples"]
    if not names:
        return examples
    found: dict[str, Any] = {}
    for name in names:
        shown = {key: e for key, e in examples.items() if name in (key, e["schema"])}
        if not shown:
            known = {*examples, *broken(), *(e["schema"] for e in examples.values())}
            raise UnknownNameError("example", name, known)
        found |= shown
    return found


def received(example: Mapping[str, Any]) -> Any:
    """Return the body of an example as it arrives, with embedded documents closed."""
    return encode_document(example["schema"], example["body"])


def broken() -> dict[str, str]:
    """Return by name what may become of two of the examples on their way; none of it is valid."""
    finished, failed = (
        json.dumps(received(chosen([name])[name]), ensure_ascii=False)
        for name in (FINISHED, FAILED)
    )
    first, value = next(iter(json.loads(failed).items()))
    again = json.dumps({first: value}, ensure_ascii=False)[:-1]
    return {
        "wrong-type": _WHOLE_NUMBER.sub(r'\\"unknown\\"', finished, count=1),
        "truncated": finished[: len(finished) // 3],
        "duplicate-key": f"{again}, {failed[1:]}",
    }
