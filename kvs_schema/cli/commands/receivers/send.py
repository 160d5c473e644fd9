"""`kvs-schema send`: posts drawn callbacks, or a file byte for byte, and prints what came back."""

from __future__ import annotations

import asyncio
import os
from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path

from ....catalogue.names import variant_names
from ....catalogue.texts import Text
from ....catalogue.unknown_names import UnknownNameError
from ....posting import Answer, Poster
from ....reports import check_callback
from ...batch.inputs import STDIN, SUFFIXES
from ...batch.jobs import standard_input
from ...terminal.exit_codes import FAILED, INVALID, VALID, CommandError
from ...terminal.screen import Screen, Style, short_task_id


def run(arguments: Namespace, screen: Screen) -> int:
    """Post each body and print a line for it.

    The exit code is 0 if all answers are 2xx, 1 if another one came, 2 if one did not come.
    """
    return asyncio.run(_send(arguments, _bodies(arguments), screen))


async def _send(arguments: Namespace, bodies: Iterable[bytes], screen: Screen) -> int:
    code = VALID
    async with Poster(
        timeout=arguments.timeout, remote=arguments.remote, headers=arguments.headers
    ) as poster:
        for body in bodies:
            answer = await poster.post(arguments.url, body)
            _tell(arguments, body, answer, screen)
            if answer.status is None:
                code = FAILED
            elif not answer.accepted:
                code = max(code, INVALID)
    return code


def _bodies(arguments: Namespace) -> Iterator[bytes]:
    """Return the bodies to post: drawn ones, or a file as often as asked for."""
    what = arguments.what
    is_path = what is not None and (os.sep in what or what.endswith(tuple(SUFFIXES)))
    if what is None or what in variant_names():
        return _drawn(arguments)
    if what != STDIN and not is_path and not Path(what).exists():
        raise UnknownNameError("variant", what, variant_names())
    asked = (arguments.type_, arguments.errnums, arguments.pins, arguments.task_id, arguments.wild)
    if any(asked):
        raise CommandError(Text("send.as_it_is"), what)
    with standard_input() if what == STDIN else Path(what).open("rb") as file:
        body = file.read()
    return (body for _ in range(arguments.count))


def _drawn(arguments: Namespace) -> Iterator[bytes]:
    from ...drawing import check_error_codes, sampled

    arguments.variants = [] if arguments.what is None else [arguments.what]
    check_error_codes(arguments)
    return (line.encode() for line in sampled(arguments))


def _tell(arguments: Namespace, body: bytes, answer: Answer, screen: Screen) -> None:
    report = check_callback(body)
    milliseconds = round(answer.seconds * 1000)
    error = None if answer.error is None else answer.error.said(screen.lang)
    if arguments.format == "json":
        told = {
            "variant": report.variant,
            "task_id": report.task_id,
            "status": answer.status,
            "milliseconds": milliseconds,
            "answer": answer.body.decode(errors="replace"),
            "error": error,
        }
        screen.json({key: value for key, value in told.items() if value is not None})
    else:
        style: Style = "good" if answer.accepted else "bad"
        about = [report.variant or arguments.what, *filter(None, [short_task_id(report.task_id)])]
        came = error if error is not None else f"{answer.status} {milliseconds} ms"
        screen.line(f"POST {' '.join(about)} -> ", (came, style))
    screen.flush()
