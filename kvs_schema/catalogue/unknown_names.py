"""The error for a name that does not exist, with the nearest one that does."""

from __future__ import annotations

from collections.abc import Iterable

from ..spec.exceptions import KvsSchemaError
from ..spec.suggestions import nearest
from . import store
from .texts import SEMICOLONS, Lang, filled


class UnknownNameError(KvsSchemaError, LookupError):
    """A name of a schema, a variant, an operation or an erratum that does not exist.

    `kind` says of what, `known` which names there are, `nearest` the one that looks most like it.
    """

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        names = tuple(sorted(known))
        super().__init__(kind, name, names)
        self.kind: str = kind
        self.name: object = name
        self.known: tuple[str, ...] = names
        self.nearest: str | None = nearest(name, names)

    def text(self, lang: Lang = "en") -> str:
        """Say which name does not exist, and which was perhaps meant.

        A kind that has no Chinese word stays English.
        """
        messages = store.specification()["messages"]
        words = messages["words"]
        kind = messages["things"].get(self.kind.replace(" ", "_"), {}).get(lang, self.kind)
        found = filled(words["unknown_name"][lang], kind=kind, name=repr(self.name))
        if self.nearest is not None:
            hint = filled(words["did_you_mean"][lang], near=repr(self.nearest))
        elif self.known:
            hint = filled(words["known_names"][lang], names=", ".join(self.known))
        else:
            return found
        return f"{found}{SEMICOLONS[lang]}{hint}"

    def __str__(self) -> str:
        return self.text()
