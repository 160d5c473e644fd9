"""Takes the query and the headers of a request in the forms that frameworks give them.

Goes in: a URL, a query string, a mapping or pairs. Comes out: values by name, and a fault for
each name that may not be repeated and is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from .faults import Fault, TextError

#: A URL, a query string, or parameters by name (each one value, or a list of values) or as pairs.
Query: TypeAlias = str | Mapping[str, Any] | Iterable[tuple[Any, Any]]
#: Headers by name, or pairs as servers keep them; names ignore case.
Headers: TypeAlias = Mapping[str, Any] | Iterable[tuple[Any, Any]]

Pairs: TypeAlias = "list[tuple[Any, Any]]"

#: How a URL begins, or its path; other texts before a question mark are names of hosts.
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://|/")


def query_parameters(given: Any, known: Collection[str]) -> tuple[dict[Any, Any], list[Fault]]:
    """Return the parameters of a query by name; raises `TextError` for what has none.

    Only the `known` names may not be repeated.
    """
    return _single(_pairs(_query(given)), known)


def header_fields(given: Any, known: Collection[str]) -> tuple[dict[Any, Any], list[Fault]]:
    """Return headers by name in lower case; see `query_parameters`."""
    return _single(_headers(_pairs(given)), known)


def _pairs(given: Any) -> Pairs:
    """Return names with their values; raises `TextError` for an object that has none."""
    if isinstance(given, Mapping):
        return list(given.items())
    pairs: Pairs = []
    try:
        for pair in given:
            if isinstance(pair, str | bytes):
                raise _no_pairs(given)
            name, value = pair
            hash(name)
            pairs.append((name, value))
    except (TypeError, ValueError):
        raise _no_pairs(given) from None
    return pairs


def _no_pairs(given: Any) -> TextError:
    return TextError(Fault((), "type", "no_pairs", None, type(given).__name__))


def _query(given: Any) -> Any:
    """Return the parameters of a URL or a query string; other forms are returned as they are."""
    if not isinstance(given, str):
        return given
    before, _, query = given.partition("?")
    try:
        urlsplit(given)
    except ValueError:  # brackets without an address
        raise _no_pairs(given) from None
    bare = "=" in before and not _URL.match(given)  # a query string, whatever its values hold
    return parse_qsl(given if bare else query.partition("#")[0], keep_blank_values=True)


def _headers(pairs: Pairs) -> Pairs:
    return [(_lower(_text(name)), _text(value)) for name, value in pairs]


def _lower(name: Any) -> Any:
    return name.lower() if isinstance(name, str) else name


def _text(value: Any) -> Any:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _single(pairs: Pairs, known: Collection[str]) -> tuple[dict[Any, Any], list[Fault]]:
    """Return parameters by name, the last value of each; a known one given twice is a fault."""
    found: dict[Any, Any] = {}
    faults = []
    for name, given in pairs:
        values = given if isinstance(given, list | tuple) else [given]
        if name in known and (name in found or len(values) > 1):
            faults.append(Fault((name,), "duplicateKey", "repeated"))
        for value in values:
            found[name] = value
    return found, faults
