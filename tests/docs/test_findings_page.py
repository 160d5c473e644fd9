"""The page about findings quotes them: each line that it shows is what a body really gets."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kvs_schema import Report, check_callback, check_request, encode_callback
from kvs_schema.catalogue.store import specification
from kvs_schema.catalogue.texts import Lang

from ..documents import opened, sent

PAGE = Path(__file__).parents[2] / "docs"
REQUEST = {"Preset": "wave", "SrcInfo": [{"path": "/b/k"}], "DstBucket": "b", "DstObjectKey": "k"}


def avinfo(change: Callable[[Any], object]) -> Report:
    """What is said of an avinfo callback whose embedded document is changed."""
    body = opened("avinfo")
    change(body["Details"]["items"][0]["metainfo"])
    return check_callback(encode_callback(body))


def reports() -> Iterator[Report]:
    yield avinfo(lambda m: m["streams"][0].update(codec_name=5))
    yield check_callback(opened("avinfo"))
    body = sent("avinfo")
    body["Details"]["items"][0]["metainfo"] = json.dumps(body["Details"]["items"][0]["metainfo"])
    yield check_callback(body)
    yield check_callback(sent("avtrans-progress", Details="{}"))
    body = sent("flow-avinfo")
    body["Details"][0]["Status"] = "3"
    yield check_callback(body)
    yield check_request("CreateWaveTask", body=REQUEST | {"Preset": "audio"})
    yield avinfo(lambda m: m["streams"][0].update(width=-1))
    body = sent("avtrans-progress")
    body["Details"]["progress"] = 101
    yield check_callback(body)
    yield check_callback(sent("avinfo", TaskID=""))
    yield check_request("CreateWaveTask", body=REQUEST | {"SrcInfo": []})
    yield avinfo(lambda m: m["streams"][0].update(bit_rate="48 kbit/s"))
    yield avinfo(lambda m: m.pop("format"))
    yield check_request("CreateWaveTask", body=REQUEST | {"Prest": "wave"})
    yield check_callback(sent("avinfo", itmes=[]))
    body = sent("avinfo")
    body["Details"]["items"] = None
    yield check_callback(body)
    yield check_callback(b'{"TaskID": "t", "Status": 3,')
    yield check_callback(b'\xef\xbb\xbf{"TaskID": "t"}')
    failed = json.dumps(sent("failed"))
    yield check_callback(failed.replace("2032", "1e400"))
    yield check_callback(failed.replace("HTTP", "\\ud83c"))
    yield check_callback(
        b'{"TaskID": "t", "Status": 3, "Status": 4, "Type": "avinfo", "Details": {}}'
    )
    yield check_callback({"TaskID": "t", "status": 3, "Details": {}})
    yield check_callback({"data": sent("avinfo")})
    yield check_callback({name.upper(): value for name, value in sent("avinfo").items()})
    yield check_callback(json.dumps(json.dumps(sent("avinfo"))))
    yield check_callback(sent("avinfo", Status=5))
    yield check_callback(sent("avinfo", Details={"a": nested(100)}))


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_line_is_what_is_said(lang: Lang) -> None:
    page = (PAGE / lang / "guides/findings.md").read_text(encoding="utf-8")
    shown = [
        line
        for block in re.findall(r"^```text\n(.*?)^```$", page, re.M | re.S)
        for line in block.splitlines()
    ]
    said = {
        finding.text(lang)
        for report in reports()
        for finding in (*report.violations, *report.deviations)
    }
    assert [line for line in shown if line not in said] == []
    assert len(shown) > 15


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_headings_are_the_titles_of_the_keywords(lang: Lang) -> None:
    page = (PAGE / lang / "guides/findings.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+?)(?:: |：)`(\w+)` \{#\2\}$", page, re.M)
    findings = specification()["messages"]["findings"]
    key = "title_zh" if lang == "zh" else "title"
    assert {keyword: title for title, keyword in headings} == {
        keyword: finding[key] for keyword, finding in findings.items()
    }


def test_each_keyword_has_the_reasons_of_its_findings() -> None:
    findings = specification()["messages"]["findings"]
    found = [
        (finding.keyword, finding.reason)
        for report in reports()
        for finding in (*report.violations, *report.deviations)
        if finding.reason is not None
    ]
    assert len({keyword for keyword, _ in found}) > 4
    for keyword, reason in found:
        assert reason in findings[keyword]["reasons"], (keyword, reason)
    named = [reason for each in findings.values() for reason in each.get("reasons", ())]
    assert sorted(named) == sorted(specification()["messages"]["reasons"])
