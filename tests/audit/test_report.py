"""The report: one HTML file, small, without script, in both languages, at both widths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from kvs_schema.audit import Audit
from kvs_schema.audit.drift import threshold
from kvs_schema.audit.html import html
from kvs_schema.audit.sections import sections
from kvs_schema.audit.value import merged
from kvs_schema.catalogue.texts import LANGS, Lang
from kvs_schema.results.status import Outcome

from .archives import counted, mixed, plain, sent

HOSTILE = "<script>alert(1)</script>\u202e\x1b[31m" + "x" * 5000


def busy() -> Audit:
    """An audit with all that a report can have, and more rows than it shows."""
    odd = [
        sent(
            {
                "TaskID": f"{HOSTILE}{n}",
                "Status": 2,
                "Type": f"{HOSTILE}{n}",
                "Details": {},
                f"{HOSTILE}{n}": 1,
            }
        )
        for n in range(90)
    ]
    years = [
        counted(plain(1, seed=n), f"20{20 + n // 360:02}-{n // 30 % 12 + 1:02}-{n % 28 + 1:02}")
        for n in range(0, 2000, 29)
    ]
    return merged([counted([*mixed(150), *plain(40), *odd]), *years])


class Reader(HTMLParser):
    """Collects tags, attributes and texts."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: set[str] = set()
        self.titles: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.addresses |= {
            value or "" for name, value in attrs if name in ("href", "src", "xlink:href")
        }

    def handle_data(self, data: str) -> None:
        if self.lasttag == "h2" and data.strip():
            self.titles.append(data)


@pytest.fixture(scope="module")
def audit() -> Audit:
    """The audit that the reports are about."""
    return busy()


@pytest.mark.parametrize("lang", LANGS)
def test_a_report_is_one_small_file_without_script(audit: Audit, lang: Lang) -> None:
    thresholds = [(threshold("invalid>1%"), True), (threshold("foreign>99%"), False)]
    page = html(sections(audit, lang, thresholds), lang)
    assert len(page.encode()) <= 300_000
    reader = Reader()
    reader.feed(page)
    assert "svg" in reader.tags
    assert not reader.tags & {"script", "link", "img", "iframe", "object", "embed", "form"}
    assert reader.handlers == []
    assert all(address.startswith("#") for address in reader.addresses)
    assert len(reader.titles) == 10
    assert "alert(1)" in page
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert not re.search(r"url\(|@import", page)


@pytest.mark.parametrize("lang", LANGS)
def test_an_empty_audit_has_a_report(lang: Lang) -> None:
    found = sections(Audit(), lang)
    assert [row[0] for row in found[0].rows] == [outcome.value for outcome in Outcome]
    assert html(found, lang).count("<section") == 10


def test_error_codes_have_their_meaning_in_the_language() -> None:
    audit = Audit(
        {("", "outcome", ("valid",)): 2, ("", "error", ("2032",)): 1, ("", "error", ("77",)): 1}
    )
    meanings = {
        lang: {
            row[0]: row[1]
            for part in sections(audit, lang)
            if part.name == "errors"
            for row in part.rows
        }
        for lang in LANGS
    }
    assert meanings["en"] == {"2032": "HTTP file download failed", "77": "in no error table"}
    assert meanings["zh"] == {"2032": "通过 HTTP 下载文件失败", "77": "不在任何错误码表中"}


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A browser."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [1400, 390])
def test_a_report_in_a_browser(
    audit: Audit, browser: Browser, tmp_path: Path, width: int, lang: Lang
) -> None:
    path = tmp_path / "a.html"
    path.write_text(html(sections(audit, lang), lang), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900})
    problems: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for box in (element.bounding_box() for element in page.query_selector_all("svg")):
        assert box is not None
        assert 200 < box["width"] <= width
    assert problems == []
    assert requests == [path.as_uri()]
    page.close()
