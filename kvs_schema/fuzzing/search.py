"""Searches for scripts that break a receiver, and shrinks what it finds."""

from __future__ import annotations

import contextlib
import hashlib
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis.errors import Flaky

from ..reports import check_callback
from .properties import Broken, Examined, Examiner, Property
from .scripts import Script, ScriptGroup

#: What failures are grouped by.
Key: TypeAlias = tuple[Property, int | None]

#: A failure must come again so often.
_CONFIRMED = 3


class BrokenError(Exception):
    """Raised inside a test of Hypothesis where a property is broken."""


class _StopError(BaseException):
    """The search is over; Hypothesis lets it through."""


class _ShrunkError(BaseException):
    """Shrinking has taken long enough; Hypothesis lets it through."""


@dataclass(slots=True)
class GroupedFailure:
    """The smallest failure of one property and status, and the variants in which it was met."""

    broken: Broken
    variants: dict[str, None]


@dataclass(slots=True)
class ScriptTally:
    """How many examples there were, how many of them were accepted, and how many failed."""

    examples: int = 0
    accepted: int = 0
    failed: int = 0


@dataclass(slots=True)
class Search:
    """One run of the fuzzer: what it has found by property and status, and what it counted.

    `seconds` is how long it may take, `shrinking` the same for each failure.
    `unstable` counts failures that did not come again. `stopped` says why groups are missing:
    `time`, or `gone` where the receiver did not answer any more.
    """

    examiner: Examiner
    seed: int
    examples: int = 100
    seconds: float | None = None
    shrinking: float = 30.0
    found: dict[Key, GroupedFailure] = field(default_factory=dict)
    unstable: Counter[Key] = field(default_factory=Counter)
    by_variant: dict[str, ScriptTally] = field(default_factory=lambda: defaultdict(ScriptTally))
    by_rule: dict[str, ScriptTally] = field(default_factory=lambda: defaultdict(ScriptTally))
    stopped: str | None = None
    _verdicts: dict[bytes, Examined] = field(default_factory=dict)
    end: float = float("inf")

    def run(self, groups: Sequence[ScriptGroup], alive: Script) -> Iterator[ScriptGroup]:
        """Search in each group; yield it when that is done. `alive` is an ordinary script."""
        if self.seconds is not None:
            self.end = time.monotonic() + self.seconds
        try:
            for group in groups:
                while (broken := self._searched(_Round(self, group))) is not None:
                    self._check_that_it_lives(alive, broken)
                yield group
        except _StopError as stop:
            self.stopped = str(stop)

    def _searched(self, one: _Round) -> Broken | None:
        """Look for one failure and keep it; on Ctrl-C, keep the smallest known so far."""
        try:
            one.search(self.examples)
            if one.broken is not None:
                one.broken = self._reduced(one.broken)
        finally:
            if one.broken is not None:
                self.found[one.broken.key] = GroupedFailure(one.broken, one.variants)
        return one.broken

    def check_time(self) -> None:
        """Stop the search if its time is up."""
        if time.monotonic() > self.end:
            raise _StopError("time")

    def _check_that_it_lives(self, alive: Script, broken: Broken) -> None:
        if broken.broke is Property.NO_ANSWER:
            last = self.examiner.examine(alive).broken
            if last is not None and last.broke is Property.NO_ANSWER:
                raise _StopError("gone")

    def known(self, script: Script) -> Examined | None:
        """Return what came of a script that was played already."""
        return self._verdicts.get(_digest(script))

    def verdict(self, script: Script) -> Examined:
        """Play a script once, and a failing one three times more."""
        found = self.known(script)
        if found is None:
            found = self._verdicts[_digest(script)] = self._confirmed(script)
        return found

    def _confirmed(self, script: Script) -> Examined:
        found = self.examiner.examine(script)
        if found.broken is None or found.broken.key in self.found:
            return found
        key = found.broken.key
        again = (self.examiner.examine(script).broken for _ in range(_CONFIRMED))
        if all(broken is not None and broken.key == key for broken in again):
            return found
        self.unstable[key] += 1
        return Examined(found.status)

    def _reduced(self, broken: Broken) -> Broken:
        """Leave out the posts that a failure does not need."""
        at = 0
        while at < len(broken.bodies) - 1:
            rest = (*broken.bodies[:at], *broken.bodies[at + 1 :])
            found = self.verdict(replace(broken.script, plays=(rest,))).broken
            if found is not None and found.key == broken.key:
                broken = found
            else:
                at += 1
        return broken


class _Round:
    """One test of Hypothesis, which looks for one failure in a group that is not known yet."""

    def __init__(self, search: Search, group: ScriptGroup) -> None:
        self._search, self._group = search, group
        self.broken: Broken | None = None
        self.variants: dict[str, None] = {}
        self._until = float("inf")

    def search(self, examples: int) -> None:
        """Look for a failure and shrink it; `variants` has those of all that were met."""
        seed = random.Random(f"{self._search.seed} {self._group}").getrandbits(64)  # noqa: S311
        decorated = hypothesis.seed(seed)(given(self._group.scripts)(self._test))
        test = settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            verbosity=Verbosity.quiet,
            report_multiple_bugs=False,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        )(decorated)
        with contextlib.suppress(BrokenError, Flaky, _ShrunkError):
            test()

    def _test(self, script: Script) -> None:
        """Raise, at one line, where the failure that is looked for is met."""
        search = self._search
        if self.broken is None:
            search.check_time()
        is_new = search.known(script) is None
        if time.monotonic() > self._until:
            raise _ShrunkError
        examined = search.verdict(script)
        if self.broken is None and is_new:
            self._count(script, examined)
        broken = examined.broken
        if broken is None:
            return
        variant = _variant_of(broken) or self._group.variant or self._group.kind
        if broken.key in search.found:
            search.found[broken.key].variants[variant] = None
            return
        if self.broken is None:
            self._until = min(time.monotonic() + search.shrinking, search.end)
        elif self.broken.key != broken.key:
            return
        self.broken = broken
        self.variants[variant] = None
        raise BrokenError

    def _count(self, script: Script, examined: Examined) -> None:
        group, search = self._group, self._search
        tallies = [search.by_variant[group.variant or group.kind]]
        if script.rule is not None:
            tallies.append(search.by_rule[script.rule])
        for tally in tallies:
            tally.examples += 1
            tally.failed += examined.broken is not None
            if examined.status is not None:
                tally.accepted += search.examiner.accepts(examined.status)


def _digest(script: Script) -> bytes:
    return hashlib.sha256(repr((script.plays, script.rule)).encode()).digest()


def _variant_of(broken: Broken) -> str | None:
    return check_callback(broken.bodies[-1]).variant
