"""Decide whether the answers of a receiver are failures.

A script comes in and is posted; the last status and the first failure go out. The guide "Fuzz a
running handler" has the rules.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from ..posting import Answer, is_success
from .receivers import RETRY_LATER, Receiver
from .scripts import Script
from .task_ids import TaskIds


class FailureKind(Enum):
    """What a receiver does wrong. Texts and files are named after the values."""

    SERVER_ERROR = "server_error"
    NO_ANSWER = "unanswered"
    REFUSED = "refused"
    CHANGED = "changed"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Failure:
    """What a receiver did wrong, and the posts that show it; the last one has the wrong answer.

    `bodies` have the task ids that were drawn; `said` is the first line of the last answer.
    """

    kind: FailureKind
    bodies: tuple[bytes, ...]
    statuses: tuple[int | None, ...]
    said: str
    script: Script

    @property
    def key(self) -> tuple[FailureKind, int | None]:
        """Kind and status, by which failures are grouped."""
        return self.kind, self.statuses[-1]


class Examined(NamedTuple):
    """The last status of a script, and the failure, if there is one."""

    status: int | None
    failure: Failure | None = None


@dataclass(slots=True)
class Examiner:
    """Posts scripts to a receiver and reports failures.

    Statuses in `accept` count as 2xx; with `refuse_invalid` near misses must get 4xx. With `renew`
    each play has fresh task ids.
    """

    receiver: Receiver
    accept: Collection[int] = ()
    refuse_invalid: bool = False
    renew: bool = True
    _ids: TaskIds = field(default_factory=TaskIds)

    def accepts(self, status: int) -> bool:
        """Return whether a status counts as 2xx."""
        return is_success(status) or status in self.accept

    def examine(self, script: Script) -> Examined:
        """Post a script until its end or the first failure."""
        last = None
        for play in script.plays:
            known: dict[str, str] = {}
            accepted: dict[bytes, bool] = {}
            statuses: list[int | None] = []
            for body in play:
                answer = self.receiver.post(self._ids.renewed(body, known) if self.renew else body)
                statuses.append(answer.status)
                kind = self._kind(script, answer, accepted.get(body))
                if kind is not None:
                    posts = play[: len(statuses)]
                    found = Failure(kind, posts, tuple(statuses), _first_line(answer), script)
                    return Examined(answer.status, found)
                if answer.status is not None and answer.status not in RETRY_LATER:
                    accepted.setdefault(body, self.accepts(answer.status))
                last = answer.status
        return Examined(last)

    def _kind(self, script: Script, answer: Answer, before: bool | None) -> FailureKind | None:
        status = answer.status
        if status is None:
            return FailureKind.NO_ANSWER
        accepted = self.accepts(status)
        if status in RETRY_LATER and not accepted:
            return None
        if status >= 500 and not accepted:
            return FailureKind.SERVER_ERROR
        if before is not None and before != accepted:
            return FailureKind.CHANGED
        if script.valid and not accepted:
            return FailureKind.REFUSED
        if script.rule is not None and self.refuse_invalid and status // 100 != 4:
            return FailureKind.ACCEPTED
        return None


def _first_line(answer: Answer) -> str:
    if answer.error is not None:
        return answer.error.said("en")
    return answer.body.decode(errors="replace").strip().partition("\n")[0]
