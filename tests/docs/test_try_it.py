"""The page that validates a body in the browser agrees with this package, and asks nobody."""

from __future__ import annotations

import base64
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from mkdocs.structure.files import File, Files
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from kvs_schema import check_callback, check_document, variants
from kvs_schema.export.conformance import conformance
from kvs_schema.results.messages import message

from .conftest import ROOT
from .test_browser import FLAGS, PHONE

VARIANTS = {variant.name for variant in variants()}
VECTORS = conformance(lambda name: not name.startswith("case/CreateWaveTask"))["vectors"]
#: The whole page under this policy: no inline script, no `eval`, no `new Function`.
POLICY = "script-src 'self'"
#: Where the reader of the page stops one character before that of Python.
SYNTAX = {"raw/infinity", "raw/bare-point"}
KEYS = ("pointer", "location", "keyword", "rule", "erratum", "line", "column")
READ_ALL = """vectors => vectors.map(([schema, raw]) => {
  const bytes = Uint8Array.from(atob(raw), (each) => each.charCodeAt(0));
  const found = kvsSchema.receive(bytes);
  const findings = found.findings.map((each) => ({...each, message: kvsSchema.message(each)}));
  const {tolerant, strict, outcome, task_id, status, variant} = found;
  return {tolerant, strict, outcome, task_id, status, variant, findings};
})"""


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def opened(node: str, browser: Browser, address: str) -> Iterator[Page]:
    """A page of the site under the policy; what it asks for is in `asked`."""

    def under_policy(route: Route) -> None:
        answer = route.fetch()
        headers = answer.headers | {"content-security-policy": POLICY}
        route.fulfill(response=answer, headers=headers)

    context = browser.new_context(viewport=PHONE)
    context.route(address + "**", under_policy)
    yield context.new_page()
    context.unroute_all(behavior="ignoreErrors")
    context.close()


def findings(found: list[dict[str, Any]], *, syntax: bool) -> list[str]:
    keys = [key for key in (*KEYS, "message") if not (syntax and key in ("column", "message"))]
    return sorted(
        json.dumps({key: each[key] for key in keys if each.get(key) is not None}, sort_keys=True)
        for each in found
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_vectors_agree(opened: Page, address: str, lang: str) -> None:
    """Verdicts, outcome, task id, status and every finding, with its words in the language."""
    opened.goto(f"{address}{'zh/' if lang == 'zh' else ''}try/")
    vectors = [v for v in VECTORS if v["schema"] in (*VARIANTS, "callback")]
    answers = opened.evaluate(READ_ALL, [[v["schema"], v["raw"]] for v in vectors])
    compared = 0
    for vector, answer in zip(vectors, answers, strict=True):
        if vector["schema"] not in ("callback", answer["variant"]):
            continue  # the page is about any callback
        compared += 1
        expected = vector["expected"]
        for key in ("tolerant", "strict", "outcome", "task_id", "status"):
            assert answer[key] == expected[key], (vector["id"], key)
        report = check_document("callback", base64.b64decode(vector["raw"]), strict=True)
        found = [v.as_dict() | {"message": message(v, lang)} for v in report.violations]
        syntax = vector["id"] in SYNTAX
        assert findings(answer["findings"], syntax=syntax) == findings(found, syntax=syntax)
    assert compared > 1000


STANDARD = '"TaskID":"a","Status":2,"Type":"avinfo","Details":{"errnum":0}'
LEGACY = '"taskid":"b","status":3,"type":"avinfo","details":{"errnum":0,"errmsg":"","items":[]}'


def test_what_cannot_be_used_decides_as_in_python(opened: Page, address: str) -> None:
    opened.goto(f"{address}try/")
    bodies = [
        f'{{"TaskID":"c",{STANDARD},{LEGACY}}}',
        f'{{"Status":3,{STANDARD},{LEGACY}}}',
        '{"TaskID":"t","Status":4,"Type":"x","Details":{"Order":1,"errnum":1,"errnum":2}}',
        '{"TaskID":"a","TaskID":"b"}',
        '{"TaskID":"\\ud800"}',
        '{"payload":"%22TaskID%22"}',
        '{"payload":"\\\\u0054askID "}',
        "\\" * 2**22,
    ]
    answers = opened.evaluate(
        READ_ALL, [["", base64.b64encode(b.encode()).decode()] for b in bodies]
    )
    for body, answer in zip(bodies, answers, strict=True):
        report = check_callback(body)
        assert report.outcome is not None
        status = report.partial.status if report.partial else None
        found = (answer["outcome"], answer["task_id"], answer["status"])
        assert found == (report.outcome.value, report.task_id, status), body[:80]


def test_a_body_is_read_without_any_request(opened: Page, address: str) -> None:
    opened.goto(f"{address}try/#avinfo", wait_until="networkidle")
    expect(opened.locator(".kvs-valid")).to_contain_text("task.finished")
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.context.set_offline(True)
    opened.get_by_label("Example", exact=True).select_option("failed-avsample")
    expect(opened.locator(".kvs-valid")).to_contain_text("task.failed")
    assert opened.url.endswith("#failed-avsample")
    body = opened.get_by_label("Body", exact=True)
    body.fill(
        '{"TaskID":"kvs-1","Type":"x",\n "Status":4,"Status":3,"x":"<img src=x onerror=alert(1)>"}'
    )
    expect(opened.locator(".kvs-unclear")).to_be_visible()
    expect(opened.locator("#kvs-result li", has_text="duplicate key")).to_contain_text(
        "2:13 /Status"
    )
    body.fill("")
    expect(opened.locator("#kvs-result")).to_be_empty()
    raw = b'\xef\xbb\xbf{"TaskID":"kvs-1"}'
    opened.get_by_label("File", exact=True).set_input_files(
        {"name": "body.json", "mimeType": "application/json", "buffer": raw}
    )
    expect(opened.locator("#kvs-result li")).to_contain_text("byte order mark")
    # The icon of the site is asked for by the browser, when it likes.
    assert [url for url in asked if not url.endswith("favicon.png")] == []
    assert "kvs-1" not in opened.url
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not opened.evaluate(wide)


def test_it_leads_to_rules_and_errata(opened: Page, address: str, site: Path) -> None:
    opened.goto(f"{address}zh/try/#avinfo")
    opened.locator("#kvs-result details").first.evaluate("each => each.open = true")
    found = opened.locator("#kvs-result li a").evaluate_all("all => all.map((a) => a.href)")
    assert found
    for link in found:
        path, _, anchor = link.removeprefix(address).partition("#")
        assert f'id="{anchor}"' in (site / path / "index.html").read_text(encoding="utf-8")


def test_without_node_the_page_is_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hook = _hook()
    monkeypatch.setattr(hook.shutil, "which", lambda name: None)
    nav = [{"Start": "index.md"}, {"Tools": [{"Command line": "c.md"}, {"Try it": "try.md"}]}]
    config = hook.on_config(SimpleNamespace(nav=nav, extra_css=[]))
    assert config.nav == [{"Start": "index.md"}, {"Tools": [{"Command line": "c.md"}]}]
    files = Files([File(name, ".", ".", True) for name in ("index.md", "try.md")])
    assert [file.src_uri for file in hook.on_files(files, config=config)] == ["index.md"]
    assert capsys.readouterr().out == "without the page try.md: Node is not installed\n"


def test_its_data_is_the_same_in_each_process() -> None:
    command = [
        sys.executable,
        "-c",
        "import json, docs.try_it as t; print(json.dumps(t.specification()))",
    ]
    written = {
        subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in "12"
    }
    assert len(written) == 1


def _hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("try_it", ROOT / "docs" / "try_it.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
