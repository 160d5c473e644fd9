"""Notices: what both levels accept and a careful reader checks. Immutable, picklable.

Goes in: a place and the two values that a check compared. Comes out: its text in both languages,
and JSON. Notices change no verdict, so they are apart from violations.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..catalogue import store
from ..catalogue.texts import Lang, filled
from ..catalogue.unknown_names import check_language
from . import messages
from .positions import Located


@dataclass(frozen=True, slots=True)
class Notice(Located):
    """Something in a document that is valid, but that a careful reader checks.

    `id` is its name in the specification, `location` where it is, as of a `Violation`. `expected`
    is what the value was compared with (a count, the pointer of an equal value, another key),
    `actual` the value, None where values are not shown, as `shown` says, and `kind` its JSON type.
    """

    id: str
    expected: Any = None
    actual: Any = None
    shown: bool = True
    kind: str = "null"

    def __hash__(self) -> int:
        return hash((self.location, self.id))

    @property
    def message(self) -> str:
        """What there is to check, in English."""
        return notice_message(self, "en")

    def text(self, lang: Lang = "en") -> str:
        """Return in one line where it is and what there is to check."""
        return messages.placed(self.pointer, notice_message(self, lang), lang)

    def hidden(self) -> Notice:
        """Return the same notice without any value of the document."""
        self._at()  # so that the body is not kept
        return replace(self, actual=None, shown=False)

    def as_dict(self, lang: Lang = "en") -> dict[str, Any]:
        """Return a JSON object; keys whose value is None are left out."""
        found = {
            "id": self.id,
            "pointer": self.pointer,
            "location": [list(piece) for piece in self.location],
            "expected": self.expected,
            "actual": messages.shortened(self.actual),
            "line": self.line,
            "column": self.column,
            "message": notice_message(self, lang),
        }
        return {key: value for key, value in found.items() if value is not None}

    def __str__(self) -> str:
        return self.text()


def notice_message(notice: Notice, lang: str) -> str:
    """Return what there is to check."""
    check_language(lang)
    return filled(
        store.specification()["notices"][notice.id]["message"][lang],
        expected=messages.shortened_pointer(str(notice.expected)),
        actual=messages.described(notice, lang),
    )
