"""The built site in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)

#: Nothing that Chromium does on its own account: no sandbox (containers), no calls home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
#: A page of every kind.
PAGES = [
    "",
    "reference/",
    "reference/variants/",
    "reference/variants/task.finished/",
    "reference/embedded/metainfo/",
    "reference/requests/CreateWaveTask/",
    "reference/examples/task.finished/",
    "reference/errors/callback/",
    "reference/errata/",
    "reference/errata/metainfo/",
    "reference/schemas/",
    "reference/definitions/scalars/",
    "guides/findings/",
    "delivery/",
    "python/",
    "python/results/",
    "command-line/",
    "try/",
    "changelog/",
]


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A new visitor. Whatever the test does, no error and no request to another host."""
    visitor = browser.new_context(base_url=address, permissions=["clipboard-read"])
    wrong: list[str] = []

    def hold(page: Page) -> None:
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda r: None if _ours(r.url, address) else wrong.append(r.url))
        page.on(
            "response", lambda r: wrong.append(f"{r.status} {r.url}") if r.status >= 400 else None
        )

    visitor.on("page", hold)
    yield visitor
    visitor.close()
    assert wrong == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def _ours(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


def search(page: Page, words: str) -> None:
    """Open the search by its key and type."""
    page.keyboard.press("/")
    field = page.locator(".md-search__input")
    expect(field).to_be_focused()
    field.press_sequentially(words)
    field.press("End")  # the theme reads the field when a key is released; Chinese was inserted


#: What a reader who comes for an answer must see at once, on a screen of 1,400 by 900.
FIRST_SCREEN = [
    (
        "",
        [
            ".md-button >> nth=2",
            "tr:last-child a[href*='other-languages']",
            "code:has-text('print')",
        ],
    ),
]


@pytest.mark.parametrize("prefix", ["", "zh/"])
@pytest.mark.parametrize(("path", "answers"), FIRST_SCREEN)
def test_the_first_screen_answers(page: Page, prefix: str, path: str, answers: list[str]) -> None:
    page.set_viewport_size({"width": 1400, "height": 900})
    page.goto(prefix + path)
    for answer in answers:
        expect(page.locator(answer).first).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_code_is_labelled_and_not_covered_by_its_button(page: Page, prefix: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(prefix)
    labels = page.locator(".highlight > .filename").all_text_contents()
    assert {"Python", "输出" if prefix else "Output", "控制台" if prefix else "Console"} <= {
        *labels
    }
    for block in page.locator(".highlight").all():
        code, button = block.locator("code"), block.locator("button")
        lines, covers = code.bounding_box(), button.bounding_box()
        assert lines is not None
        assert covers is not None
        assert covers["y"] + covers["height"] <= lines["y"] + 1


@pytest.mark.parametrize("prefix", ["", "zh/"])
def test_what_fits_has_no_scroll_bar_and_is_not_cut_off(page: Page, prefix: str) -> None:
    page.set_viewport_size(DESKTOP)
    page.goto(f"{prefix}reference/variants/")
    expect(page.locator("svg").first).to_be_visible()
    wider = "e => e.scrollWidth > e.clientWidth"
    assert page.locator('[class^="kvs-"]').evaluate_all(f"all => all.filter({wider}).length") == 0
    assert (
        page.evaluate("""() => [...document.querySelectorAll(".md-content svg text")].filter(e =>
        e.getBoundingClientRect().right > e.ownerSVGElement.getBoundingClientRect().right)
        .map(e => e.textContent)""")
        == []
    )


@pytest.mark.parametrize(
    "path",
    [
        *PAGES,
        "zh/reference/errors/public/",
        *(pytest.param(f"zh/{path}", marks=pytest.mark.thorough) for path in PAGES),
    ],
)
def test_a_page_has_no_barrier_and_fits_desktop_and_phone(page: Page, axe: str, path: str) -> None:
    """axe-core finds nothing serious; in the dark, where only colours differ, no faint colour.

    Nothing has to be scrolled sideways.
    """
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    page.goto(path)
    page.evaluate(axe)
    assert barriers(page) == []
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    assert barriers(page, "color-contrast", "link-in-text-block") == []
    expect(page.locator("h1").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= DESKTOP["width"]
    page.set_viewport_size(PHONE)
    # The menu slides out of sight after a change of width.
    page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")


def barriers(page: Page, *rules: str) -> list[str]:
    """What axe-core calls serious or critical, by all rules or by those named."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"][:3]
    ]


@pytest.mark.parametrize("prefix", ["", "zh/"])
@pytest.mark.parametrize(
    ("words", "leads_to"),
    [
        ("2032", "reference/errors/callback/"),
        ("thumnailsinfo", "thumnailsinfo"),
        ("截图", "reference/"),
        ("size-is-digits", "reference/errata/"),
    ],
)
def test_search_finds(page: Page, prefix: str, words: str, leads_to: str) -> None:
    page.goto(prefix)
    search(page, words)
    result = page.locator(f".md-search-result__link[href*='{leads_to}']").first
    expect(result).to_be_visible(timeout=30_000)  # the index is made in the page
    marked = page.locator(".md-search-result mark").first
    expect(marked).to_contain_text(words[:4], ignore_case=True)


#: What readers look for in their own words, and the pages that answer.
RECEIVE = ("guides/receive/", "delivery/")
INTENTS = {
    "": {
        "retry": RECEIVE,
        "idempotent": RECEIVE,
        "duplicate": RECEIVE,
        "signature": RECEIVE,
        "webhook": RECEIVE,
        "thumbnailsinfo": ("reference/embedded/thumnailsinfo/",),
    },
    "zh/": {
        "重试": RECEIVE,
        "幂等": RECEIVE,
        "签名": RECEIVE,
        "重复投递": RECEIVE,
        "thumbnailsinfo": ("reference/embedded/thumnailsinfo/",),
    },
}


@pytest.mark.parametrize("prefix", INTENTS)
def test_a_search_by_intent_finds_the_page_first_or_second(page: Page, prefix: str) -> None:
    page.goto(prefix)
    search(page, "")
    field = page.locator(".md-search__input")
    for words, answers in INTENTS[prefix].items():
        field.fill(words)
        field.press("End")
        shown = page.locator(".md-search-result__item")
        expect(shown.locator("mark").first).to_contain_text(words[0], timeout=30_000)
        first = "els => els.slice(0, 2).map(e => new URL(e.querySelector('a').href).pathname)"
        found = shown.evaluate_all(first)
        assert {f"/{prefix}{answer}" for answer in answers} & {*found}, (words, found)


def test_a_search_for_a_code_leads_to_its_row(page: Page) -> None:
    page.goto("")
    search(page, "2032")
    page.locator(".md-search-result__link[href*='#2032']").first.click()
    expect(page.locator("tr:has([id='2032'])")).to_be_in_viewport()


def test_the_language_switch_stays_on_the_page_and_the_anchor(page: Page) -> None:
    page.goto("reference/errata/metainfo/#size-is-digits")
    page.get_by_role("link", name="中文").click()
    expect(page).to_have_url("/zh/reference/errata/metainfo/#size-is-digits")
    expect(page.locator("[id='size-is-digits']")).to_contain_text("文件大小")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url("/reference/errata/metainfo/#size-is-digits")
    page.goto("zh/")
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url("/")


def test_an_old_address_of_an_erratum_leads_to_it(page: Page) -> None:
    page.goto("reference/errata/#size-is-digits")
    expect(page).to_have_url("/reference/errata/metainfo/#size-is-digits")
    expect(page.locator("[id='size-is-digits']")).to_be_in_viewport()


def test_the_language_switch_does_not_depend_on_which_sitemap_comes_first(page: Page) -> None:
    """The theme would send readers to the other language's home."""
    page.route(lambda url: urlsplit(url).path == "/sitemap.xml", lambda route: None)  # never comes
    with page.expect_response("**/zh/sitemap.xml") as sitemap:
        page.goto("reference/errata/")
    sitemap.value.finished()
    page.wait_for_timeout(500)  # until the theme has read it
    page.get_by_role("link", name="中文").click()
    expect(page).to_have_url("/zh/reference/errata/")


@pytest.mark.parametrize(
    ("path", "words", "kept"),
    [
        ("reference/errors/callback/", "2032", "HTTP download file fail"),
        ("reference/errors/callback/", "storage upload", "HTTP upload file fail"),
        ("zh/reference/errors/callback/", "截图", "23"),
        ("reference/errata/", "size-is-digits", "File size"),
        ("reference/errata/metainfo/", "size-is-digits", "File size"),
    ],
)
def test_the_filter_keeps_what_fits(page: Page, path: str, words: str, kept: str) -> None:
    page.goto(path)
    rows = page.locator(".kvs-codes tbody tr, .kvs-errata .kvs-erratum, .kvs-entries tbody tr")
    total = rows.count()
    box = page.get_by_role("searchbox").and_(page.locator(".kvs-filter input"))
    box.focus()
    page.keyboard.type(words)
    shown = rows.and_(page.locator(":visible"))
    assert 0 < shown.count() < total
    expect(shown.filter(has_text=kept).first).to_be_visible()
    expect(page.locator(".kvs-filter output")).to_contain_text(str(shown.count()))
    page.keyboard.press("Escape")
    assert shown.count() == total


def test_a_filter_that_nothing_fits_says_so(page: Page) -> None:
    page.goto("reference/errors/public/")
    page.locator(".kvs-filter input").fill("no code is like this")
    expect(page.locator(".kvs-filter output")).to_contain_text("Nothing")


def test_an_address_of_a_hidden_code_shows_it(page: Page) -> None:
    page.goto("reference/errors/callback/")
    page.locator(".kvs-filter input").fill("2033")
    page.evaluate("location.hash = '#2032'")
    expect(page.locator("tr:has([id='2032'])")).to_be_in_viewport()


def test_tabs_show_one_form_at_a_time_and_work_by_keyboard(page: Page) -> None:
    page.goto("reference/variants/task.finished/")
    blocks = page.locator(".tabbed-block")
    expect(blocks.nth(0)).to_be_visible()
    expect(blocks.nth(1)).to_be_hidden()
    page.get_by_text("Opened", exact=True).first.click()
    expect(blocks.nth(1)).to_be_visible()
    expect(blocks.nth(0)).to_be_hidden()
    page.locator(".tabbed-set input").nth(1).press("ArrowRight")
    expect(blocks.nth(2)).to_be_visible()


def test_copy_buttons_copy(page: Page) -> None:
    page.goto("reference/examples/task.failed/")
    page.locator(".tabbed-block button[data-md-type='copy'], .md-clipboard").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert '"Status": 4' in copied


def test_dark_mode_follows_the_system_and_the_switch(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("")
    body = page.locator("body")
    expect(body).to_have_attribute("data-md-color-scheme", "slate")
    page.locator("form[data-md-component=palette] label:visible").click()
    expect(body).to_have_attribute("data-md-color-scheme", "default")
    page.reload()
    expect(body).to_have_attribute("data-md-color-scheme", "default")


def test_the_keyboard_reaches_content_and_menu(page: Page) -> None:
    page.goto("reference/variants/")
    page.keyboard.press("Tab")
    expect(page.locator(".md-skip")).to_be_focused()
    reached = set()
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim()"))
    assert {"中文", "Reference"} <= reached


def test_without_scripts_everything_can_be_read(browser: Browser, address: str) -> None:
    visitor = browser.new_context(base_url=address, java_script_enabled=False)
    page = visitor.new_page()
    page.goto("reference/errors/callback/")
    expect(page.locator("tr:has([id='2032'])")).to_contain_text("HTTP download file fail")
    page.get_by_role("link", name="中文").click()
    expect(page).to_have_url("/zh/reference/errors/callback/")
    visitor.close()
