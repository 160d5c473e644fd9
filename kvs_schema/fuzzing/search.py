"""Search for scripts that break a receiver, and shrink the failures.

Groups of scripts come in; the smallest failure of each kind and status goes out, with counts.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from hypothesis import Phase, Verbosity, find, settings
from hypothesis.errors import Flaky, NoSuchExample

from ..reports import check_callback
from .properties import Examined, Examiner, Failure, FailureKind
from .scripts import Script, ScriptGroup

#: Kind and status, by which failures are grouped.
FailureKey: TypeAlias = tuple[FailureKind, int | None]

#: How often a failure must come again before it counts.
_CONFIRMATIONS = 3


class _StopError(BaseException):
    """Ends the search; Hypothesis does not catch it."""


class _ShrinkingTimeoutError(BaseException):
    """Ends the shrinking when its time is up; Hypothesis does not catch it."""


@dataclass(slots=True)
class GroupedFailure:
    """The smallest failure of a kind and status, and all variants in which it was met."""

    smallest: Failure
    variants: dict[str, None]


@dataclass(slots=True)
class ScriptTally:
    """Counters: how many examples there were, and how many of them were accepted or failed."""

    examples: int = 0
    accepted: int = 0
    failed: int = 0


@dataclass(slots=True)
class Search:
    """One run of the fuzzer: the failures found, by kind and status, and counts.

    `seconds` limits the whole run, `shrinking` the shrinking of each failure. `unstable` counts
    failures that did not come again. `stopped` says why groups are missing: `time`, or `gone` if
    the receiver stopped answering.
    """

    examiner: Examiner
    seed: int
    examples: int = 100
    seconds: float | None = None
    shrinking: float = 30.0
    found: dict[FailureKey, GroupedFailure] = field(default_factory=dict)
    unstable: Counter[FailureKey] = field(default_factory=Counter)
    by_variant: dict[str, ScriptTally] = field(default_factory=lambda: defaultdict(ScriptTally))
    by_rule: dict[str, ScriptTally] = field(default_factory=lambda: defaultdict(ScriptTally))
    stopped: str | None = None
    _verdicts: dict[bytes, Examined] = field(default_factory=dict)
    deadline: float = float("inf")

    def run(self, groups: Sequence[ScriptGroup], alive: Script) -> Iterator[ScriptGroup]:
        """Search each group and yield it when that is done.

        `alive` is a script that the receiver accepts, by which the search finds out after a failure
        whether it still answers.
        """
        if self.seconds is not None:
            self.deadline = time.monotonic() + self.seconds
        try:
            for group in groups:
                while self._search_group(_GroupSearch(self, group, alive)) is not None:
                    pass
                yield group
        except _StopError as stop:
            self.stopped = str(stop)

    def _search_group(self, one: _GroupSearch) -> Failure | None:
        """Look for one failure and keep it; on Ctrl-C, keep the smallest known so far."""
        try:
            one.search()
            if one.failure is not None:
                one.failure = self._without_needless_posts(one.failure)
        finally:
            if one.failure is not None:
                self.found[one.failure.key] = GroupedFailure(one.failure, one.variants)
        return one.failure

    def known(self, script: Script) -> Examined | None:
        """Return the result of a script that was posted before."""
        return self._verdicts.get(_digest(script))

    def verdict(self, script: Script) -> Examined:
        """Post a script once, and one that fails three times more; remember the result."""
        found = self.known(script)
        if found is None:
            found = self._verdicts[_digest(script)] = self._confirmed(script)
        return found

    def _confirmed(self, script: Script) -> Examined:
        found = self.examiner.examine(script)
        if found.failure is None or found.failure.key in self.found:
            return found
        key = found.failure.key
        again = (self.examiner.examine(script).failure for _ in range(_CONFIRMATIONS))
        if all(failure is not None and failure.key == key for failure in again):
            return found
        self.unstable[key] += 1
        return Examined(found.status)

    def _without_needless_posts(self, failure: Failure) -> Failure:
        """Leave out the posts that a failure does not need."""
        at = 0
        while at < len(failure.bodies) - 1:
            rest = (*failure.bodies[:at], *failure.bodies[at + 1 :])
            found = self.verdict(replace(failure.script, plays=(rest,))).failure
            if found is not None and found.key == failure.key:
                failure = found
            else:
                at += 1
        return failure


class _GroupSearch:
    """Looks for one new failure in a group."""

    def __init__(self, search: Search, group: ScriptGroup, alive: Script) -> None:
        self._search, self._group, self._alive = search, group, alive
        self.failure: Failure | None = None
        self.variants: dict[str, None] = {}
        self._deadline = search.deadline

    def search(self) -> None:
        """Look for a failure and shrink it; `variants` has those of all that were met."""
        how = settings(
            max_examples=self._search.examples,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            verbosity=Verbosity.quiet,
            print_blob=False,
        )
        chance = random.Random(f"{self._search.seed} {self._group}")  # noqa: S311
        with contextlib.suppress(NoSuchExample, Flaky, _ShrinkingTimeoutError):
            find(self._group.scripts, self._has_failure, settings=how, random=chance)

    def _has_failure(self, script: Script) -> bool:
        """Post a script; return whether it has the failure that is searched."""
        search = self._search
        if time.monotonic() > self._deadline:
            raise _StopError("time") if self.failure is None else _ShrinkingTimeoutError
        is_new = search.known(script) is None
        examined = search.verdict(script)
        if self.failure is None and is_new:
            self._count(script, examined)
        failure = examined.failure
        if failure is None:
            return False
        variant = (
            check_callback(failure.bodies[-1]).variant or self._group.variant or self._group.kind
        )
        if failure.key in search.found:
            self._check_alive(failure)
            search.found[failure.key].variants[variant] = None
            return False
        if self.failure is None:
            self._deadline = min(time.monotonic() + search.shrinking, search.deadline)
        elif self.failure.key != failure.key:
            return False
        self.failure = failure
        self.variants[variant] = None
        self._check_alive(failure)
        return True

    def _check_alive(self, failure: Failure) -> None:
        """Stop if the receiver answers nothing any more, which any body would seem to cause."""
        if failure.kind is FailureKind.NO_ANSWER:
            last = self._search.examiner.examine(self._alive).failure
            if last is not None and last.kind is FailureKind.NO_ANSWER:
                raise _StopError("gone")

    def _count(self, script: Script, examined: Examined) -> None:
        group, search = self._group, self._search
        tallies = [search.by_variant[group.variant or group.kind]]
        if script.rule is not None:
            tallies.append(search.by_rule[script.rule])
        for tally in tallies:
            tally.examples += 1
            tally.failed += examined.failure is not None
            if examined.status is not None:
                tally.accepted += search.examiner.accepts(examined.status)


def _digest(script: Script) -> bytes:
    return hashlib.sha256(repr((script.plays, script.rule)).encode()).digest()
