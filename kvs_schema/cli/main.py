"""Runs one command and turns whatever happens into an exit code and a message without traceback.

Arguments go in, an exit code comes out. A command is imported when it is run.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator, Sequence
from importlib import import_module

from ..catalogue.reasons import ReasonedError, reason
from ..catalogue.texts import Lang
from ..catalogue.unknown_names import UnknownNameError
from ..spec.exceptions import KvsSchemaError, MissingExtraError
from .parser import parser
from .terminal.argument_errors import argparse_in
from .terminal.exit_codes import (
    BROKEN_PIPE,
    FAILED,
    INTERRUPTED,
    TERMINATED,
    CommandError,
)
from .terminal.language import language
from .terminal.screen import ClosedOutput, Screen

#: Set to see the traceback of an error that nobody foresaw.
TRACEBACK = "KVS_SCHEMA_TRACEBACK"

#: The commands by the folder that has them; each is a module with a function `run`.
_FOLDERS = {
    "bodies": ("audit", "conformance", "decode", "encode", "redact", "validate"),
    "lookup": ("codes", "examples", "explain", "schema", "variants"),
    "produce": ("demo", "docs", "export", "lint", "sample"),
    "receivers": ("emulate", "fuzz", "send"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Carry out one command line and give its exit code.

    0 all valid or done, 1 some document is invalid, 2 something could not be done (2 wins over
    1), 130 interrupted, 143 terminated, 141 when nobody reads the output any more: what shells
    report for the signals.
    """
    given = list(sys.argv[1:] if argv is None else argv)
    lang = language(given, os.environ)
    try:
        with _termination(), _output():
            screen = Screen(lang)
            arguments = _parsed(given, lang)
            if isinstance(arguments, int):
                return arguments
            return _run(arguments, screen)
    except BrokenPipeError:
        _leave_output()
        return BROKEN_PIPE
    except KeyboardInterrupt as stop:
        _ignore_signals()
        return TERMINATED if isinstance(stop, _Terminated) else INTERRUPTED
    except (OSError, CommandError) as error:  # standard output cannot be written
        _leave_output()
        _say(reason(error).said(lang))
        return FAILED
    except KvsSchemaError as error:  # the texts themselves cannot be read
        _say(str(error))
        return FAILED


class _Terminated(KeyboardInterrupt):
    """SIGTERM came: end as on Ctrl-C, so that worker processes and what they share are released."""


@contextlib.contextmanager
def _termination() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def terminate(number: int, frame: object) -> None:
        raise _Terminated

    previous = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous or signal.SIG_DFL)


@contextlib.contextmanager
def _output() -> Iterator[None]:
    """Hand everything written to the system at the end, and refuse what a closed output loses."""
    with contextlib.redirect_stdout(sys.stdout or ClosedOutput()) as stream:
        try:
            yield
        finally:
            stream.flush()


def _parsed(argv: Sequence[str], lang: Lang) -> Namespace | int:
    """Return the arguments, or the exit code where help was asked for or they are wrong."""
    top = parser(lang)
    with argparse_in(lang):
        try:
            arguments = top.parse_args(argv)
        except SystemExit as stop:
            return stop.code if isinstance(stop.code, int) else FAILED
        if arguments.command is None:
            top.print_help(sys.stderr)
            return FAILED
        return arguments


def _run(arguments: Namespace, screen: Screen) -> int:
    try:
        folder = next(name for name, names in _FOLDERS.items() if arguments.command in names)
        command = import_module(f"{__package__}.commands.{folder}.{arguments.command}")
        return int(command.run(arguments, screen))
    except BrokenPipeError:
        raise
    except KvsSchemaError as error:
        for line in _text(error, screen).splitlines():
            screen.error(line)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        screen.error(f"{where}{reason(error).said(screen.lang)}")
    except Exception as error:
        if os.environ.get(TRACEBACK):
            raise
        about = {"name": type(error).__name__, "error": error, "variable": TRACEBACK}
        screen.error(screen.say("errors.internal", **about))
    return FAILED


def _text(error: KvsSchemaError, screen: Screen) -> str:
    """Return an error in the language of the run; errors of sources are in English only."""
    if isinstance(error, ReasonedError | UnknownNameError):
        return error.text(screen.lang)
    if isinstance(error, MissingExtraError):
        return screen.say("errors.missing_extra", part=error.part, extra=error.extra)
    return str(error)


def _say(text: str) -> None:
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(f"kvs-schema: {text}", file=sys.stderr)  # noqa: T201


def _leave_output() -> None:
    """Point standard output elsewhere, so that the interpreter does not fail again at its end."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _ignore_signals() -> None:
    """Ignore further signals, which would print a traceback while processes are being ended."""
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
