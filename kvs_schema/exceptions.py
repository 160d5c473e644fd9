"""The exceptions of the package. An invalid document raises one of them; all others mean that
the call, the installation or the sources are wrong."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .findings import Lang, Report


class KvsSchemaError(Exception):
    """Root of every exception that this package raises on its own account."""


class ValidationError(KvsSchemaError, ValueError):
    """A document does not hold at the level asked for; `report` says where and why."""

    report: Report

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.report = report

    def __str__(self) -> str:
        return self.report.summary()


class SpecificationError(KvsSchemaError):
    """The sources or the compiled specification cannot be used; the message names the file."""


class UnknownNameError(KvsSchemaError, LookupError):
    """A name of a schema, a variant, an operation or an erratum that does not exist.

    `kind` says of what, `known` which names there are, `nearest` the one that looks most like it.
    """

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        names = tuple(sorted(known))
        super().__init__(kind, name, names)
        self.kind, self.name, self.known = kind, name, names
        near = difflib.get_close_matches(str(name), names, n=1)
        self.nearest = near[0] if near else None

    def text(self, lang: Lang = "en") -> str:
        """What is not there, and what was perhaps meant."""
        from .messages import unknown_name

        return unknown_name(self, lang)

    def __str__(self) -> str:
        return self.text()


class MissingExtraError(KvsSchemaError, ImportError):
    """A part of the package needs an extra that is not installed."""

    def __init__(self, part: str, extra: str) -> None:
        super().__init__(part, extra)
        self.part, self.extra = part, extra

    def __str__(self) -> str:
        needed = f"pip install 'kvs-schema[{self.extra}]'"
        return f"{self.part} needs the extra {self.extra!r}: {needed}"
