"""The exceptions of the package. An invalid document raises one of them; all others mean that
the call, the installation or the sources are wrong."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .findings import Report


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
    """A name of a schema, a variant, an operation or an erratum that does not exist."""

    def __init__(self, kind: str, name: object, known: Iterable[str]) -> None:
        names = sorted(known)
        near = difflib.get_close_matches(str(name), names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(names)}"
        super().__init__(f"no {kind} is called {name!r}{hint}")
        self.kind, self.name, self.nearest = kind, name, near[0] if near else None

    def __reduce__(self) -> tuple[object, ...]:
        return (_unpickle_unknown_name, (self.args, self.kind, self.name, self.nearest))


def _unpickle_unknown_name(
    args: tuple[object, ...], kind: str, name: object, nearest: str | None
) -> UnknownNameError:
    error = UnknownNameError.__new__(UnknownNameError, *args)
    error.args = args
    error.kind, error.name, error.nearest = kind, name, nearest
    return error


class MissingExtraError(KvsSchemaError, ImportError):
    """A part of the package needs an extra that is not installed."""

    def __init__(self, part: str, extra: str) -> None:
        super().__init__(f"{part} needs the extra {extra!r}: pip install 'kvs-schema[{extra}]'")
