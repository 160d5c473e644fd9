"""What is left of a document before findings are made, and how many faults are enough."""

from __future__ import annotations

from typing import Any

import pytest

from kvs_schema.catalogue import store
from kvs_schema.validation.engines.pruning import Layout, Layouts, Pruner
from kvs_schema.validation.engines.rust import RustEngine

Json = dict[str, Any]

#: Elements hold a number, which the strict level wants small, or rows of such elements.
ELEMENT: Json = {
    "type": "object",
    "properties": {
        "n": {"type": "integer"},
        "rows": {"type": "array", "items": {"$ref": "#/$defs/element"}},
    },
}
SMALL = {**ELEMENT["properties"], "n": {"type": "integer", "maximum": 9}}
ENGINE = RustEngine(
    {
        "tolerant": {"element": ELEMENT},
        "strict": {"element": {**ELEMENT, "properties": SMALL}},
        "layouts": {},
    }
)
GOOD: Json = {"n": 1}
LARGE: Json = {"n": 10}
WRONG: Json = {"n": "1"}

LEAF = {"elements": ["#/$defs/element"], "properties": {"n": {}}}
ROWS = {**LEAF, "properties": {"n": {}, "rows": LEAF}}


def pruner(limit: int = 100) -> Pruner:
    return Pruner(ENGINE.is_valid_at, Layouts({"layouts": {}}), limit)


def left(value: Any, node: Json, limit: int = 100) -> tuple[Any, bool]:
    """What is left of a value, and whether more is wrong than that."""
    pruning = pruner(limit)
    return pruning.prune(value, Layout(node)), pruning.stopped


@pytest.mark.parametrize("value", [None, True, 0, "", "text", 1.5])
def test_scalars_are_left(value: object) -> None:
    assert left(value, ROWS) == (value, False)


@pytest.mark.parametrize(
    "value", [{}, {"rows": []}, {"rows": [WRONG]}, [], [WRONG, LARGE], [{"rows": [WRONG, WRONG]}]]
)
def test_what_is_all_needed_is_the_same_object(value: Any) -> None:
    node = ROWS if isinstance(value, list) else {"properties": {"rows": LEAF}}
    pruning = pruner()
    assert pruning.prune(value, Layout(node)) is value
    assert pruning.places == {}


def test_elements_that_hold_are_left_out() -> None:
    assert left([GOOD, WRONG, GOOD, LARGE, GOOD], LEAF) == ([WRONG, LARGE], False)


def test_elements_of_which_no_schema_speaks_are_left() -> None:
    assert left([WRONG, GOOD], {"properties": {"n": {}}}) == ([WRONG, GOOD], False)


def test_elements_are_left_as_long_as_an_array_needs_them() -> None:
    node = {**LEAF, "least": 2}
    assert left([GOOD, GOOD, GOOD, WRONG, GOOD], node) == ([GOOD, GOOD, WRONG], False)
    assert left([GOOD, WRONG, GOOD, WRONG], node) == ([GOOD, WRONG, WRONG], False)
    assert left([WRONG] * 5, {**LEAF, "least": 3}, limit=0) == ([WRONG] * 3, True)
    assert left([LARGE] * 5, {**LEAF, "least": 3}, limit=0) == ([LARGE] * 3, True)


@pytest.mark.parametrize("wrong", [WRONG, LARGE])
def test_one_more_than_a_report_lists_is_left(wrong: Json) -> None:
    assert left([wrong] * 3, LEAF, limit=2) == ([wrong] * 3, False)
    assert left([wrong] * 4, LEAF, limit=2) == ([wrong] * 3, True)
    assert left([GOOD, wrong] * 9, LEAF, limit=2) == ([wrong] * 3, True)


def test_violations_and_deviations_are_counted_apart() -> None:
    assert left([LARGE, LARGE, WRONG], LEAF, limit=0) == ([LARGE, WRONG], True)
    assert left([LARGE, WRONG], LEAF, limit=0) == ([LARGE, WRONG], False)
    assert left([WRONG, LARGE], LEAF, limit=0) == ([WRONG], True)
    assert left([LARGE, WRONG, LARGE], LEAF, limit=1) == ([LARGE, WRONG, LARGE], False)


@pytest.mark.parametrize("wrong", [WRONG, LARGE])
def test_the_innermost_elements_are_counted(wrong: Json) -> None:
    row: Json = {"rows": [GOOD, wrong]}
    assert left([row] * 3, ROWS, limit=2) == ([{"rows": [wrong]}] * 3, False)
    rows = {"rows": [wrong] * 3}
    assert left([rows, rows], ROWS, limit=2)[0][:1] == [rows]
    assert left([rows, rows], ROWS, limit=2)[1]


