"""The fast path: one parse, one verdict, for bodies that are valid and ordinary.

Everything else goes through full validation, which alone finds out what is wrong. It needs the
verdict forms of the specification and nothing else, so that a service starts quickly.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from ..reading.limits import Limits
from ..reading.lossless import differ_in_blanks, has_duplicates, looks_exact, orjson
from ..results.callback import Callback

_PACKAGE = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120
_COMPILED = os.path.join(_PACKAGE, "_compiled", "fast.json")  # noqa: PTH118

#: Where embedded documents may stand: name, kind of an embedded document or None, the steps below
#: and their names.
Steps: TypeAlias = "tuple[tuple[str, type | None, Steps, frozenset[str]], ...]"

#: From a body, whether strict, and limits.
Answer: TypeAlias = "Callable[[bytes, bool, Limits], Callback | None]"

#: Between the first and the last one stands what is embedded.
_ESCAPED_QUOTE = b'\\"'

loads: Any = getattr(orjson, "loads", None)
dumps: Any = getattr(orjson, "dumps", None)


class FailedFastCheck(Callback):
    """A body that was read without loss and failed the fast schema; others decide."""

    __slots__ = ()


class _Track:
    """What validates the bodies of one variant at one level."""

    __slots__ = ("depth", "form", "is_valid", "names", "steps", "variant")

    def __init__(self, variant: str, names: Mapping[str, str], steps: Steps, form: Any) -> None:
        self.variant, self.names, self.steps = variant, names, steps
        self.form, self.depth = form
        self.is_valid: Any = None  # made when the first body comes


class _Casing(NamedTuple):
    """The variants of one casing: the tracks of single tasks and flows by status.

    All that a single task embeds stands under the `holder` in its details, if there is one.
    """

    status: str
    details: str
    holder: str | None
    single: dict[int, _Track]
    flow: dict[int, _Track]


def _compiled(source: Mapping[str, Any]) -> Answer:
    """Return the fast path: one parse and dump of each text, one call of the engine, no copies."""
    from jsonschema_rs import Draft202012Validator, RegexOptions

    members = frozenset(source["flow_details"]["object_with"])
    disputed = frozenset(itertools.chain(*source["flow_details"]["unless"].values()))
    tolerant_casings, strict_casings = _casings(source, "tolerant"), _casings(source, "strict")
    make = Callback.__new__

    def fast(body: bytes, strict: bool, limits: Limits) -> Callback | None:
        # One function: calls of others would be a third of it.
        size = len(body)
        if size > limits.body or size > limits.embedded:
            return None
        try:
            document = loads(body)
            for casing in strict_casings if strict else tolerant_casings:
                status = document.get(casing[0])
                if type(status) is int:
                    break
            else:
                return None
            _, details_name, holder, single, flow = casing
            details = document[details_name]
            # A text that is written as it was read has lost nothing: no member, no digit.
            written = dumps(document)
            exact = written == body or differ_in_blanks(written, body, _ESCAPED_QUOTE)
            is_flow = type(details) is list or not members.isdisjoint(details)
            if is_flow and type(details) is dict and not disputed.isdisjoint(details):
                return None
            track = (flow if is_flow else single)[status]
            if is_flow or holder is None or details.get(holder):
                lossy: list[Any] = [] if exact else [body]
                if not _open(document, track.steps, lossy):
                    return None
                exact = not lossy
            if not exact and (not looks_exact(body) or has_duplicates(body, document)):
                return None
        except (ValueError, TypeError, LookupError, AttributeError):
            return None
        is_valid = track.is_valid
        if is_valid is None:
            validator = Draft202012Validator(track.form, pattern_options=RegexOptions())
            is_valid = track.is_valid = validator.is_valid
        if track.depth > limits.depth:
            return None
        # As the constructor does, without the call.
        callback: Callback = make(Callback if is_valid(document) else FailedFastCheck)
        callback.variant, callback.document = track.variant, document
        callback._names = track.names
        return callback

    return fast


def _casings(source: Mapping[str, Any], level: str) -> tuple[_Casing, ...]:
    forms, steps = source["forms"][level], {k: _steps(v) for k, v in source["steps"].items()}

    def tracks(casing: Mapping[str, Any], dialect: str) -> dict[int, _Track]:
        return {
            status: _Track(name, casing["names"], steps[dialect], forms[name])
            for status, name in casing["statuses"][dialect]
        }

    def holder(casing: Mapping[str, Any]) -> str | None:
        details = casing["names"]["details"]
        match steps[casing["single"]]:
            case ((name, None, ((holder, None, _, _),), _),) if name == details:
                return holder
        return None

    return tuple(
        _Casing(
            casing["names"]["status"],
            casing["names"]["details"],
            holder(casing),
            tracks(casing, casing["single"]),
            tracks(casing, casing["flow"]),
        )
        for casing in source["casings"]
    )


def _open(node: dict[str, Any], steps: Steps, lossy: list[Any]) -> bool:
    """Open embedded documents in place; return False where one cannot be opened.

    The first text that is not written as it was read goes to `lossy`, if that is empty.
    """
    for name, kind, below, names in steps:
        holder: dict[str, Any] = node
        child: Any = node.get(name)
        while kind is None and type(child) is dict and len(below) == 1:
            holder, ((name, kind, below, names),) = child, below
            child = holder.get(name)
        if kind is None:
            elements: list[Any] = child if type(child) is list else [child]
            for element in elements:
                embeds = type(element) is dict and not names.isdisjoint(element)
                if embeds and not _open(element, below, lossy):
                    return False
        elif type(child) is str and child:
            value = loads(child)
            if not lossy:
                written, text = dumps(value), child.encode()
                if written != text and not differ_in_blanks(written, text):
                    lossy.append(child)
            fits = type(value) is kind and (value or kind is list)  # {} may stand for nothing
            if not fits or (below and not _open(value, below, lossy)):
                return False
            holder[name] = value
        elif child is not None and child != "":
            return False
    return True


def _steps(nodes: list[list[Any]]) -> Steps:
    kinds = {"object": dict, "array": list, None: None}
    return tuple(
        (name, kinds[kind], _steps(below), frozenset(step[0] for step in below))
        for name, kind, below in nodes
    )


def fast_path() -> Answer:
    """Return the fast path, or one that never answers where engine or parser are missing."""
    wanted = os.environ.get("KVS_SCHEMA_ENGINE", "jsonschema-rs")
    if orjson is not None and wanted == "jsonschema-rs":
        try:
            return _compiled(_source())
        except ImportError:  # no build for this platform
            pass
    return lambda body, strict, limits: None


def first_answer(body: bytes, strict: bool, limits: Limits) -> Callback | None:
    """Build the fast path when the first body comes, and answer for it."""
    global answer
    answer = fast_path()
    return answer(body, strict, limits)


#: The callback of a body that is valid; None where only full validation can tell.
answer: Answer = first_answer


def _source() -> Mapping[str, Any]:
    """Return the compiled part that the fast path needs, read directly in an installation."""
    if not os.environ.get("KVS_SCHEMA_SOURCES"):
        try:
            with open(_COMPILED, "rb") as file:  # noqa: PTH123
                found: dict[str, Any] = loads(file.read())
                return found
        except (OSError, ValueError):
            pass  # a checkout; or the catalogue says what is wrong
    from ..catalogue import store

    return store.fast()
