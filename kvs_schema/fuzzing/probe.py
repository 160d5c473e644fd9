"""Asks first whether a receiver takes ordinary callbacks at all."""

from __future__ import annotations

from collections.abc import Sequence

from ..catalogue.texts import Lang, Text
from ..spec.exceptions import KvsSchemaError
from .properties import Examiner, Property
from .receivers import PATIENCE
from .scripts import Script


class UniformRefusalError(KvsSchemaError):
    """A receiver that refuses every ordinary callback: nothing can be said about it."""

    def __init__(self, why: Text) -> None:
        super().__init__(why)
        self.why = why

    def text(self, lang: Lang) -> str:
        """Say why, in a language."""
        return self.why.said(lang)

    def __str__(self) -> str:
        return self.text("en")


def probe(examiner: Examiner, bodies: Sequence[bytes]) -> Script:
    """Post ordinary callbacks, one of each variant; return the first that is not refused.

    Raises `UniformRefusalError` if none is accepted and no answer is an error of the server.
    """
    statuses = []
    script = Script((), valid=True)
    for body in bodies:
        script = Script(((body,),), valid=True)
        status, broken = examiner.examine(script)
        if broken is not None and broken.broke is Property.NO_ANSWER:
            raise UniformRefusalError(Text("fuzz.no_answer", {"said": broken.said}))
        if status not in PATIENCE and (broken is None or broken.broke is not Property.REFUSED):
            return script
        statuses.append(status)
    said = ", ".join(map(str, dict.fromkeys(statuses)))
    raise UniformRefusalError(Text("fuzz.refused_all", {"statuses": said}))
