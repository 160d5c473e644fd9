"""Each row of the table "When KVS changes" is what happens to an example that is changed so."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kvs_schema import Outcome, check_callback, decode_callback, encode_callback
from kvs_schema.catalogue import store
from kvs_schema.spec.locations import pointer_of

DOCS = Path(__file__).parents[2] / "docs"
Change = Callable[[dict[str, Any]], object]


def _new_first_level(callback: dict[str, Any]) -> None:
    callback.update({key.lower(): callback[key] for key in ("TaskID", "Status", "Type", "Details")})


def _output(callback: dict[str, Any]) -> Any:
    return callback["Details"]["items"][0]


def _renamed(old: str, new: str) -> Change:
    return lambda callback: _output(callback).update({new: _output(callback).pop(old)})


def _opened(callback: dict[str, Any]) -> None:
    output = _output(callback)
    output["outMediainfo"] = json.loads(output["outMediainfo"])


def _numeric_codec(callback: dict[str, Any]) -> None:
    output = _output(callback)
    output["outMediainfo"] = output["outMediainfo"].replace('"h264"', "264", 1)


#: The example and what is changed in it as it is sent, in the order of the table.
CHANGES: list[tuple[str, Change]] = [
    ("finished-avtrans", lambda callback: callback.update(Type="avnew")),
    ("finished-avtrans", lambda callback: callback.update(Status=5)),
    ("flow-failed", lambda callback: callback["Details"][0].update(Status=5)),
    ("finished-avtrans", lambda callback: callback.update(Region="beijing")),
    ("finished-avtrans", _numeric_codec),
    ("finished-avtrans", lambda callback: callback.update(TaskID=7)),
    ("sprite", _renamed("thumnailsinfo", "thumbnailsinfo")),
    ("finished-avtrans", _renamed("dstpath", "dstPath")),
    ("finished-avtrans", _new_first_level),
    ("finished-avtrans", lambda callback: _output(callback).update(audioinfo='{"channels":2}')),
    ("finished-avtrans", _opened),
    ("finished-avtrans", lambda callback: callback["Details"].pop("items")),
    ("finished-avtrans", lambda callback: callback.pop("Details")),
]


def rows(lang: str) -> list[list[str]]:
    """The cells of the table."""
    text = (DOCS / lang / "guides" / "changes.md").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def removed(left: Any, sent: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of what a partial callback lacks."""
    if isinstance(sent, dict) and isinstance(left, dict):
        for key, value in sent.items():
            if key in left:
                yield from removed(left[key], value, (*path, key))
            else:
                yield (*path, key)
    elif isinstance(sent, list) and isinstance(left, list):
        for index, value in enumerate(sent):
            yield from removed(left[index], value, (*path, index))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_row_is_run(lang: str) -> None:
    assert len(rows(lang)) == len(CHANGES)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_row(number: int, lang: str) -> None:
    _, example, outcome, lost, where = rows(lang)[number]
    name, change = CHANGES[number]
    callback = encode_callback(copy.deepcopy(store.specification()["examples"][name]["body"]))
    change(callback)
    body = json.dumps(callback)
    report = check_callback(body.encode())
    for code in re.findall("`([^`]*:[^`]*)`", example):
        assert code.replace(" ", "") in body.replace("\\", "").replace(" ", "")
    assert report.outcome is Outcome[outcome.strip("`")]
    for attribute in ("violations", "unlisted"):
        assert bool(getattr(report, attribute)) == (f"`report.{attribute}`" in where)
    if report.partial is None:
        assert (report.task_id is not None) == ("`report.task_id`" in where)
    else:
        gone = list(removed(report.partial.document, decode_callback(callback)))
        named = [code.replace("#", "") for code in re.findall("`(/[^`]*)`", lost)]
        assert [pointer_of((path,)) for path in gone] == named
