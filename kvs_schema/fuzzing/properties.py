"""What a receiver must do, whatever it is posted, and what broke it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from ..posting import Answer, is_success
from .receivers import PATIENCE, Receiver
from .scripts import Script
from .task_ids import TaskIds

_SERVER_ERROR = 500


class Property(Enum):
    """What a receiver does wrong; the values are the names of texts and of files."""

    SERVER_ERROR = "server_error"
    NO_ANSWER = "unanswered"
    REFUSED = "refused"
    CHANGED = "changed"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Broken:
    """A property that a receiver breaks, and the posts that show it; the last one breaks it.

    `bodies` have the task ids that were drawn; `said` is the beginning of the last answer.
    """

    broke: Property
    bodies: tuple[bytes, ...]
    statuses: tuple[int | None, ...]
    said: str
    script: Script

    @property
    def key(self) -> tuple[Property, int | None]:
        """What failures are grouped by."""
        return self.broke, self.statuses[-1]


class Examined(NamedTuple):
    """The last status of a script, and what is broken, if anything."""

    status: int | None
    broken: Broken | None = None


@dataclass(slots=True)
class Examiner:
    """Plays scripts to a receiver and says which property it breaks.

    Statuses in `accept` count as 2xx; with `refuse_invalid` near misses must get 4xx. `renew` says
    whether each play gets task ids of its own.
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
        """Play a script as far as all properties hold."""
        last = None
        for play in script.plays:
            known: dict[str, str] = {}
            accepted: dict[bytes, bool] = {}
            statuses: list[int | None] = []
            for body in play:
                answer = self.receiver.post(self._ids.renewed(body, known) if self.renew else body)
                statuses.append(answer.status)
                broken = self._broken(script, answer, accepted.get(body))
                if broken is not None:
                    posts = play[: len(statuses)]
                    found = Broken(broken, posts, tuple(statuses), _said(answer), script)
                    return Examined(answer.status, found)
                if answer.status is not None and answer.status not in PATIENCE:
                    accepted.setdefault(body, self.accepts(answer.status))
                last = answer.status
        return Examined(last)

    def _broken(self, script: Script, answer: Answer, before: bool | None) -> Property | None:
        status = answer.status
        if status is None:
            return Property.NO_ANSWER
        accepted = self.accepts(status)
        if status in PATIENCE and not accepted:
            return None
        if status >= _SERVER_ERROR and not accepted:
            return Property.SERVER_ERROR
        if before is not None and before != accepted:
            return Property.CHANGED
        if script.valid and not accepted:
            return Property.REFUSED
        if script.rule is not None and self.refuse_invalid and status // 100 != 4:
            return Property.ACCEPTED
        return None


def _said(answer: Answer) -> str:
    if answer.error is not None:
        return answer.error.said("en")
    return answer.body.decode(errors="replace").strip().partition("\n")[0]
