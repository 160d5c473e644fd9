"""The error codes of the two tables as objects.

Goes in: the compiled specification, and a code. Comes out: the entry of the code; a code that is in
neither table has one too, with `known=False`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal, TypeAlias

from . import store
from .unknown_names import UnknownNameError

TableName: TypeAlias = Literal["callback", "public"]


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One code of the error tables.

    `message` is the document's text to the letter; `title` and `title_zh` say it plainly;
    `category` is one of a closed list; `table` names the table. A code in no table has
    `known=False`, and None for all of these. `note` holds what else is known, if anything.

    KVS documentation: Public errors; Callback errors.
    """

    code: int
    message: str | None = None
    title: str | None = None
    title_zh: str | None = None
    category: str | None = None
    table: str | None = None
    known: bool = True
    note: str | None = None
    note_zh: str | None = None


class ErrorTable(Mapping[int, ErrorCode]):
    """The codes of one table in ascending order, as an immutable mapping."""

    __slots__ = ("_codes", "name", "title", "title_zh")

    def __init__(self, name: str) -> None:
        source = store.specification()["errors"][name]
        self.name: str = name
        self.title: str = str(source["title"])
        self.title_zh: str = str(source["title_zh"])
        rows = source["codes"].items()
        self._codes = {int(code): ErrorCode(int(code), table=name, **row) for code, row in rows}

    def __getitem__(self, code: int) -> ErrorCode:
        return self._codes[code]

    def __iter__(self) -> Iterator[int]:
        return iter(self._codes)

    def __len__(self) -> int:
        return len(self._codes)


class ErrorCodes:
    """Both error tables, and a lookup that never fails. Read when first used.

    KVS documentation: Public errors; Callback errors.
    """

    __slots__ = ()

    @property
    def public(self) -> ErrorTable:
        """What the API answers with (公共错误)."""
        return _table("public")

    @property
    def callback(self) -> ErrorTable:
        """What a callback reports (回调用户错误码)."""
        return _table("callback")

    @property
    def tables(self) -> Mapping[str, ErrorTable]:
        """All tables by name."""
        names = store.specification()["errors"]
        return MappingProxyType({name: _table(name) for name in names})

    def lookup(self, code: int, table: TableName | None = None) -> ErrorCode:
        """Return the entry of a code: of one table, or of the callback table, then the public one.

        A code that is not there gives an `ErrorCode` with `known=False`; for a table that does not
        exist `UnknownNameError` is raised.
        """
        if table is not None and table not in self.tables:
            raise UnknownNameError("error table", table, self.tables)
        for candidate in (self.callback, self.public) if table is None else (_table(table),):
            if code in candidate:
                return candidate[code]
        return ErrorCode(code, known=False)


_table = cache(ErrorTable)

error_codes: ErrorCodes = ErrorCodes()
