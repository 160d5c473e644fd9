"""JSON Pointers (RFC 6901): written from tokens, split into tokens, and followed in a value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def escape(token: object) -> str:
    """Write one token of a JSON Pointer, with `~` and `/` escaped."""
    return str(token).replace("~", "~0").replace("/", "~1")


def pointer(path: Iterable[object]) -> str:
    """Write a path as a JSON Pointer; the empty path gives the empty pointer."""
    return "".join(f"/{escape(token)}" for token in path)


def tokens(pointer: str) -> list[str]:
    """Split a JSON Pointer or a `$ref` into its tokens; what precedes the first `/` is dropped."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def follow(value: Any, path: Iterable[object]) -> Any:
    """Return the value that a path leads to.

    A token of an array may be an integer or its digits. Raises `LookupError`, `TypeError` or
    `ValueError` where the path leads nowhere.
    """
    for token in path:
        value = value[int(str(token))] if isinstance(value, list) else value[token]
    return value
