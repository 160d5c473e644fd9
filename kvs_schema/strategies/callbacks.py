"""Strategies for valid callbacks, as a receiver gets them.

Goes in: options, checked when the strategy is made. Comes out: a strategy for callbacks, or what
other strategies need to draw them with the same options (`steered`).
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from inspect import signature
from typing import Any, Literal, TypeAlias, TypedDict, TypeVar, Unpack, cast, overload

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..catalogue import store
from ..catalogue.error_codes import error_codes
from ..catalogue.unknown_names import UnknownNameError
from ..catalogue.variants import Variant
from ..catalogue.variants import variants as all_variants
from ..spec.suggestions import nearest
from .generate.choices import Choice, Pin, Steering, literal
from .generate.nodes import Level
from .generate.roles import is_coherent
from .generate.value_factory import level_of, value_factory
from .pins import (
    Pins,
    Values,
    is_error_code,
    is_task_id,
    is_type,
    pins_of,
    read_values,
    steering_of,
)
from .wire import Wire, check_flags, check_size, observed, sent, shown_as

#: Types that were warned of, each once.
_warned: set[str] = set()
_PACKAGE = __name__.partition(".")[0]

T = TypeVar("T")

VariantName: TypeAlias = Literal[
    "task.progress",
    "task.finished",
    "task.failed",
    "legacy.progress",
    "legacy.finished",
    "legacy.failed",
    "flow.progress",
    "flow.finished",
    "flow.failed",
    "legacy-flow.progress",
    "legacy-flow.finished",
    "legacy-flow.failed",
]
"""The names of all variants, so that a type checker knows them."""
DialectName: TypeAlias = Literal["task", "legacy", "flow", "legacy-flow"]
"""The names of all dialects."""
TypeName: TypeAlias = Literal["avtrans", "avsample", "avsnapshot", "avsnapshop", "avinfo"]
"""The task types that the KVS documentation names; the list is open."""

Names: TypeAlias = VariantName | Variant | Iterable[VariantName | Variant]
Dialects: TypeAlias = DialectName | Iterable[DialectName]
Types: TypeAlias = TypeName | str | Iterable[TypeName | str]
Errnums: TypeAlias = int | Iterable[int] | SearchStrategy[int]


class CallbackOptions(TypedDict, total=False):
    """Options that strategies for callbacks share, for type checkers; see `callbacks`."""

    types: Types | None
    dialects: Dialects | None
    strict: bool
    deviations: bool
    values: Values | None
    errnums: Errnums | None
    max_text: int | None
    max_items: int | None
    incoherent: bool


@overload
def callbacks(
    variants: Names | None = ...,
    *,
    wire: Literal["object"] = ...,
    **options: Unpack[CallbackOptions],
) -> SearchStrategy[dict[str, Any]]: ...
@overload
def callbacks(
    variants: Names | None = ..., *, wire: Literal["text"], **options: Unpack[CallbackOptions]
) -> SearchStrategy[str]: ...
@overload
def callbacks(
    variants: Names | None = ..., *, wire: Literal["bytes"], **options: Unpack[CallbackOptions]
) -> SearchStrategy[bytes]: ...
@overload
def callbacks(
    variants: Names | None = ..., *, wire: Wire, **options: Unpack[CallbackOptions]
) -> SearchStrategy[Any]: ...
def callbacks(
    variants: Names | None = None,
    *,
    types: Types | None = None,
    dialects: Dialects | None = None,
    strict: bool = False,
    wire: Wire = "object",
    deviations: bool = True,
    values: Values | None = None,
    errnums: Errnums | None = None,
    max_text: int | None = None,
    max_items: int | None = None,
    incoherent: bool = False,
) -> SearchStrategy[Any]:
    """Draw valid callbacks, with realistic values and the documented oddities.

    `variants` and `dialects` select the variants (all by default), `types` the task types, known or
    unknown; in a flow those of the sub-tasks. `deviations=False` draws no deviation unless the
    variant always has it; `strict=True` draws callbacks that are valid at the strict level, and no
    variants with `strict_empty`. `wire` is the form that your handler takes: the `object` that a
    JSON parser returns (embedded documents are strings), `text`, or `bytes` in varied spellings.

    `values` pins places: a constant or a strategy by `schema#key`, such as `details#errnum`,
    `output#dstpath` or `task#RefID` for a field that no table lists. A pinned field is present
    wherever its object is drawn and may have it. A number is written as the place requires; an
    embedded document is given as its text or as an object. A pinned Type acts like `types`, a
    pinned Status picks the variants. A constant that nothing takes raises `ValueError` at once,
    and only the variants that take it are drawn; a value that a strategy draws raises it then.

    The status of a flow agrees with those of its sub-tasks, whose `Order` differs; with
    `incoherent=True` it contradicts them now and then.

    `errnums` are the error codes of what failed: one, several, or a strategy. `max_text` lets free
    texts become as long as that, and no longer; `max_items` does the same for arrays.

    A failing example shrinks to a small callback; the result is smallest if you select a single
    variant. Without `max_text` and `max_items`, strings have at most about 1,100 characters, arrays
    at most about twenty elements. Raises `UnknownNameError` for an unknown variant, dialect or
    place, `TypeError` for a name that is not
    a string, and `ValueError` if the options exclude every callback.

        @given(callbacks(["task.finished", "task.failed"], wire="bytes"))
        def test_handler_answers_every_end_of_a_task(body):
            assert handle(body).status == 200
    """
    variants, options = read_once(variants), options_of(locals())
    made = observed("callback", sent(_drawn(variants, options), wire), wire)
    return shown_as(made, "callbacks", variants, wire=wire, **options)


def read_once(option: T) -> T:
    """Return an option as it is, or as a list if it is an iterator, which cannot be read again."""
    return cast("T", list(option)) if isinstance(option, Iterator) else option


@cache
def _defaults() -> dict[str, Any]:
    """Return the options that strategies for callbacks share, with their defaults."""
    parameters = signature(callbacks).parameters
    return {name: parameters[name].default for name in CallbackOptions.__annotations__}


def options_of(arguments: Mapping[str, Any]) -> CallbackOptions:
    """Return the options of `callbacks` among the arguments of a strategy.

    Iterators are lists there, and constants in `values` copies, so that later changes do not count.
    Warn once of each task type that looks like a known one misspelt.
    """
    found = {name: read_once(arguments.get(name, usual)) for name, usual in _defaults().items()}
    found["values"] = read_values(found["values"])
    if found["types"] is not None:
        _warn_of_misspelt(listed(found["types"], "types"))
    return cast("CallbackOptions", found)


def _drawn(variants: Names | None, options: CallbackOptions) -> SearchStrategy[dict[str, Any]]:
    """Return a strategy for callbacks as objects; a pinned Status may be a strategy."""
    status = _pinned(variants, options).status
    if status is None or status.is_constant:
        names, steering, _ = steered(variants, options)
        return value_factory(level_of_options(options)).one_of(names, steering)

    made: dict[str, SearchStrategy[dict[str, Any]]] = {}

    def with_status(value: Any) -> SearchStrategy[dict[str, Any]]:
        if repr(value) not in made:
            values = {**(options["values"] or {}), status.place: value}
            made[repr(value)] = _drawn(variants, {**options, "values": values})
        return made[repr(value)]

    found: SearchStrategy[dict[str, Any]] = status.value.flatmap(with_status)
    return found


def _pinned(variants: Names | None, options: CallbackOptions) -> Pins:
    """Return the pins that options give, and the variants that can have them."""
    strict = options["strict"]
    check_flags(strict=strict)
    chosen = chosen_variants(variants, options["dialects"], strict)
    return pins_of(options["values"], [variant.name for variant in chosen], strict)


def level_of_options(options: CallbackOptions) -> Level:
    """Return the level that options name."""
    return level_of(strict=options["strict"], deviations=options["deviations"])


def steered(
    variants: Names | None, options: CallbackOptions
) -> tuple[tuple[str, ...], Steering, Pin | None]:
    """Return the variants that options name, the wishes for their values, and the pin of task ids.

    Raises what `callbacks` raises.
    """
    strict, types, errnums = options["strict"], options["types"], options["errnums"]
    incoherent = options["incoherent"]
    check_flags(strict=strict, deviations=options["deviations"], incoherent=incoherent)
    pins = _pinned(variants, options)
    if pins.status is not None and not pins.status.is_constant:
        raise ValueError(
            f"values: {pins.status.place} must be a constant here; name variants instead"
        )
    for option, given, pin in (
        ("types", types, pins.find(is_type, strict)),
        ("errnums", errnums, pins.find(is_error_code, strict)),
        ("variants", variants, pins.status),
    ):
        if given is not None and pin is not None:
            raise ValueError(f"values: {pin.place} is pinned, and {option} is given; leave one out")
    steering = steering_of(
        pins,
        strict,
        types=None if types is None else types_choice(types),
        errnums=None if errnums is None else _codes(errnums, strict),
        max_text=check_size("max_text", options["max_text"]),
        max_items=check_size("max_items", options["max_items"]),
        accepts=None if incoherent else is_coherent,
    )
    return pins.roots, steering, pins.find(is_task_id, strict)


def _codes(errnums: Errnums, strict: bool) -> SearchStrategy[int]:
    """Return a strategy for the given error codes, the first simplest."""
    if isinstance(errnums, SearchStrategy):
        return errnums
    codes = several(errnums, "errnums")
    for code in codes:
        if type(code) is not int:
            raise TypeError(f"errnums: a code is an integer, not {type(code).__name__}")
        if strict and (code == 0 or code not in error_codes.callback):
            raise ValueError(f"errnums: no task can fail with {code} at the strict level")
    return st.sampled_from(codes)


def chosen_variants(
    names: Names | None, dialects: Dialects | None, strict: bool
) -> Sequence[Variant]:
    """Return the variants that options select; raise what `callbacks` raises."""
    known = {variant.name: variant for variant in all_variants()}
    named = None if names is None else listed(names, "variants")
    for name in named or ():
        if name not in known:
            raise UnknownNameError("variant", name, known)
    among = None if dialects is None else listed(dialects, "dialects")
    of_dialect = {variant.dialect for variant in known.values()}
    for dialect in among or ():
        if dialect not in of_dialect:
            raise UnknownNameError("dialect", dialect, of_dialect)
    chosen = [known[name] for name in (known if named is None else dict.fromkeys(named))]
    if among is not None:
        chosen = [variant for variant in chosen if variant.dialect in among]
    if strict:
        empty = [variant.name for variant in chosen if variant.strict_empty]
        chosen = [variant for variant in chosen if not variant.strict_empty]
        if empty and (named is not None or not chosen):
            raise ValueError(
                f"no body of {', '.join(empty)} can be valid at the strict level; "
                "leave it out, or ask for deviations=False instead of strict=True"
            )
    if not chosen:
        raise ValueError("none of these variants belongs to these dialects")
    return chosen


def _warn_of_misspelt(types: Iterable[str]) -> None:
    """Warn of each unknown task type that looks like a known one, once in a process."""
    known = store.specification()["classifier"]["types"]
    for type_ in types:
        near = nearest(type_, known)
        if type_ not in known and near is not None and type_ not in _warned:
            _warned.add(type_)
            text = f"types: {type_!r} is not a known task type; did you mean {near!r}?"
            warnings.warn(text, stacklevel=_level_of_caller())


def _level_of_caller() -> int:
    """Return the `stacklevel` by which a warning names the first frame outside this package."""
    level, frame = 1, sys._getframe(1)
    while frame.f_globals.get("__name__", "").partition(".")[0] == _PACKAGE and frame.f_back:
        level, frame = level + 1, frame.f_back
    return level


def types_choice(types: Types) -> Choice:
    """Return a choice of the selected task types."""
    names = listed(types, "types")
    if "" in names:
        raise ValueError("types are not empty")
    for name in names:
        if any("\ud800" <= character <= "\udfff" for character in name):
            raise ValueError(f"types: a lone surrogate in {name!a} is no Unicode text")
    return Choice([(literal(name), 1) for name in names])


def several(option: Any, name: str, single: type | tuple[type, ...] = str) -> list[Any]:
    """Return what an option names as a list: one value, which may be a `single`, or several."""
    is_one = isinstance(option, single) or not isinstance(option, Iterable)
    found = [option] if is_one else list(option)
    if not found:
        raise ValueError(f"{name} name at least one, or are left out for all")
    return found


def listed(names: Any, option: str) -> list[str]:
    """Return the names in an option: one or several, names or variants."""
    found = [getattr(name, "name", name) for name in several(names, option)]
    for name in found:
        if not isinstance(name, str):
            raise TypeError(f"{option}: a name is a string, not {type(name).__name__}")
    return found
