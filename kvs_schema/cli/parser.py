"""Makes the parser of all commands, with its help in English or Chinese.

Uses the standard library only and imports no command, so that help and errors are fast.
"""

from __future__ import annotations

import argparse
from functools import partial
from typing import Any, NoReturn

from .. import __version__
from ..catalogue.texts import LANGS, Lang, speaker
from ..reading.limits import Limits
from ..spec.suggestions import nearest
from .terminal.argument_errors import argparse_in, header, key, number, seconds, size

_TEXT_OR_JSON: Any = {"choices": ("text", "json"), "default": "text"}
_REPEATED: Any = {"action": "append", "default": []}


def parser(lang: Lang = "en") -> argparse.ArgumentParser:
    """Return the parser of `kvs-schema`, with its help in one of the two languages."""
    say = speaker(lang)
    with argparse_in(lang):
        top = _Parser(
            lang=lang, prog="kvs-schema", description=say("help.about"), epilog=say("help.epilog")
        )
        version = f"kvs-schema {__version__}"
        top.add("--version", text="version", action="version", version=version)
        top.add("--lang", text="lang", choices=LANGS)
        commands = top.add_subparsers(
            dest="command", metavar="COMMAND", title=say("help.commands"), parser_class=_Parser
        )

        def command(name: str, more: str = "") -> _Parser:
            text = say(f"help.{name}")
            about = f"{text[0].upper()}{text[1:]}{say('help.full_stop')}\n\n{more}".strip()
            added: _Parser = commands.add_parser(name, lang=lang, help=text, description=about)
            added.add("--lang", text="lang", choices=LANGS, default=argparse.SUPPRESS)
            return added

        _validate(command("validate", say("help.validate_more")))
        _audit(command("audit", say("help.audit_more")))
        command("explain").add("topics", text="topics", nargs="+", metavar="TOPIC")
        add = command("codes").add
        add("--table", text="codes_table", metavar="NAME")
        add("--format", text="codes_format", **_TEXT_OR_JSON)
        command("variants").add("--format", text="variants_format", **_TEXT_OR_JSON)
        _schema(command("schema", say("help.schema_more")))
        for name in ("decode", "encode"):
            command(name).add("path", text="file", nargs="?", default="-", metavar="FILE")
        add = command("redact", say("help.redact_more")).add
        add("paths", text="redact_paths", nargs="+", metavar="BODY")
        add("-o", "--out", text="out", dest="directory", required=True, metavar="DIR")
        add = command("examples", say("help.examples_more")).add
        add("names", text="examples_names", nargs="*", metavar="NAME")
        add("--list", text="examples_list", action="store_true")
        add("--opened", text="opened", action="store_true")
        _sample(command("sample"))
        _send(command("send", say("help.send_more")))
        _emulate(command("emulate", say("help.emulate_more")))
        _fuzz(command("fuzz", say("help.fuzz_more")))
        command("lint").add("directory", text="lint_directory", nargs="?", metavar="DIR")
        _conformance(command("conformance", say("help.conformance_more")))
        command("docs").add("--out", text="out", required=True, metavar="DIR")
        command("export").add("directory", text="out", metavar="DIR")
        add = command("demo").add
        add("directory", text="demo_directory", nargs="?", default="kvs-demo", metavar="DIR")
    return top


