"""Turn an `argparse` parser into Markdown for the page of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from kvs_schema.docs.markdown.context import Context, code, escaped, table

#: Columns of the usage line.
COLUMNS = 88


def command_line(context: Context, parser: argparse.ArgumentParser) -> str:
    """Return what a parser accepts: usage, description and options, then each command likewise."""
    return "\n\n".join(_parser(context, parser, 0))


def _parser(context: Context, parser: argparse.ArgumentParser, below: int) -> Iterator[str]:
    anchor = parser.prog.replace(" ", "-")
    yield context.heading(code(parser.prog), anchor, below=below)
    if parser.description:
        yield escaped(parser.description)
    yield _block(_usage(parser))
    commands = [
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    ]
    rows = [
        [_invocation(parser, action), escaped(_help(action))]
        for action in parser._actions
        if action not in commands and action.help is not argparse.SUPPRESS
    ]
    if rows:
        yield context.wrapped(
            "options", table([context.word("options"), context.word("description")], rows)
        )
    if parser.epilog:
        yield _block(parser.epilog)
    for action in commands:
        for command in dict.fromkeys(action.choices.values()):
            yield from _parser(context, command, below + 1)


def _usage(parser: argparse.ArgumentParser) -> str:
    formatter = argparse.HelpFormatter(parser.prog, width=COLUMNS)
    groups = parser._mutually_exclusive_groups
    formatter.add_usage(parser.usage, parser._actions, groups, prefix="")
    return formatter.format_help().strip()


def _invocation(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    """Return how an argument is written: its option strings and what follows them."""
    formatter: Any = argparse.HelpFormatter(parser.prog)
    return code(formatter._format_action_invocation(action))


def _help(action: argparse.Action) -> str:
    return (action.help or "") % {**vars(action), "prog": "", "default": action.default}


def _block(text: str) -> str:
    return f"```console\n{text}\n```"
