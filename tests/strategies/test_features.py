"""What is drawn: every oddity of `samples.yaml`, every code, and how often each feature.

The shares of media information are compared with `tests/probes/samples`, real output of a prober;
the others with what the strategies are meant to draw.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from benchmarks.shares import inside, percent, real, streams
from kvs_schema import Callback, TaskStatus, error_codes, validate_callback
from kvs_schema.catalogue.store import specification
from kvs_schema.strategies import callbacks
from kvs_schema.strategies.generate.nodes import Level
from kvs_schema.strategies.generate.value_factory import value_factory

from ..documents import untyped
from .drawing import drawn

ODDITIES = specification()["samples"]["oddities"]
#: What is drawn where an oddity belongs to callbacks of some tasks only.
OPTIONS: dict[str, dict[str, Any]] = {
    "metainfo": {"variants": "task.finished", "types": "avinfo"},
    "outMediainfo": {"variants": "task.finished", "types": "avtrans"},
    "segmentsinfo": {"variants": "task.finished", "types": "avtrans"},
    "output": {"variants": "task.finished", "types": "avtrans"},
    "subtask": {"dialects": "flow"},
}


@cache
def documents(owner: str) -> list[Callback]:
    return [validate_callback(body) for body in drawn(callbacks(**OPTIONS.get(owner, {})), 2000, 1)]


def members(value: Any) -> Iterator[tuple[str, Any]]:
    """The scalars of a document by the names of their members."""
    for name, member in value.items() if isinstance(value, dict) else ():
        if isinstance(member, dict | list):
            yield from members(member)
        else:
            yield name, member
    for element in value if isinstance(value, list) else ():
        yield from members(element)


@cache
def scalars(owner: str) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for callback in documents(owner):
        for name, value in members(callback.document):
            found.setdefault(name, Counter())[str(value)] += 1
    return found


@pytest.mark.thorough
@pytest.mark.parametrize("record", ODDITIES, ids=lambda record: record["of"][0])
def test_every_listed_form_is_drawn(record: dict[str, Any]) -> None:
    place = record["of"][0]
    owner, _, name = place.partition("#")
    oddities = value_factory(Level.FREE).samples.oddities([place])
    assert oddities is not None
    texts = scalars(owner.partition(".")[0])[name]
    missing = [value for value in oddities.values if not any(shows(text, value) for text in texts)]
    assert missing == []


def shows(text: str, value: Any) -> bool:
    """A text may join some oddities, of which this is the first."""
    return text.startswith(value) if isinstance(value, str) else text == str(value)


def test_every_code_is_drawn_in_failed_tasks() -> None:
    codes = Counter(body["Details"]["errnum"] for body in drawn(callbacks("task.failed"), 2000, 1))
    assert error_codes.callback.keys() <= codes.keys()
    assert max(codes[code] for code in error_codes.callback.keys() - {0}) < 60
    assert any(code not in error_codes.callback for code in codes)


@cache
def drawn_probes() -> list[dict[str, Any]]:
    return list(inside(documents("metainfo")))


def listed(callback: Callback) -> list[dict[str, Any]]:
    items = untyped(callback)["Details"]["items"]
    return [items] if isinstance(items, dict) else items


#: Bounds of the drawn shares, in percent.
MEDIA = {
    "a single stream": (30, 60),
    "no video": (10, 35),
    "no audio": (15, 45),
    "other streams": (5, 35),
    "tags in a stream": (15, 60),
    "a cover picture": (4, 20),
    "a video without bit rate": (20, 60),
    "a negative level": (10, 45),
    "2 kB and more": (8, 60),
}
#: Rarer than a score of real files can show.
RARE = {
    "a stream of no kind": (0.5, 8),
    "audio with a width": (0.5, 8),
}


@pytest.mark.parametrize("feature", MEDIA)
def test_media_information_is_as_real(feature: str) -> None:
    least, most = MEDIA[feature]
    assert least <= percent(feature, drawn_probes()) <= most
    assert least / 2 <= percent(feature, real()) <= 2 * most


@pytest.mark.parametrize("feature", RARE)
def test_what_is_rare_is_drawn_and_seldom(feature: str) -> None:
    least, most = RARE[feature]
    assert least <= percent(feature, drawn_probes()) <= most


def share(found: Any) -> float:
    found = list(found)
    return float(100 * sum(found) / len(found))


def test_durations_agree_and_are_never_negative() -> None:
    agree, all_of_them = 0, 0
    for probe in drawn_probes():
        lengths = [each.get("duration") for each in [*streams(probe), probe["format"]]]
        numbers = [float(length) for length in lengths if length is not None]
        assert all(number >= 0 for number in numbers)
        if len(numbers) > 1:
            all_of_them += 1
            agree += max(numbers) - min(numbers) < 1
    assert agree / all_of_them > 0.7


def test_texts_are_odd_in_one_of_four() -> None:
    paths = [output["dstpath"] for callback in documents("output") for output in listed(callback)]
    oddities = value_factory(Level.FREE).samples.oddities(["output#dstpath"])
    assert oddities is not None
    assert 18 <= share(path.startswith(tuple(oddities.values)) for path in paths) <= 32


def test_segments_have_names_of_one_pattern() -> None:
    lists = [
        [segment["filename"] for segment in output["segmentsinfo"]]
        for callback in documents("output")
        for output in listed(callback)
        if output.get("segmentsinfo")
    ]
    several = [names for names in lists if len(names) > 1]
    assert share("-10." in "".join(names) for names in several) > 10
    assert share(len(names) > 11 for names in several) > 2
    assert share(names != sorted(names, key=lambda n: (len(n), n)) for names in several) > 10
    alike = [len({re.split("[-_][0-9]", name)[0] for name in names}) == 1 for names in several]
    assert share(alike) > 50


def test_flows_have_gaps_and_failures_before_the_end() -> None:
    flows = [callback for callback in documents("subtask") if callback.tasks]
    orders = [sorted(task.order or 0 for task in callback.tasks) for callback in flows]
    assert share(any(b - a > 1 for a, b in pairwise(found)) for found in orders) > 5
    before = [[task.status for task in callback.tasks[:-1]] for callback in flows]
    assert share(TaskStatus.FAILED in statuses for statuses in before) > 5