class _Parser(argparse.ArgumentParser):
    """A parser that suggests the nearest choice, and takes names after options too."""

    def __init__(self, *, lang: Lang, **options: Any) -> None:
        self.say = speaker(lang)
        self.near: str | None = None
        super().__init__(
            formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options
        )

    def add(self, *flags: str, text: str, to: Any = None, **options: Any) -> None:
        """Add an argument, or one of a group of ours; `text` names its help in the catalogue."""
        (to or self).add_argument(*flags, help=self.say(f"help.{text}"), **options)

    def parse_known_args(  # type: ignore[override]
        self, args: Any = None, namespace: Any = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse as argparse does, but take names after options, and complain for the command."""
        found, extras = super().parse_known_args(args, namespace)
        many = [action.dest for action in self._actions if action.nargs in ("*", "+")]
        while many and extras and (extras[0] == "-" or not extras[0].startswith("-")):
            setattr(found, many[0], [*getattr(found, many[0]), extras.pop(0)])
        if extras and self._subparsers is None:  # otherwise the hint names the program alone
            self.error(self.say("argparse.unrecognized arguments: %s") % " ".join(extras))
        return found, extras

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print as argparse does, but let errors of writing through."""
        if message and file is not None:
            file.write(message)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError:
            self.near = nearest(value, action.choices or ())
            raise

    def error(self, message: str) -> NoReturn:
        hint = self.say("arguments.hint", program=self.prog)
        if self.near:
            hint = self.say("arguments.meant", near=self.near) + f"\n{hint}"
        self.exit(2, f"{self.prog}: {message}\n{hint}\n")


def _validate(command: _Parser) -> None:
    add, limits = command.add, Limits()
    whole = partial(number, command.say, least=1)
    add("paths", text="paths", nargs="*", metavar="PATH")
    add("--as", text="as", dest="name", metavar="NAME", default="callback")
    add("--strict", text="strict", action="store_true")
    formats = ("text", "json", "github", "sarif", "junit")
    add("--format", text="format", choices=formats, default="text")
    add("--deviations", text="deviations", action=argparse.BooleanOptionalAction, default=None)
    add("--no-values", text="no_values", action="store_true")
    form: Any = {"to": command.add_mutually_exclusive_group(), "dest": "form"}
    add("--json", text="json", action="store_const", const="json", **form)
    add("--jsonl", text="jsonl", action="store_const", const="jsonl", **form)
    add("--jobs", text="jobs", type=whole, metavar="N")
    bytes_ = partial(size, command.say)
    add("--max-body", text="max_body", type=bytes_, metavar="SIZE", default=limits.body)
    add("--max-findings", text="max_findings", type=whole, metavar="N", default=limits.findings)
    add("-q", "--quiet", text="quiet", action="store_true")


def _audit(command: _Parser) -> None:
    add, bytes_ = command.add, partial(size, command.say)
    add("paths", text="audit_paths", nargs="+", metavar="PATH")
    add("-o", "--out", text="audit_out", metavar="FILE")
    add("--html", text="audit_html", metavar="FILE")
    add("--findings", text="audit_findings", metavar="FILE")
    add("--endpoint", text="audit_endpoint", metavar="URL")
    add("--format", text="audit_format", **_TEXT_OR_JSON)
    add("--fail-on", text="audit_fail_on", metavar="CONDITION", **_REPEATED)
    add("--engine", text="audit_engine", metavar="NAME", default="loky")
    add("--jobs", text="jobs", type=partial(number, command.say, least=1), metavar="N")
    add("--column", text="audit_column", metavar="NAME", default="body")
    add("--day-column", text="audit_day_column", metavar="NAME", default="day")
    add("--split", text="audit_split", type=bytes_, metavar="SIZE", default=32 * 1024**2)
    add("--max-body", text="max_body", type=bytes_, metavar="SIZE", default=Limits().body)
    add("--no-values", text="audit_no_values", action="store_true")
    add("-q", "--quiet", text="quiet", action="store_true")


def _schema(command: _Parser) -> None:
    command.add("name", text="schema_name", nargs="?", metavar="NAME")
    kind = command.add_mutually_exclusive_group()
    command.add("--strict", text="strict", to=kind, action="store_true")
    command.add("--shape", text="schema_shape", to=kind, action="store_true")
    command.add("--opened", text="opened", action="store_true")


def _sample(command: _Parser) -> None:
    add, whole = command.add, partial(number, command.say, least=1)
    add("variants", text="sample_variants", nargs="*", metavar="VARIANT")
    add("--count", text="sample_count", type=whole, default=1, metavar="N")
    add("--invalid", text="sample_invalid", action="store_true")
    _drawing(command, "sample_seed", 0)


def _send(command: _Parser) -> None:
    add, whole = command.add, partial(number, command.say, least=1)
    add("url", text="url", metavar="URL")
    add("what", text="send_what", nargs="?", metavar="VARIANT|FILE|-")
    add("--count", text="sample_count", type=whole, default=1, metavar="N")
    add("--task-id", text="send_task_id", metavar="ID")
    _drawing(command, "sample_seed", 0)
    _posting(command)
    add("--format", text="send_format", **_TEXT_OR_JSON)


def _emulate(command: _Parser) -> None:
    add, say = command.add, command.say
    whole, amount = partial(number, say, least=1), partial(seconds, say, least=0)
    port = partial(number, say, least=0, most=65535)
    add("--port", text="port", type=port, default=8400, metavar="N")
    add("--dialect", text="dialect", default="task", metavar="NAME")
    _drawing(command, "seed_of_run", None)
    add("--failure-rate", text="failure_rate", type=amount, default=0.2, metavar="R")
    add("--faults", text="faults", type=amount, default=0.2, metavar="R")
    add("--latency", text="latency", type=amount, default=5.0, metavar="SECONDS")
    add("--speed", text="speed", type=amount, default=1.0, metavar="N")
    add("--attempts", text="attempts", type=whole, default=10, metavar="N")
    add("--refuse", text="refuse", type=partial(number, say), metavar="CODE")
    pair = partial(key, say)
    add("--key", text="key", dest="keys", type=pair, metavar="ACCESS:SECRET", **_REPEATED)
    add("--room", text="room", type=whole, default=10_000, metavar="N")
    _posting(command)


def _fuzz(command: _Parser) -> None:
    add, say = command.add, command.say
    whole = partial(number, say, least=1)
    add("target", text="fuzz_target", metavar="URL|MODULE:APP")
    add("variants", text="sample_variants", nargs="*", default=[], metavar="VARIANT")
    add("--path", text="fuzz_path", metavar="PATH")
    add("--examples", text="fuzz_examples", type=whole, default=100, metavar="N")
    add("--time", text="fuzz_time", type=partial(seconds, say), metavar="SECONDS")
    add("--seed", text="seed_of_run", type=partial(number, say), metavar="S")
    add("--refuse-invalid", text="fuzz_refuse_invalid", action="store_true")
    add("--accept", text="fuzz_accept", type=whole, metavar="STATUS", **_REPEATED)
    add("--task-id", text="fuzz_task_id", metavar="ID")
    _pins(command)
    _posting(command)
    add("-o", "--out", text="fuzz_out", dest="directory", default="kvs-fuzz", metavar="DIR")


def _conformance(command: _Parser) -> None:
    add, whole = command.add, partial(number, command.say, least=1)
    add("program", text="conformance_program", nargs="+", metavar="COMMAND")
    add("--expected-failures", text="expected_failures", dest="expected", metavar="FILE")
    add("--only", text="conformance_only", metavar="PATTERN", **_REPEATED)
    add("--timeout", text="conformance_timeout", type=whole, default=5, metavar="SECONDS")
    add("--format", text="conformance_format", **_TEXT_OR_JSON)


def _drawing(command: _Parser, seed_text: str, seed: int | None) -> None:
    whole = partial(number, command.say)
    command.add("--seed", text=seed_text, type=whole, default=seed, metavar="S")
    command.add("--wild", text="sample_wild", action="store_true")
    _pins(command)


def _pins(command: _Parser) -> None:
    """Add what `drawing.callback_options` reads."""
    add, whole = command.add, partial(number, command.say)
    add("--type", text="sample_type", dest="type_", action="append", metavar="T")
    add("--errnum", text="sample_errnum", dest="errnums", type=whole, action="append", metavar="N")
    add("--set", text="sample_set", dest="pins", metavar="PLACE=VALUE", **_REPEATED)


def _posting(command: _Parser) -> None:
    """Add how bodies are posted: the arguments of `posting.Poster`."""
    add, say = command.add, command.say
    pair = partial(header, say)
    add("--header", text="header", dest="headers", type=pair, metavar="NAME:VALUE", **_REPEATED)
    add("--timeout", text="timeout", type=partial(seconds, say), default=10.0, metavar="SECONDS")
    add("--allow-remote", text="allow_remote", dest="remote", metavar="HOST", **_REPEATED)
