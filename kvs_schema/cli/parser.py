"""Makes the parser of all commands, with its help in English or Chinese.

Uses the standard library only and imports no command, so that help and errors are fast.
"""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from .. import __version__
from ..catalogue.texts import LANGS, Lang, speaker
from ..reading.limits import Limits
from ..spec.suggestions import nearest
from .terminal.argument_errors import argparse_in, header, key, number, seconds, size


def parser(lang: Lang = "en") -> argparse.ArgumentParser:
    """Return the parser of `kvs-schema`, with its help in one of the two languages."""
    with argparse_in(lang):
        return _Builder(lang).build()


class _Parser(argparse.ArgumentParser):
    """A parser that suggests the nearest choice, and takes names after options too."""

    def __init__(self, *, lang: Lang, **options: Any) -> None:
        self.say = speaker(lang)
        self.near: str | None = None
        super().__init__(
            formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options
        )

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


class _Builder:
    """Adds the commands one by one; `help` in the catalogue has a text for each argument."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.say = speaker(lang)
        self.commands: Any = None

    def build(self) -> argparse.ArgumentParser:
        say = self.say
        top = _Parser(
            lang=self.lang,
            prog="kvs-schema",
            description=say("help.about"),
            epilog=say("help.epilog"),
        )
        version = f"kvs-schema {__version__}"
        top.add_argument("--version", action="version", version=version, help=say("help.version"))
        self._language(top, None)
        self.commands = top.add_subparsers(
            dest="command", metavar="COMMAND", title=say("help.commands"), parser_class=_Parser
        )
        self._validate()
        self._audit()
        self._knowledge()
        self._bodies()
        self._receivers()
        self._sources()
        return top

    def _language(self, parser: argparse.ArgumentParser, default: Any) -> None:
        help_ = self.say("help.lang")
        parser.add_argument("--lang", choices=LANGS, default=default, help=help_)

    def _command(self, name: str, more: str = "") -> Any:
        text = self.say(f"help.{name}")
        about = f"{text[0].upper()}{text[1:]}{self.say('help.full_stop')}\n\n{more}".strip()
        command = self.commands.add_parser(name, lang=self.lang, help=text, description=about)
        self._language(command, argparse.SUPPRESS)
        return command

    def _format(self, command: Any, text: str, *more: str) -> None:
        choices = ("text", "json", *more)
        command.add_argument("--format", choices=choices, default="text", help=text)

    def _strict(self, command: Any) -> None:
        command.add_argument("--strict", action="store_true", help=self.say("help.strict"))

    def _opened(self, command: Any) -> None:
        command.add_argument("--opened", action="store_true", help=self.say("help.opened"))

    def _validate(self) -> None:
        say, limits = self.say, Limits()
        command = self._command("validate", say("help.validate_more"))
        add = command.add_argument
        add("paths", nargs="*", metavar="PATH", help=say("help.paths"))
        add("--as", dest="name", metavar="NAME", default="callback", help=say("help.as"))
        self._strict(command)
        self._format(command, say("help.format"), "github", "sarif", "junit")
        both = argparse.BooleanOptionalAction
        add("--deviations", action=both, default=None, help=say("help.deviations"))
        add("--no-values", action="store_true", help=say("help.no_values"))
        form = command.add_mutually_exclusive_group()
        for flag in ("json", "jsonl"):
            help_ = say(f"help.{flag}")
            form.add_argument(
                f"--{flag}", dest="form", action="store_const", const=flag, help=help_
            )
        whole, bytes_ = number(say, 1), size(say)
        add("--jobs", type=whole, metavar="N", help=say("help.jobs"))
        help_ = say("help.max_body")
        add("--max-body", type=bytes_, metavar="SIZE", default=limits.body, help=help_)
        help_ = say("help.max_findings")
        add("--max-findings", type=whole, metavar="N", default=limits.findings, help=help_)
        add("-q", "--quiet", action="store_true", help=say("help.quiet"))

    def _audit(self) -> None:
        say = self.say
        command = self._command("audit", say("help.audit_more"))
        add = command.add_argument
        add("paths", nargs="+", metavar="PATH", help=say("help.audit_paths"))
        for flags, name, metavar in (
            (("-o", "--out"), "audit_out", "FILE"),
            (("--html",), "audit_html", "FILE"),
            (("--findings",), "audit_findings", "FILE"),
            (("--endpoint",), "audit_endpoint", "URL"),
        ):
            add(*flags, metavar=metavar, help=say(f"help.{name}"))
        self._format(command, say("help.audit_format"))
        again: dict[str, Any] = {"action": "append", "default": [], "metavar": "CONDITION"}
        add("--fail-on", help=say("help.audit_fail_on"), **again)
        add("--engine", metavar="NAME", default="loky", help=say("help.audit_engine"))
        add("--jobs", type=number(say, 1), metavar="N", help=say("help.jobs"))
        add("--column", metavar="NAME", default="body", help=say("help.audit_column"))
        add("--day-column", metavar="NAME", default="day", help=say("help.audit_day_column"))
        sizes: dict[str, Any] = {"type": size(say), "metavar": "SIZE"}
        add("--split", default=32 * 1024**2, help=say("help.audit_split"), **sizes)
        add("--max-body", default=Limits().body, help=say("help.max_body"), **sizes)
        add("--no-values", action="store_true", help=say("help.audit_no_values"))
        add("-q", "--quiet", action="store_true", help=say("help.quiet"))

    def _knowledge(self) -> None:
        say = self.say
        command = self._command("explain")
        command.add_argument("topics", nargs="+", metavar="TOPIC", help=say("help.topics"))
        command = self._command("codes")
        command.add_argument("--table", metavar="NAME", help=say("help.codes_table"))
        self._format(command, say("help.codes_format"))
        command = self._command("variants")
        self._format(command, say("help.variants_format"))
        command = self._command("schema", say("help.schema_more"))
        command.add_argument("name", nargs="?", metavar="NAME", help=say("help.schema_name"))
        kind = command.add_mutually_exclusive_group()
        self._strict(kind)
        kind.add_argument("--shape", action="store_true", help=say("help.schema_shape"))
        self._opened(command)

    def _bodies(self) -> None:
        say = self.say
        for name in ("decode", "encode"):
            add = self._command(name).add_argument
            add("path", nargs="?", default="-", metavar="FILE", help=say("help.file"))
        add = self._command("redact", say("help.redact_more")).add_argument
        add("paths", nargs="+", metavar="BODY", help=say("help.redact_paths"))
        out = {"dest": "directory", "required": True, "metavar": "DIR"}
        add("-o", "--out", help=say("help.out"), **out)
        command = self._command("examples", say("help.examples_more"))
        add = command.add_argument
        add("names", nargs="*", metavar="NAME", help=say("help.examples_names"))
        add("--list", action="store_true", help=say("help.examples_list"))
        self._opened(command)
        add = self._command("sample").add_argument
        add("variants", nargs="*", metavar="VARIANT", help=say("help.sample_variants"))
        add("--count", type=number(say, 1), default=1, metavar="N", help=say("help.sample_count"))
        add("--invalid", action="store_true", help=say("help.sample_invalid"))
        self._drawing(add, 0, say("help.sample_seed"))

    def _drawing(self, add: Any, seed: int | None, help_: str) -> None:
        """Add what `drawing.callback_options` reads, the seed, and whether values are ordinary."""
        say = self.say
        add("--seed", type=number(say), default=seed, metavar="S", help=help_)
        add("--wild", action="store_true", help=say("help.sample_wild"))
        self._values(add)

    def _values(self, add: Any) -> None:
        say = self.say
        again: dict[str, Any] = {"action": "append"}
        add("--type", dest="type_", metavar="T", help=say("help.sample_type"), **again)
        codes = {"dest": "errnums", "type": number(say), "metavar": "N"}
        add("--errnum", help=say("help.sample_errnum"), **codes, **again)
        pins = {"dest": "pins", "default": [], "metavar": "PLACE=VALUE"}
        add("--set", help=say("help.sample_set"), **pins, **again)

    def _receivers(self) -> None:
        say, whole = self.say, number(self.say, 1)
        add = self._command("send", say("help.send_more")).add_argument
        add("url", metavar="URL", help=say("help.url"))
        add("what", nargs="?", metavar="VARIANT|FILE|-", help=say("help.send_what"))
        add("--count", type=whole, default=1, metavar="N", help=say("help.sample_count"))
        add("--task-id", metavar="ID", help=say("help.send_task_id"))
        self._drawing(add, 0, say("help.sample_seed"))
        self._posting(add)
        help_ = say("help.send_format")
        add("--format", choices=("text", "json"), default="text", help=help_)
        self._emulate()
        self._fuzz()

    def _emulate(self) -> None:
        say, whole, amount = self.say, number(self.say, 1), seconds(self.say, 0)
        command = self._command("emulate", say("help.emulate_more"))
        add, again = command.add_argument, {"action": "append", "default": []}
        port = number(say, 0, 65535)
        add("--port", type=port, default=8400, metavar="N", help=say("help.port"))
        add("--dialect", default="task", metavar="NAME", help=say("help.dialect"))
        self._drawing(add, None, say("help.seed_of_run"))
        for name, default, metavar in (
            ("failure-rate", 0.2, "R"),
            ("faults", 0.2, "R"),
            ("latency", 5.0, "SECONDS"),
            ("speed", 1.0, "N"),
        ):
            help_ = say(f"help.{name.replace('-', '_')}")
            add(f"--{name}", type=amount, default=default, metavar=metavar, help=help_)
        add("--attempts", type=whole, default=10, metavar="N", help=say("help.attempts"))
        add("--refuse", type=number(say), metavar="CODE", help=say("help.refuse"))
        pair, help_ = {"metavar": "ACCESS:SECRET"}, say("help.key")
        add("--key", dest="keys", type=key(say), help=help_, **pair, **again)
        add("--room", type=whole, default=10_000, metavar="N", help=say("help.room"))
        self._posting(add)

    def _fuzz(self) -> None:
        say, whole = self.say, number(self.say, 1)
        add = self._command("fuzz", say("help.fuzz_more")).add_argument
        add("target", metavar="URL|MODULE:APP", help=say("help.fuzz_target"))
        help_ = say("help.sample_variants")
        add("variants", nargs="*", default=[], metavar="VARIANT", help=help_)
        add("--path", metavar="PATH", help=say("help.fuzz_path"))
        add("--examples", type=whole, default=100, metavar="N", help=say("help.fuzz_examples"))
        add("--time", type=seconds(say), metavar="SECONDS", help=say("help.fuzz_time"))
        add("--seed", type=number(say), metavar="S", help=say("help.seed_of_run"))
        add("--refuse-invalid", action="store_true", help=say("help.fuzz_refuse_invalid"))
        statuses = {"type": whole, "action": "append", "default": [], "metavar": "STATUS"}
        add("--accept", help=say("help.fuzz_accept"), **statuses)
        add("--task-id", metavar="ID", help=say("help.fuzz_task_id"))
        self._values(add)
        self._posting(add)
        out = {"dest": "directory", "default": "kvs-fuzz", "metavar": "DIR"}
        add("-o", "--out", help=say("help.fuzz_out"), **out)

    def _posting(self, add: Any) -> None:
        """Add how bodies are posted: the arguments of `posting.Poster`."""
        say, again = self.say, {"action": "append", "default": []}
        help_ = say("help.header")
        add("--header", dest="headers", type=header(say), metavar="NAME:VALUE", help=help_, **again)
        default = {"default": 10.0, "metavar": "SECONDS"}
        add("--timeout", type=seconds(say), help=say("help.timeout"), **default)
        help_ = say("help.allow_remote")
        add("--allow-remote", dest="remote", metavar="HOST", help=help_, **again)

    def _sources(self) -> None:
        say = self.say
        add = self._command("lint").add_argument
        add("directory", nargs="?", metavar="DIR", help=say("help.lint_directory"))
        self._conformance()
        add = self._command("docs").add_argument
        add("--out", required=True, metavar="DIR", help=say("help.out"))
        add = self._command("export").add_argument
        add("directory", metavar="DIR", help=say("help.out"))
        add = self._command("demo").add_argument
        help_ = say("help.demo_directory")
        add("directory", nargs="?", default="kvs-demo", metavar="DIR", help=help_)

    def _conformance(self) -> None:
        say = self.say
        command = self._command("conformance", say("help.conformance_more"))
        add = command.add_argument
        add("program", nargs="+", metavar="COMMAND", help=say("help.conformance_program"))
        help_ = say("help.expected_failures")
        add("--expected-failures", dest="expected", metavar="FILE", help=help_)
        only = {"action": "append", "default": [], "metavar": "PATTERN"}
        add("--only", help=say("help.conformance_only"), **only)
        seconds = {"type": number(say, 1), "default": 5, "metavar": "SECONDS"}
        add("--timeout", help=say("help.conformance_timeout"), **seconds)
        self._format(command, say("help.conformance_format"))
