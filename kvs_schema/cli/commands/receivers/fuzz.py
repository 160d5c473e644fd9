"""`kvs-schema fuzz`: looks for bodies that break a running handler, or one in this process."""

from __future__ import annotations

import logging
import random
import shlex
import sys
from argparse import Namespace
from pathlib import Path

from ....catalogue.reasons import reason
from ....catalogue.texts import Text, speaker
from ....catalogue.variants import Variant
from ....fuzzing.files import Destination, FailureFiles, failure_files
from ....fuzzing.probe import probe
from ....fuzzing.properties import Examiner
from ....fuzzing.receivers import Receiver, open_receiver
from ....fuzzing.scripts import ScriptGroup, groups
from ....fuzzing.search import FailureKey, GroupedFailure, Search
from ....reports import check_callback
from ....strategies.callbacks import chosen_variants
from ...drawing import callback_options, check_error_codes, drawing, sampled
from ...targets import check_folder
from ...terminal.exit_codes import INVALID, VALID, CommandError
from ...terminal.screen import Screen, Span, short_task_id

#: Rules that are listed at most, and characters of a body that are shown.
_RULES, _SHOWN = 20, 600


def run(arguments: Namespace, screen: Screen) -> int:
    """Search, print what was found, and write it as files.

    The exit code is 0 if nothing was found, 1 if something was, 2 if nothing could be posted or
    the receiver refuses everything. On Ctrl-C what was found so far is printed and written too.
    """
    destination = _destination(arguments)
    check_error_codes(arguments)
    check_folder(Path(arguments.directory))
    seed = random.SystemRandom().getrandbits(32) if arguments.seed is None else arguments.seed
    logging.disable(logging.CRITICAL)  # an application logs each error that it is made to raise
    try:
        with open_receiver(
            destination.target,
            path=destination.path,
            folder=destination.folder,
            timeout=destination.timeout,
            headers=destination.headers,
            remote=destination.remote,
        ) as receiver:
            return _Fuzzing(arguments, screen, destination, receiver, seed).run()
    finally:
        logging.disable(logging.NOTSET)


def _destination(arguments: Namespace) -> Destination:
    """Return where bodies are posted; raises `CommandError` for a URL with a path apart from it."""
    found = Destination(
        arguments.target,
        path=arguments.path or "/",
        folder=str(Path.cwd()),
        timeout=arguments.timeout,
        headers=tuple(arguments.headers),
        remote=tuple(arguments.remote),
        accept=tuple(arguments.accept),
    )
    if found.is_url and arguments.path is not None:
        raise CommandError(Text("fuzz.path_of_url"), found.target)
    return found


