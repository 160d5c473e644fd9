"""Write JSON values as different senders do: spacing, order of keys, escapes."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from itertools import product
from typing import Any, Literal, NamedTuple, TypeAlias

from hypothesis import strategies as st

from ..validation import observers

Wire: TypeAlias = Literal["object", "text", "bytes"]
"""What a handler takes: what a JSON parser gives, the text, or the bytes as sent."""
WIRES: tuple[Wire, ...] = ("object", "text", "bytes")

_ORDERS: dict[str, Callable[[Any], Any]] = {"made": list, "sorted": sorted, "reversed": reversed}


#: Options that a strategy need not repeat when it is shown.
_USUAL = {
    "strict": False,
    "deviations": True,
    "wire": "object",
    "tasks": 1,
    "max_size": 20,
    "faults": 1,
    "incoherent": False,
}


class Spelling(NamedTuple):
    """A spelling of JSON values; all spellings of a value parse to the same value.

    `separators` and `indent` as `json.dumps` takes them, `around` white space before and after,
    `order` of the keys, `slashes` as `\\\\/`, `ascii` with all other characters as `\\\\uXXXX`.
    """

    separators: tuple[str, str] = (",", ":")
    indent: str | None = None
    around: str = ""
    order: str = "made"
    slashes: bool = False
    ascii: bool = False

    def on_the_wire(self, value: Any, wire: Wire) -> Any:
        """Return a value as it is for `object`, else its text in this spelling or its bytes."""
        if wire == "object":
            return value
        return self.write(value) if wire == "text" else self.write(value).encode()

    def write(self, value: Any) -> str:
        """Return the text of a value in this spelling."""
        if self.order != "made":
            value = reordered(value, self.order)
        text = json.dumps(
            value, ensure_ascii=self.ascii, separators=self.separators, indent=self.indent
        )
        if self.slashes:
            text = text.replace("/", "\\/")
        return f"{self.around}{text}{self.around}"


def reordered(value: Any, order: str) -> Any:
    """Return a copy of a value with the keys of all its objects in an order."""
    if isinstance(value, dict):
        return {key: reordered(value[key], order) for key in _ORDERS[order](list(value))}
    return [reordered(item, order) for item in value] if isinstance(value, list) else value


@cache
def all_spellings() -> list[Spelling]:
    """Compact and in the order made as often as all other spellings together."""
    plain = Spelling()
    spacings = [
        plain,
        Spelling((", ", ": ")),
        Spelling((",", ": "), "  "),
        Spelling((" ,", " : "), "\t", "\r\n"),
    ]
    varied = [
        spacing._replace(order=order, slashes=slashes, ascii=escaped)
        for spacing, order, slashes, escaped in product(
            spacings, _ORDERS, (False, True), (False, True)
        )
    ]
    return [plain] * len(varied) + varied


@cache
def spellings() -> st.SearchStrategy[Spelling]:
    """Draw one of all spellings."""
    return st.sampled_from(all_spellings())


def check_wire(wire: str) -> None:
    """Raise ValueError for a wire form that does not exist."""
    if wire not in WIRES:
        raise ValueError(f"wire is one of {', '.join(map(repr, WIRES))}, not {wire!r}")


def sent(values: st.SearchStrategy[Any], wire: Wire) -> st.SearchStrategy[Any]:
    """Draw values as they are, or as text or bytes in varied spellings."""
    check_wire(wire)
    if wire == "object":
        return values

    @st.composite
    def written(draw: st.DrawFn) -> Any:
        spelling: Spelling = draw(spellings())
        return spelling.on_the_wire(draw(values), wire)

    return written()


def observed(
    name: str, values: st.SearchStrategy[Any], wire: Wire = "object"
) -> st.SearchStrategy[Any]:
    """Draw the same values and pass each, as sent, to the observer of documents."""

    notify = observers.notify_value if wire == "object" else observers.notify

    @st.composite
    def observing(draw: st.DrawFn) -> Any:
        value = draw(values)
        notify(name, value)
        return value

    return observing()


def shown_as(
    made: st.SearchStrategy[Any], call: str, first: Any = None, **options: Any
) -> st.SearchStrategy[Any]:
    """The same strategy, which is shown as the call that made it; options as usual are left out."""

    def again(draw: st.DrawFn, *_: Any, **__: Any) -> Any:
        return draw(made)

    again.__name__ = again.__qualname__ = call
    said = {
        k: v for k, v in options.items() if v is not None and (k not in _USUAL or _USUAL[k] != v)
    }
    positional = [] if first is None else [first]
    shown: st.SearchStrategy[Any] = st.composite(again)(*positional, **said)
    return shown


def check_flags(**flags: Any) -> None:
    """Raise TypeError for an option that is neither True nor False."""
    for option, value in flags.items():
        if not isinstance(value, bool):
            raise TypeError(f"{option} is True or False, not {value!r}")


def check_size(option: str, size: int | None) -> int | None:
    """Check a length that an option gives."""
    if size is None:
        return None
    if type(size) is not int:
        raise TypeError(f"{option} is an integer, not {type(size).__name__}")
    if size < 1:
        raise ValueError(f"{option} is at least 1, not {size}")
    return size
