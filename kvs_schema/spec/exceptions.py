"""The exceptions of the package. An invalid document raises one of them; all others mean that
the call, the installation or the sources are wrong."""

from __future__ import annotations


class KvsSchemaError(Exception):
    """Root of every exception that this package raises on its own account."""


class SpecificationError(KvsSchemaError):
    """The sources or the compiled specification cannot be used; the message names the file."""


class MissingExtraError(KvsSchemaError, ImportError):
    """A part of the package needs an extra that is not installed."""

    def __init__(self, part: str, extra: str) -> None:
        super().__init__(part, extra)
        self.part: str = part
        self.extra: str = extra

    def __str__(self) -> str:
        needed = f"pip install 'kvs-schema[{self.extra}]'"
        return f"{self.part} needs the extra {self.extra!r}: {needed}"