class _Fuzzing:
    """One run of the command against an open receiver."""

    def __init__(
        self,
        arguments: Namespace,
        screen: Screen,
        destination: Destination,
        receiver: Receiver,
        seed: int,
    ) -> None:
        self.arguments, self.screen, self.destination = arguments, screen, destination
        self.receiver = receiver
        pinned = arguments.task_id is not None
        examiner = Examiner(receiver, arguments.accept, arguments.refuse_invalid, not pinned)
        self.search = Search(examiner, seed, arguments.examples, arguments.time)

    def run(self) -> int:
        """Probe, search and report; return the exit code."""
        arguments, screen, search = self.arguments, self.screen, self.search
        with drawing():
            variants = chosen_variants(arguments.variants or None, None, strict=False)
            wanted = groups(
                variants,
                lambda variant: callback_options(self._given(variant)),
                pinned=arguments.task_id is not None,
            )
        screen.line(screen.say("fuzz.begin", target=self.destination.target, seed=search.seed))
        screen.flush()
        interrupt: KeyboardInterrupt | None = None
        try:
            ordinary = filter(None, map(self._ordinary, variants))
            alive = probe(search.examiner, ordinary, is_url=self.destination.is_url)
            for group in search.run(wanted, alive):
                self._progress(group)
        except KeyboardInterrupt as caught:
            interrupt, search.stopped = caught, "interrupted"
        self._progress(None)
        for number, (key, found) in enumerate(search.found.items(), 1):
            self._tell(number, key, found)
        self._summary()
        if interrupt is not None:
            raise interrupt
        return INVALID if search.found else VALID

    def _given(self, variant: str) -> Namespace:
        """Return the arguments for one callback of one variant."""
        one = {"variants": [variant], "count": 1, "seed": self.search.seed}
        return Namespace(**vars(self.arguments) | one)

    def _ordinary(self, variant: Variant) -> bytes | None:
        try:
            return next(sampled(self._given(variant.name))).encode()
        except (CommandError, ValueError):  # the options exclude the variant
            return None

    def _progress(self, done: ScriptGroup | None) -> None:
        """Say on a terminal what is done, on a line that the next one replaces."""
        if sys.stderr.isatty():
            told = ""
            if done is not None:
                about = {"variant": done.variant or "", "posts": self.receiver.posts}
                group = self.screen.say(f"fuzz.{done.kind}")
                told = self.screen.say("fuzz.progress", group=group, **about)
            sys.stderr.write(f"\r\x1b[K{told}\r")
            sys.stderr.flush()

    def _tell(self, number: int, key: FailureKey, found: GroupedFailure) -> None:
        screen, failure = self.screen, found.smallest
        screen.line()
        title = screen.say(f"fuzz.{key[0].value}", status=key[1])
        screen.line((f"{number}. {title}", "bad"), f" ({', '.join(found.variants)})")
        english = speaker("en")(f"fuzz.{key[0].value}", status=key[1])
        files = failure_files(failure, english, self.destination, Path(self.arguments.directory))
        for body, name, status in zip(failure.bodies, files.names, failure.statuses, strict=True):
            report = check_callback(body)
            about = " ".join(filter(None, (report.variant, short_task_id(report.task_id))))
            screen.line(f"   POST {about or name} -> {status or '-'}  ", (name, "dim"))
        if failure.said:
            screen.line(f"   {failure.said[:_SHOWN]}")
        if failure.script.rule is not None:
            screen.line(f"   {screen.say('fuzz.rule', rule=failure.script.rule)}")
        written = self._write(files)
        for name, body in files.bodies.items():
            text = body.decode(errors="replace")
            screen.line((f"   {name}: ", "dim"), _beginning(text) if written else text)
        if written:
            screen.line(f"   {shlex.join(['pytest', str(files.test)])}")
            screen.line(f"   {shlex.join(['cd', str(files.test.parent)])}")
        for command in files.curl(self.destination):
            screen.line(f"   {command}")

    def _write(self, files: FailureFiles) -> bool:
        """Write the files of a failure; return whether that succeeded."""
        try:
            files.write()
        except OSError as error:
            where = error.filename or files.test.parent
            self.screen.error(f"{where}: {reason(error).said(self.screen.lang)}")
            return False
        return True

    def _summary(self) -> None:
        screen, search = self.screen, self.search
        screen.line()
        columns = ("examples", "accepted", "failed")
        rows: list[list[Span]] = [
            [(name, "name"), *(str(getattr(tally, column)) for column in columns)]
            for name, tally in search.by_variant.items()
        ]
        screen.table(screen.headers("variant", *columns), rows)
        accepted = {rule: tally for rule, tally in search.by_rule.items() if tally.accepted}
        screen.line()
        if search.by_rule:
            number = len(search.by_rule)
            screen.line(screen.say("fuzz.rules", accepted=len(accepted), number=number))
            for rule in sorted(accepted)[:_RULES]:
                tally = accepted[rule]
                screen.line("  ", (rule, "name"), f" {tally.accepted}/{tally.examples}")
            if len(accepted) > _RULES:
                screen.line("  ", screen.say("fuzz.more", number=len(accepted) - _RULES))
        for (kind, status), number in search.unstable.items():
            title = screen.say(f"fuzz.{kind.value}", status=status)
            screen.line((screen.say("fuzz.unstable", title=title, number=number), "warn"))
        for status, number in self.receiver.waited.items():
            screen.line(screen.say("fuzz.waited", status=status, number=number))
        if search.stopped is not None:
            screen.line((screen.say(f"fuzz.stopped_{search.stopped}"), "warn"))
        posts, count = self.receiver.posts, len(search.found)
        screen.line(screen.say("fuzz.end", posts=posts, count=count, seed=search.seed))


def _beginning(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
