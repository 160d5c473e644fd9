"""Check, before the search, that a receiver accepts ordinary callbacks.

Callbacks come in, the first that is accepted goes out. Without one, every failure that the search
finds would have the same cause.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..catalogue.texts import Text
from .applications import FuzzingError
from .properties import Examiner, FailureKind
from .receivers import RETRY_LATER
from .scripts import Script


def probe(examiner: Examiner, bodies: Iterable[bytes], *, is_url: bool) -> Script:
    """Post ordinary callbacks, one of each variant; return the first that is not refused.

    Raises `FuzzingError` if none is accepted and no answer is an error of the server;
    what it says depends on whether they were posted to a URL.
    """
    statuses = []
    for body in bodies:
        script = Script(((body,),), valid=True)
        status, failure = examiner.examine(script)
        if failure is not None and failure.kind is FailureKind.NO_ANSWER:
            raise FuzzingError(Text("fuzz.no_answer", {"said": failure.said}))
        is_refused = failure is not None and failure.kind is FailureKind.REFUSED
        if status not in RETRY_LATER and not is_refused:
            return script
        statuses.append(status)
    about = {"statuses": ", ".join(map(str, dict.fromkeys(statuses)))}
    receiver = "url" if is_url else "application"
    raise FuzzingError(Text(f"fuzz.refused_by_{receiver}", about))
