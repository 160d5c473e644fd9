"""The whole document is there: tables, rows, codes."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from kvs_schema import UnknownNameError, error_codes
from kvs_schema.catalogue import store
from kvs_schema.spec.vocabulary import subschemas

# Table: rows, of these required. Counted in the document.
ROWS = {
    "callback": (4, 4),
    "callback.Details": (7, 4),
    "callback.Details.items": (6, 1),
    "metainfo": (2, 2),
    "metainfo.streams": (31, 13),
    "metainfo.format": (6, 6),
    "outMediainfo": (4, 4),
    "outMediainfo.metadata": (1, 0),
    "outMediainfo.streams": (9, 4),
    "outMediainfo.format": (4, 4),
    "segmentsinfo": (4, 4),
    "thumnailsinfo": (3, 3),
    "flow": (3, 3),
    "flow.Details": (7, 4),
    "flow.Details.OutInfo": (7, 4),
    "CreateWaveTask.request": (7, 5),
    "CreateWaveTask.request.SrcInfo": (1, 1),
    "CreateWaveTask.response": (3, 2),
}

# Table: characters of its longest description. A longer one has taken in what follows it.
LONGEST = {
    "callback": 20,
    "callback.Details": 35,
    "callback.Details.items": 56,
    "metainfo": 5,
    "metainfo.streams": 51,
    "metainfo.format": 13,
    "outMediainfo": 10,
    "outMediainfo.metadata": 4,
    "outMediainfo.streams": 8,
    "outMediainfo.format": 12,
    "segmentsinfo": 40,
    "thumnailsinfo": 25,
    "flow": 14,
    "flow.Details": 17,
    "flow.Details.OutInfo": 17,
    "CreateWaveTask.request": 48,
    "CreateWaveTask.request.SrcInfo": 12,
    "CreateWaveTask.response": 14,
}


def rows() -> dict[str, list[dict[str, Any]]]:
    specification = store.specification()
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in specification["tables"]}
    for schema in specification["schemas"].values():
        if "table" in schema:
            for keyword, _, sub in subschemas(schema):
                if keyword == "properties" and isinstance(sub, dict) and "row" in sub:
                    found[schema["table"]].append(sub["row"])
    for name, table in specification["tables"].items():
        found[name] += [entry["row"] for entry in table.get("recorded", {}).values()]
    return found


def test_every_row_of_every_table_is_there() -> None:
    counted = {
        name: (len(table), sum(row["required"] for row in table)) for name, table in rows().items()
    }
    assert counted == ROWS
    assert sum(count for count, _ in counted.values()) == 109
    assert sum(required for _, required in counted.values()) == 68


def test_every_row_quotes_its_description() -> None:
    quoted = {
        name: [row["text"] for row in table if "text" in row] for name, table in rows().items()
    }
    assert {name: len(texts) for name, texts in quoted.items()} == {
        name: count for name, (count, _) in ROWS.items()
    }
    assert {name: max(map(len, texts)) for name, texts in quoted.items()} == LONGEST


def test_facts_that_only_a_description_says_are_quoted() -> None:
    schemas = store.specification()["schemas"]
    streams = schemas["metainfo.streams"]["properties"]
    assert "自动旋转并删除rotate防止终端播放二次旋转" in streams["rotate"]["row"]["text"]
    assert streams["refs"]["row"]["text"] == "B和P帧向前预测参考的帧数"
    progress = next(
        schema["properties"]["progress"]
        for schema in schemas.values()
        if schema.get("table") == "callback.Details"
    )
    assert "仅适用于长视频，且未设置时默认为0" in progress["row"]["text"]


def test_both_error_tables_are_complete() -> None:
    assert len(error_codes.public) == 30
    assert len(error_codes.callback) == 164
    assert list(error_codes.callback) == sorted(error_codes.callback)


def test_wrapped_and_misprinted_messages_are_kept() -> None:
    callback = error_codes.callback
    assert callback[3158].message == (
        "Trans Internal Error: Requested feature is flagged experimental. "
        "Set strict_std_compliance if you really want to use it"
    )
    assert str(callback[3177].message).endswith("non-precise timestamp seek")
    assert str(callback[3177].message).startswith("Trans Internal Error:first")
    assert callback[2018].message == "object count illeagal"
    assert callback[2043].message == "zmq socket allready exist"
    assert error_codes.public[1012].message == "非北京bucket"


def test_titles_are_ours_in_both_languages_and_categories_from_the_list() -> None:
    categories = store.specification()["categories"]
    for table in error_codes.tables.values():
        for code in table.values():
            assert code.title
            assert code.title_zh
            assert code.category in categories
        assert max(Counter(code.title for code in table.values()).values()) == 1


def test_lookup_asks_the_callback_table_first_and_never_fails() -> None:
    assert error_codes.lookup(0).table == "callback"
    assert error_codes.lookup(0, "public").message == "成功"
    assert error_codes.lookup(1001).table == "public"
    assert error_codes.lookup(1001, "callback").known is False
    with pytest.raises(UnknownNameError, match="unknown error table 'foo'; known: callback"):
        error_codes.lookup(1, table="foo")  # type: ignore[arg-type]
    unknown = error_codes.lookup(2062)
    assert (unknown.code, unknown.known, unknown.message) == (2062, False, None)


def test_units_are_those_of_the_document() -> None:
    """A description has the unit that the row has, or says that there is none."""
    described = [
        (f"{name}.{field}", node["row"]["text"], node["description"])
        for name, schema in store.specification()["schemas"].items()
        for field, node in schema.get("properties", {}).items()
        if "row" in node and re.search(r"seconds|bytes|bit/s|degrees|percent", node["description"])
    ]
    assert len(described) > 10
    silent = [
        name
        for name, row, description in described
        if not re.search("秒|bytes|字节|bps", row) and "No unit is documented" not in description
    ]
    assert silent == []
