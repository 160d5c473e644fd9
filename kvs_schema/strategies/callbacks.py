"""Strategies for valid callbacks, as a receiver gets them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypedDict, Unpack, overload

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from ..catalogue import store
from ..catalogue.names import schema_names
from ..catalogue.unknown_names import UnknownNameError
from ..catalogue.variants import Variant
from ..catalogue.variants import variants as all_variants
from .generate.choices import Choice, literal
from .generate.value_factory import level_of, value_factory
from .wire import Wire, sent, told

Names = str | Variant | Iterable[str | Variant]


class CallbackOptions(TypedDict, total=False):
    """Options that strategies for callbacks share, for type checkers; see `callbacks`."""

    types: str | Iterable[str] | None
    dialects: str | Iterable[str] | None
    strict: bool
    deviations: bool


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
    types: str | Iterable[str] | None = None,
    dialects: str | Iterable[str] | None = None,
    strict: bool = False,
    wire: Wire = "object",
    deviations: bool = True,
) -> SearchStrategy[Any]:
    """Draw valid callbacks, with realistic values and the documented oddities.

    `variants` and `dialects` select the variants (all by default), `types` the task types, known or
    unknown; in a flow those of the sub-tasks. `deviations=False` draws no deviation unless the
    variant always has it; `strict=True` draws callbacks that are valid at the strict level, and no
    variants with `strict_empty`. `wire` is the form that your handler takes: the `object` that a
    JSON parser returns (embedded documents are strings), `text`, or `bytes` in varied spellings.

    A failing example shrinks to a small callback; the result is smallest if you select a single
    variant. Strings have at most about 120 characters, arrays at most about five elements. Raises
    `UnknownNameError` for an unknown variant or dialect, `TypeError` for a name that is not a
    string, and `ValueError` if the options exclude every callback.

        @given(callbacks(["task.finished", "task.failed"], wire="bytes"))
        def test_handler_answers_every_end_of_a_task(body):
            assert handle(body).status == 200
    """
    chosen = chosen_variants(variants, dialects, strict)
    kinds = None if types is None else types_choice(types)
    level = level_of(strict=strict, deviations=deviations)
    of_each = [value_factory(level).strategy(variant.name, types=kinds) for variant in chosen]
    return told("callback", sent(st.one_of(of_each), wire), wire)


def from_schema(name: str, *, strict: bool = False) -> SearchStrategy[Any]:
    """Draw values of any schema, by the names that `kvs_schema.schema()` takes.

    Documents embedded in a value are strings, as sent. Raises `UnknownNameError` for an unknown
    schema, and `ValueError` if no value is valid at the strict level.

        @given(from_schema("metainfo.streams"))
        def test_every_stream_has_a_label(stream):
            assert label(stream)
    """
    if name not in schema_names():
        raise UnknownNameError("schema", name, schema_names())
    if name == "callback":
        return callbacks(strict=strict)
    return told(name, value_factory(level_of(strict=strict, deviations=True)).strategy(name))


@overload
def embedded(
    name: str, *, strict: bool = ..., wire: Literal["text"], deviations: bool = ...
) -> SearchStrategy[str]: ...
@overload
def embedded(
    name: str, *, strict: bool = ..., wire: Literal["bytes"], deviations: bool = ...
) -> SearchStrategy[bytes]: ...
@overload
def embedded(
    name: str, *, strict: bool = ..., wire: Wire = ..., deviations: bool = ...
) -> SearchStrategy[Any]: ...
def embedded(
    name: str, *, strict: bool = False, wire: Wire = "object", deviations: bool = True
) -> SearchStrategy[Any]:
    """Draw an embedded document, such as `metainfo`, which outputs contain as JSON in a string.

    It is an object or array, or with `wire="text"` the string that the callback contains. Raises
    `UnknownNameError` for an unknown embedded document.

        @given(embedded("metainfo", wire="text"))
        def test_media_information_has_a_summary(text):
            assert summary(text)
    """
    known = embedded_names()
    if name not in known:
        raise UnknownNameError("embedded document", name, known)
    made = value_factory(level_of(strict=strict, deviations=deviations)).strategy(name)
    return told(name, sent(made, wire), wire)


def embedded_names() -> tuple[str, ...]:
    """Return the names of all embedded documents."""
    graph = store.graph()
    contents = (graph.root(name, strict=False).content_name for name in graph.schemas)
    return tuple(dict.fromkeys(name for name in contents if name is not None))


def chosen_variants(
    names: Names | None, dialects: str | Iterable[str] | None, strict: bool
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


def types_choice(types: str | Iterable[str]) -> Choice:
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
