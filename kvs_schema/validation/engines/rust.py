"""The engine that validates by default: `jsonschema-rs` on the compiled schemas.

Goes in: an opened document. Comes out: a verdict, or the places of failing keywords. `Engine` is
what the reference engine offers too.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from ...spec.pointers import follow, tokens
from ...spec.vocabulary import DEFS, DIALECT, reachable
from .pruning import Layouts, Pruner

#: The forms of the program by whether the strict level is meant.
_LEVELS = {False: "tolerant", True: "strict"}


#: Seconds that the end of the interpreter waits for errors that are being listed.
PATIENCE = 10.0


class _Listing:
    """Lets one thread at a time list errors, and none once the interpreter ends.

    While the engine lists errors it calls Python. CPython up to 3.13 ends a daemon thread that does
    so after the end of the interpreter, which the engine cannot survive: the process aborts. So
    the main thread waits for who is listing when all other threads have ended, and keeps the lock;
    it may go on listing itself. Verdicts call nothing.
    """

    def __init__(self) -> None:
        self.renew()
        atexit.register(self.end)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.renew)

    def renew(self) -> None:
        """Forget who is listing: the thread is not in a forked process."""
        self.lock = threading.RLock()

    def end(self) -> None:
        """Keep daemon threads from listing errors from now on."""
        self.lock.acquire(timeout=PATIENCE)


_LISTING = _Listing()


class EngineError(NamedTuple):
    """One failing keyword: where in the document, and where in the schemas.

    `path` leads through the opened document; `keyword` holds the name of a schema and the tokens
    of a pointer into it; `name` is the missing or unexpected name where the keyword speaks of one.
    """

    path: tuple[str | int, ...]
    keyword: tuple[str | int, ...]
    name: str | None = None


class Engine(Protocol):
    """Validates opened documents: those whose embedded documents are objects and arrays."""

    def is_valid(self, name: str, strict: bool, opened: Any) -> bool:
        """Return whether a document is valid by the named schema."""
        ...

    def errors(
        self, name: str, opened: Any, limit: int | None = None
    ) -> tuple[Iterator[EngineError], bool]:
        """Return the failing keywords at the strict level, and whether there are more of them.

        With a limit, keywords may be left out once more than so many fail; without, none is.
        """
        ...

    def is_valid_at(self, pointers: tuple[str, ...], strict: bool, value: Any) -> bool:
        """Return whether a value is valid by all schemas at these pointers."""
        ...

    def unusable(self, pointers: tuple[str, ...], value: Any) -> list[tuple[str | int, ...]]:
        """Return the paths of what is invalid by the tolerant schemas without their `required`.

        Empty where the value is valid by them: as much of a document as can be used.
        """
        ...


class RustEngine:
    """`jsonschema-rs`, patterns matched in linear time; validators are built when first used."""

    def __init__(self, program: Mapping[str, Any]) -> None:
        import jsonschema_rs

        self._rs = jsonschema_rs
        self._program = program
        self._validators: dict[tuple[tuple[str, ...], str], Any] = {}
        self._layouts = Layouts(program)

    def validator(self, pointers: tuple[str, ...], level: str) -> Any:
        """Return the validator of all schemas at these pointers: tolerant, strict or partial."""
        key = pointers, level
        found = self._validators.get(key)
        if found is None:
            schema = bundle(self._program[level], self._effective(pointers, level))
            options = self._rs.RegexOptions()
            found = self._rs.Draft202012Validator(schema, pattern_options=options)
            self._validators[key] = found
        return found

    def _effective(self, pointers: tuple[str, ...], level: str) -> list[str]:
        """Return the pointers without those to schemas that refuse nothing at a level.

        The forms leave out conditions that decide nothing, with all that is in them.
        """
        found = []
        for pointer in pointers:
            with suppress(LookupError):
                follow(self._program[level], tokens(f"/{pointer.removeprefix(DEFS)}"))
                found.append(pointer)
        return found

    def is_valid(self, name: str, strict: bool, opened: Any) -> bool:
        """See `Engine.is_valid`."""
        return self.is_valid_at((DEFS + name,), strict, opened)

    def is_valid_at(self, pointers: tuple[str, ...], strict: bool, value: Any) -> bool:
        """See `Engine.is_valid_at`."""
        return bool(self.validator(pointers, _LEVELS[strict]).is_valid(value))

    def unusable(self, pointers: tuple[str, ...], value: Any) -> list[tuple[str | int, ...]]:
        """See `Engine.unusable`."""
        partial = self.validator(pointers, "partial")
        if partial.is_valid(value):
            return []
        with _LISTING.lock:
            return [tuple(error.instance_path) for error in partial.iter_errors(value)]

    def errors(
        self, name: str, opened: Any, limit: int | None = None
    ) -> tuple[Iterator[EngineError], bool]:
        """See `Engine.errors`."""
        if limit is None:
            return self._errors(name, opened), False
        pruner = Pruner(self.is_valid_at, self._layouts, limit)
        small = pruner.prune(opened, self._layouts.inside(self._layouts.of(name)))
        found = self._errors(name, small)
        return (error._replace(path=pruner.restored(error.path)) for error in found), pruner.stopped

    def _errors(self, name: str, opened: Any) -> Iterator[EngineError]:
        validator = self.validator((DEFS + name,), "strict")
        with _LISTING.lock:
            found = [each for e in validator.iter_errors(opened) for each in _engine_errors(e)]
        return iter(found)


def _engine_errors(error: Any) -> Iterator[EngineError]:
    path = tuple(error.instance_path)
    keyword = tuple(error.schema_path[1:])
    kind = error.kind
    if keyword[-1] == "required":
        yield EngineError(path, keyword, kind.property)
    elif keyword[-1] == "additionalProperties" and hasattr(kind, "unexpected"):
        for unexpected in kind.unexpected:
            yield EngineError((*path, unexpected), keyword, unexpected)
    else:
        yield EngineError(path, keyword)


def bundle(forms: Mapping[str, Any], pointers: Iterable[str]) -> dict[str, Any]:
    """Return one self-contained schema that requires all the schemas at these pointers."""
    references = [{"$ref": pointer} for pointer in pointers]
    root: dict[str, Any] = {"allOf": references} if references else {}
    return {
        "$schema": DIALECT,
        **root,
        "$defs": {name: forms[name] for name in reachable(forms, root)},
    }
