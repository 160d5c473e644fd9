"""`kvs-schema fuzz`: looks for bodies that break a running handler, or one in this process."""

from __future__ import annotations

import logging
import random
import shlex
import sys
from argparse import Namespace
from pathlib import Path

from ....catalogue.texts import speaker
from ....catalogue.variants import Variant
from ....fuzzing.files import Destination, write_failure
from ....fuzzing.probe import probe
from ....fuzzing.properties import Examiner
from ....fuzzing.receivers import Receiver, open_receiver
from ....fuzzing.scripts import ScriptGroup, groups
from ....fuzzing.search import FailureKey, GroupedFailure, Search
from ....reports import check_callback
from ....strategies.callbacks import CallbackOptions, chosen_variants
from ...drawing import callback_options, drawing, sampled
from ...terminal.exit_codes import INVALID, VALID, CommandError
from ...terminal.screen import Screen, Span
from .send import shortened

#: Rules that are listed at most, and characters of a body that are shown.
_RULES, _SHOWN = 20, 600


def run(arguments: Namespace, screen: Screen) -> int:
    """Search, print what was found, and write it as files.

    The exit code is 0 if nothing was found, 1 if something was, 2 if nothing could be posted or
    the receiver refuses everything.
    """
    seed = random.SystemRandom().getrandbits(32) if arguments.seed is None else arguments.seed
    destination = Destination(
        arguments.target,
        path=arguments.path,
        folder=str(Path.cwd()),
        timeout=arguments.timeout,
        headers=tuple(arguments.headers),
        remote=tuple(arguments.remote),
        accept=tuple(arguments.accept),
    )
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
        """Probe, search and tell; return the exit code."""
        arguments, screen, search = self.arguments, self.screen, self.search
        with drawing():
            variants = chosen_variants(arguments.variants or None, None, strict=False)
            wanted = groups(variants, self._options, pinned=arguments.task_id is not None)
        screen.line(screen.say("fuzz.begin", target=self.destination.target, seed=search.seed))
        screen.flush()
        alive = probe(search.examiner, filter(None, map(self._ordinary, variants)))
        for group in search.run(wanted, alive):
            self._progress(group)
        self._progress(None)
        for number, (key, found) in enumerate(search.found.items(), 1):
            self._tell(number, key, found)
        self._summary()
        return INVALID if search.found else VALID

    def _options(self, variant: str) -> CallbackOptions:
        return callback_options(self._given(variant))

    def _given(self, variant: str) -> Namespace:
        """The arguments for one variant alone."""
        return Namespace(**vars(self.arguments) | {"variants": [variant]})

    def _ordinary(self, variant: Variant) -> bytes | None:
        given = self._given(variant.name)
        try:
            return next(sampled(given, variant, count=1, seed=self.search.seed)).encode()
        except (CommandError, ValueError):  # the options exclude the variant
            return None

    def _progress(self, done: ScriptGroup | None) -> None:
        """On a terminal, say what is done on a line that the next one takes the place of."""
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
        written = write_failure(failure, english, self.destination, Path(self.arguments.directory))
        for body, name, status in zip(failure.bodies, written.names, failure.statuses, strict=True):
            report = check_callback(body)
            about = " ".join(filter(None, (report.variant, shortened(report.task_id))))
            screen.line(f"   POST {about or name} -> {status or '-'}  ", (name, "dim"))
        if failure.said:
            screen.line(f"   {failure.said[:_SHOWN]}")
        if failure.script.rule is not None:
            screen.line(f"   {screen.say('fuzz.rule', rule=failure.script.rule)}")
        for name, body in written.bodies.items():
            screen.line((f"   {name}: ", "dim"), _beginning(body))
        screen.line(f"   {shlex.join(['pytest', str(written.test)])}")
        screen.line(f"   {shlex.join(['cd', str(written.test.parent)])}")
        for command in written.curl(self.destination):
            screen.line(f"   {command}")

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


def _beginning(body: bytes) -> str:
    text = body[: 4 * _SHOWN].decode(errors="replace")
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
