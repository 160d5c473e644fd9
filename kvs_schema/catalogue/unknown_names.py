"""The error for a name that does not exist.

Goes in: the name, of what it is one, and the names that exist. Comes out: an exception whose
text, in both languages, lists the names that look like it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..spec.exceptions import KvsSchemaError
from ..spec.suggestions import suggestions
from . import store
from .texts import LANGS, SEMICOLONS, Lang, filled

#: Longer lists of names are shortened in a text.
MOST = 12


class UnknownNameError(KvsSchemaError, LookupError):
    """A name of a schema, a variant, an operation or an erratum that does not exist.

    `kind` says of what, `known` which names there are, `suggestions` up to three that look like
    it, `nearest` the one that looks most like it.
    """

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        names = tuple(sorted(known))
        super().__init__(kind, name, names)
        self.kind: str = kind
        self.name: object = name
        self.known: tuple[str, ...] = names
        self.suggestions: tuple[str, ...] = tuple(suggestions(name, names))
        self.nearest: str | None = next(iter(self.suggestions), None)

    def text(self, lang: Lang = "en") -> str:
        """Say which name does not exist, and which was perhaps meant.

        A kind that has no Chinese word stays English.
        """
        messages = store.specification()["messages"]
        words = messages["words"]
        kind = messages["things"].get(self.kind.replace(" ", "_"), {}).get(lang, self.kind)
        found = filled(words["unknown_name"][lang], kind=kind, name=repr(self.name))
        if self.suggestions:
            near = ", ".join(map(repr, self.suggestions))
            hint = filled(words["did_you_mean"][lang], near=near)
        elif self.known:
            few = len(self.known) <= MOST
            names = self.known if few else (*self.known[:3], "…")
            hint = filled(words["known_names"][lang], names=", ".join(names))
        else:
            return found
        return f"{found}{SEMICOLONS[lang]}{hint}"

    def __str__(self) -> str:
        return self.text()


def check_language(lang: str) -> None:
    """Raise `UnknownNameError` for a language that the texts are not in."""
    if lang not in LANGS:
        raise UnknownNameError("language", lang, LANGS)