def test_an_outer_element_counts_by_what_is_wrong_in_itself() -> None:
    both: Json = {"n": "1", "rows": [GOOD]}
    assert left([both] * 4, ROWS, limit=2) == ([{"n": "1", "rows": []}] * 3, True)
    both = {"n": 10, "rows": [GOOD]}
    assert left([both] * 4, ROWS, limit=2) == ([{"n": 10, "rows": []}] * 3, True)
    mixed = {"n": "1", "rows": [LARGE]}
    assert left([mixed] * 4, ROWS, limit=2) == ([mixed] * 3, True)


def test_names_that_no_schema_lists_are_left_out() -> None:
    value = {"n": 1, "other": 2, "more": 3}
    assert left(value, {"names": ["n"]}) == ({"n": 1}, False)
    assert left(value, {"names": ["n", "other", "more", "last"]}) == (value, False)
    assert left(value, {}) == (value, False)


def test_an_object_of_all_the_listed_names_is_the_same_object() -> None:
    value = {"n": 1}
    assert pruner().prune(value, Layout({"names": ["n"]})) is value


def test_a_closed_object_keeps_names_as_many_as_a_report_lists_and_one() -> None:
    value = {"n": 1, "a": [1], "b": [2], "c": [3]}
    assert left(value, {"closed": ["n"]}, limit=0) == ({"n": 1, "a": None}, True)
    assert left(value, {"closed": ["n"]}, limit=2) == (
        {"n": 1, "a": None, "b": None, "c": None},
        True,
    )
    assert left(value, {"closed": ["n"]}, limit=3)[1] is False
    listed = {"names": ["n", "a"], "closed": ["n"]}
    assert left(value, listed, limit=9)[0] == {"n": 1, "a": [1], "b": None, "c": None}


def test_what_stopped_once_stays_stopped() -> None:
    node = {"properties": {"a": {"closed": ["n"]}, "b": {"closed": ["n"]}}}
    assert left({"a": {"x": 1, "y": 2}, "b": {"x": 1}}, node, limit=1) == (
        {"a": {"x": None, "y": None}, "b": {"x": None}},
        True,
    )


def test_members_are_pruned_where_they_stand() -> None:
    value = {"first": 1, "rows": [GOOD, WRONG], "n": 2, "last": 3}
    names = ["rows", "n"]
    small, stopped = left(value, {"properties": {"n": {}, "rows": LEAF}})
    assert (small, stopped) == ({**value, "rows": [WRONG]}, False)
    assert list(small) == list(value)
    assert left(value, {"names": names, "properties": {"rows": LEAF}})[0] == {
        "rows": [WRONG],
        "n": 2,
    }
    assert value["rows"] == [GOOD, WRONG]


def test_a_member_of_another_type_is_left() -> None:
    assert left({"rows": "text"}, {"properties": {"rows": LEAF}}) == ({"rows": "text"}, False)
    assert left({"rows": GOOD}, {"properties": {"rows": LEAF}}) == ({"rows": GOOD}, False)


def test_embedded_documents_are_pruned_by_their_own_shape() -> None:
    layouts = Layouts({"layouts": {"document": {"properties": {"rows": LEAF}}}})
    pruning = Pruner(ENGINE.is_valid_at, layouts, 100)
    outer = Layout({"properties": {"string": {"content": "document"}}})
    small = pruning.prune({"string": {"rows": [GOOD, WRONG]}}, outer)
    assert small == {"string": {"rows": [WRONG]}}
    assert pruning.places == {("string", "rows"): [1]}


def test_an_error_is_found_again_where_it_stands_in_the_whole() -> None:
    pruning = pruner()
    value = {"list": [GOOD, {"rows": [GOOD, WRONG]}, GOOD, {"rows": [WRONG]}]}
    small = pruning.prune(value, Layout({"properties": {"list": ROWS}}))
    assert small == {"list": [{"rows": [WRONG]}, {"rows": [WRONG]}]}
    for path, whole in {
        (): (),
        ("list",): ("list",),
        ("list", 0): ("list", 1),
        ("list", 0, "rows", 0, "n"): ("list", 1, "rows", 1, "n"),
        ("list", 1, "rows", 0): ("list", 3, "rows", 0),
    }.items():
        assert pruning.restored(path) == whole


def test_a_name_below_an_array_is_no_index() -> None:
    pruning = pruner()
    pruning.prune([GOOD, WRONG], Layout(LEAF))
    assert pruning.restored(("name",)) == ("name",)


def test_without_anything_left_out_an_error_stands_where_it_is() -> None:
    assert pruner().restored((3, "n")) == (3, "n")


def test_each_schema_is_asked_once() -> None:
    """A schema that stands under two conditions is still one."""
    for name, layout in store.program()["layouts"].items():
        waiting = [layout]
        while waiting:
            node = waiting.pop()
            waiting += node.get("properties", {}).values()
            elements = node.get("elements", [])
            assert len(elements) == len(set(elements)), name
