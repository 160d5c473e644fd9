"""Strategies for valid callbacks, as a receiver gets them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeAlias, TypedDict, Unpack, overload

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..catalogue import store
from ..catalogue.error_codes import error_codes
from ..catalogue.names import schema_names
from ..catalogue.unknown_names import UnknownNameError
from ..catalogue.variants import Variant
from ..catalogue.variants import variants as all_variants
from ..spec.suggestions import nearest
from .generate.choices import Choice, Pin, Steering, literal
from .generate.nodes import Level
from .generate.roles import is_coherent
from .generate.value_factory import level_of, value_factory
from .pins import Pins, Values, is_error_code, is_task_id, is_type, pins_of, steering_of
from .wire import Wire, check_flags, dial, sent, shown_as, told

#: Types that were warned of, each once.
_warned: set[str] = set()
#: The frame of whoever calls a strategy.
_CALLER = 4

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
    options = CallbackOptions(
        types=types,
        dialects=dialects,
        strict=strict,
        deviations=deviations,
        values=values,
        errnums=errnums,
        max_text=max_text,
        max_items=max_items,
        incoherent=incoherent,
    )
    made = told("callback", sent(_drawn(variants, options), wire), wire)
    return shown_as(made, "callbacks", *_given(variants), wire=wire, **options)


def _given(first: Any) -> list[Any]:
    return [] if first is None else [first]


def _drawn(variants: Names | None, options: CallbackOptions) -> SearchStrategy[dict[str, Any]]:
    """Callbacks as objects; a pinned Status is drawn first if it is a strategy."""
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
    strict = options["strict"]
    check_flags(strict=strict)
    chosen = chosen_variants(variants, options["dialects"], strict)
    return pins_of(options["values"], [variant.name for variant in chosen], strict)


def level_of_options(options: CallbackOptions) -> Level:
    """The level that the options of a strategy name."""
    return level_of(strict=options["strict"], deviations=options["deviations"])


def steered(
    variants: Names | None, options: CallbackOptions
) -> tuple[tuple[str, ...], Steering, Pin | None]:
    """The variants that options name, what the plans are told, and the pin of task identifiers.

    Raises what `callbacks` raises.
    """
    strict, types, errnums = options["strict"], options["types"], options["errnums"]
    incoherent = options["incoherent"]
    check_flags(strict=strict, deviations=options["deviations"], incoherent=incoherent)
    pins = _pinned(variants, options)
    if pins.status is not None and not pins.status.is_constant:
        raise ValueError(f"values: {pins.status.place} is a constant here; name variants instead")
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
        types=None if types is None else _types_asked(types),
        errnums=None if errnums is None else _codes(errnums, strict),
        max_text=dial("max_text", options["max_text"]),
        max_items=dial("max_items", options["max_items"]),
        accepts=None if incoherent else is_coherent,
    )
    return pins.roots, steering, pins.find(is_task_id, strict)


def _codes(errnums: Errnums, strict: bool) -> SearchStrategy[int]:
    """The error codes asked for, the first simplest."""
    if isinstance(errnums, SearchStrategy):
        return errnums
    asked: list[Any] = list(errnums) if isinstance(errnums, Iterable) else [errnums]
    for code in asked:
        if type(code) is not int:
            raise TypeError(f"errnums: a code is an integer, not {type(code).__name__}")
        if strict and (code == 0 or code not in error_codes.callback):
            raise ValueError(f"errnums: no task can fail with {code} at the strict level")
    if not asked:
        raise ValueError("errnums name at least one, or are left out for all")
    return st.sampled_from(asked)


def from_schema(name: str, *, strict: bool = False, wire: Wire = "object") -> SearchStrategy[Any]:
    """Draw values of any schema, by the names that `kvs_schema.schema()` takes.

    `wire` is what your code takes, as for `callbacks`. Documents embedded in a value are strings,
    as sent. Raises `UnknownNameError` for an unknown schema, and `ValueError` if no value is valid
    at the strict level.

        @given(from_schema("metainfo.streams"))
        def test_every_stream_has_a_label(stream):
            assert label(stream)
    """
    if name not in schema_names():
        raise UnknownNameError("schema", name, schema_names())
    check_flags(strict=strict)
    if name == "callback":
        made: SearchStrategy[Any] = callbacks(strict=strict, wire=wire)
    else:
        made = value_factory(level_of(strict=strict, deviations=True)).strategy(name)
        made = told(name, sent(made, wire), wire)
    return shown_as(made, "from_schema", name, strict=strict, wire=wire)


class DocumentOptions(TypedDict, total=False):
    """What the strategies for other documents than callbacks take besides, for type checkers."""

    strict: bool
    deviations: bool
    values: Values | None


@overload
def embedded(
    name: str, *, wire: Literal["text"], **options: Unpack[DocumentOptions]
) -> SearchStrategy[str]: ...
@overload
def embedded(
    name: str, *, wire: Literal["bytes"], **options: Unpack[DocumentOptions]
) -> SearchStrategy[bytes]: ...
@overload
def embedded(
    name: str, *, wire: Wire = ..., **options: Unpack[DocumentOptions]
) -> SearchStrategy[Any]: ...
def embedded(
    name: str,
    *,
    strict: bool = False,
    wire: Wire = "object",
    deviations: bool = True,
    values: Values | None = None,
) -> SearchStrategy[Any]:
    """Draw an embedded document, such as `metainfo`, which outputs contain as JSON in a string.

    It is an object or array, or with `wire="text"` the string that the callback contains. `values`
    pins places of it, such as `metainfo.format#size`, as for `callbacks`. Raises
    `UnknownNameError` for an unknown embedded document.

        @given(embedded("metainfo", wire="text"))
        def test_media_information_has_a_summary(text):
            assert summary(text)
    """
    known = embedded_names()
    if name not in known:
        raise UnknownNameError("embedded document", name, known)
    made = document(name, strict, deviations, values)
    return shown_as(
        told(name, sent(made, wire), wire),
        "embedded",
        name,
        strict=strict,
        wire=wire,
        deviations=deviations,
        values=values,
    )


def document(
    name: str, strict: bool, deviations: bool, values: Values | None, *also: dict[str, Any]
) -> SearchStrategy[Any]:
    """Values of one schema, with pins."""
    check_flags(strict=strict, deviations=deviations)
    steering = steering_of(pins_of(values, [name], strict), strict)
    factory = value_factory(level_of(strict=strict, deviations=deviations))
    return factory.strategy(name, *also, steering=steering)


def embedded_names() -> tuple[str, ...]:
    """Return the names of all embedded documents."""
    graph = store.graph()
    contents = (graph.root(name, strict=False).content_name for name in graph.schemas)
    return tuple(dict.fromkeys(name for name in contents if name is not None))


def chosen_variants(
    names: Names | None, dialects: Dialects | None, strict: bool
) -> Sequence[Variant]:
    """Return the variants that options select; raise what `callbacks` raises."""
    known = {variant.name: variant for variant in all_variants()}
    asked = None if names is None else listed(names, "variants")
    for name in asked or ():
        if name not in known:
            raise UnknownNameError("variant", name, known)
    among = None if dialects is None else listed(dialects, "dialects")
    of_dialect = {variant.dialect for variant in known.values()}
    for dialect in among or ():
        if dialect not in of_dialect:
            raise UnknownNameError("dialect", dialect, of_dialect)
    chosen = [known[name] for name in (known if asked is None else dict.fromkeys(asked))]
    if among is not None:
        chosen = [variant for variant in chosen if variant.dialect in among]
    if strict:
        empty = [variant.name for variant in chosen if variant.strict_empty]
        chosen = [variant for variant in chosen if not variant.strict_empty]
        if empty and (asked is not None or not chosen):
            raise ValueError(
                f"no body of {', '.join(empty)} can be valid at the strict level; "
                "leave it out, or ask for deviations=False instead of strict=True"
            )
    if not chosen:
        raise ValueError("none of these variants belongs to these dialects")
    return chosen


def _types_asked(types: Types) -> Choice:
    """One of the task types asked for; warns once of each that looks like a known one misspelt."""
    known = store.specification()["classifier"]["types"]
    for kind in listed(types, "types"):
        near = nearest(kind, known)
        if kind not in known and near is not None and kind not in _warned:
            _warned.add(kind)
            warnings.warn(
                f"types: {kind!r} is not a known task type; did you mean {near!r}?",
                stacklevel=_CALLER,
            )
    return types_choice(types)


def types_choice(types: Types) -> Choice:
    """Draw one of the selected task types."""
    asked = listed(types, "types")
    if "" in asked:
        raise ValueError("types are not empty")
    for kind in asked:
        if any("\ud800" <= character <= "\udfff" for character in kind):
            raise ValueError(f"types: a lone surrogate in {kind!a} is no Unicode text")
    return Choice([(literal(kind), 1) for kind in asked])


def listed(names: Any, option: str) -> list[str]:
    """Return the names in an option: one or several, names or variants."""
    several = isinstance(names, Iterable) and not isinstance(names, str)
    found = [getattr(name, "name", name) for name in (names if several else [names])]
    for name in found:
        if not isinstance(name, str):
            raise TypeError(f"{option}: a name is a string, not {type(name).__name__}")
    if not found:
        raise ValueError(f"{option} name at least one, or are left out for all")
    return found
