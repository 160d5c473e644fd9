"""Asks first whether a receiver takes ordinary callbacks at all."""

from __future__ import annotations

from collections.abc import Iterable

from ..catalogue.texts import Text
from .applications import FuzzingError
from .properties import Examiner, Property
from .receivers import PATIENCE
from .scripts import Script


def probe(examiner: Examiner, bodies: Iterable[bytes], *, is_url: bool) -> Script:
    """Post ordinary callbacks, one of each variant; return the first that is not refused.

    Raises `FuzzingError` if none is accepted and no answer is an error of the server;
    what it says depends on whether they were posted to a URL.
    """
    statuses = []
    script = Script((), valid=True)
    for body in bodies:
        script = Script(((body,),), valid=True)
        status, broken = examiner.examine(script)
        if broken is not None and broken.broke is Property.NO_ANSWER:
            raise FuzzingError(Text("fuzz.no_answer", {"said": broken.said}))
        if status not in PATIENCE and (broken is None or broken.broke is not Property.REFUSED):
            return script
        statuses.append(status)
    said = ", ".join(map(str, dict.fromkeys(statuses)))
    about = {"statuses": said}
    if is_url:
        raise FuzzingError(Text("fuzz.refused_by_url", about))
    raise FuzzingError(Text("fuzz.refused_by_application", about))
