"""The emulator as a whole: receivers of all kinds, its control API, its page, and its command."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from kvs_schema import check_callback, variants
from kvs_schema.cli import main
from kvs_schema.emulator import Emulator

from ..cli.running import COMMAND, environment
from .creating import create, create_many
from .receiving import Behaviour, answer, answering, closing, hanging, receiving

#: How many tasks bad receivers get; 1000 is the long version.
TASKS = int(os.environ.get("KVS_SCHEMA_TASKS", "25"))
#: KiB of memory that a process of the emulator may take.
MEMORY = 150_000


def slowly(number: int, head: bytes, body: bytes, back: socket.socket) -> None:
    time.sleep(0.1)
    back.sendall(answer(200))


def mostly_failing(number: int, head: bytes, body: bytes, back: socket.socket) -> None:
    back.sendall(answer(500 if number % 5 else 204))


BAD: tuple[Behaviour, ...] = (answering(500), hanging, closing, slowly, mostly_failing)


class Command:
    """`kvs-schema emulate` in a process of its own, its output read as it comes."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "emulate", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment(),
            text=True,
            # A shell that starts a job in the background has it ignore this signal.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        assert self.process.stdout is not None
        self.lines = [self.process.stdout.readline()]
        self.url = re.findall(r"http://\S+", self.lines[0])[0]
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self._client = httpx.Client(base_url=self.url, trust_env=False, timeout=60)

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self._client.get("/_emulator/state").json()
        return found

    def wait(self) -> dict[str, Any]:
        """Wait until no task is running; return the state."""
        while (state := self.state())["running"]:
            time.sleep(0.02 * (1 + state["running"]))
        return state

    def memory(self) -> int:
        """The most memory that it has had, in KiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0])

    def stop(self, number: signal.Signals = signal.SIGINT) -> tuple[int, list[str]]:
        self._client.close()
        self.process.send_signal(number)
        code = self.process.wait(20)
        self._reader.join(5)
        return code, self.lines


@contextmanager
def emulating(*arguments: str) -> Iterator[Command]:
    command = Command(*arguments)
    try:
        yield command
    finally:
        if command.process.poll() is None:
            command.stop(signal.SIGKILL)
        if command.process.stdout is not None:
            command.process.stdout.close()


def test_bad_receivers_lose_no_task() -> None:
    options = ("--speed", "0", "--attempts", "3", "--timeout", "0.3", "--seed", "1")
    with ExitStack() as stack:
        kvs = stack.enter_context(emulating(*options))
        receivers = [stack.enter_context(receiving(behave)) for behave in BAD]
        for receiver in receivers:
            create_many(kvs.url, receiver.url, TASKS // len(BAD))
        tasks = kvs.wait()["tasks"]
        memory = kvs.memory()
        code, lines = kvs.stop()
    states = {receiver.url: {"given_up"} for receiver in receivers[:3]}
    assert len(tasks) == min(TASKS, 500)
    for task in tasks:
        assert task["state"] in states.get(task["address"], {"done", "given_up"})
        assert (task["state"] == "done") == (task["accepted"] == task["planned"])
        given_up = task["planned"] - task["accepted"]
        assert task["attempted"] >= task["accepted"] + 3 * given_up > 0
    assert memory < MEMORY
    assert code == 130
    assert f"{TASKS:,} requests, 0 refused; {TASKS:,} tasks, 0 running" in lines[-1]


def test_ctrl_c_ends_it_with_a_summary() -> None:
    with receiving(hanging) as receiver, emulating("--speed", "0", "--lang", "zh") as kvs:
        assert "模拟的 KVS" in kvs.lines[0]
        create_many(kvs.url, receiver.url, 3)
        assert create(kvs.url, points=1).json()["ErrNum"] == 1001
        code, lines = kvs.stop()
    assert code == 130
    assert lines[-1].startswith("请求 4 个，拒绝 1 个；任务 3 个，进行中 3 个")


def test_a_code_on_request_and_keys() -> None:
    with emulating("--refuse", "1013", "--key", "access:secret:1") as kvs:
        assert create(kvs.url).json()["ErrNum"] == 1002
        code, lines = kvs.stop(signal.SIGTERM)
    assert code == 143
    assert "CreateWaveTask -> 1002 (our guess) [wrong signature]\n" in lines


def test_the_command_prints_what_happens() -> None:
    options = ("--speed", "0", "--faults", "1", "--seed", "3")
    with receiving(answering(204)) as receiver, emulating(*options) as kvs:
        task_id = create(kvs.url, receiver.url).json()["TaskID"]
        create(kvs.url, "http://8.8.8.8/")
        create(kvs.url, Preset="Wave")
        kvs.wait()
        _, lines = kvs.stop()
    text = "".join(lines)
    short = f"{task_id[:4]}...{task_id[-4:]}"
    assert f"CreateWaveTask -> 0 {short} [signature not verified]\n" in text
    assert f"task {short}: every callback was accepted\n" in text
    assert "not posted, 8.8.8.8 is at 8.8.8.8, outside this machine" in text
    assert "CreateWaveTask -> 1005 (documented) [signature not verified]\n  /body/Preset: " in text
    posts = re.findall(rf"POST task\.\w+ {short}(?: \[(.+)\])? -> 204", text)
    assert len(posts) == len(receiver.bodies)
    assert "duplicate" in posts
    assert "seed: 3 (--seed 3 repeats this run)" in lines[2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--dialect", "tsk"], "did you mean 'task'"),
        (["--refuse", "0"], "unknown error code"),
        (["--failure-rate", "1.5"], "failure_rate"),
        (["--speed", "-1"], "is not a number of 0 or more"),
        (["--key", "secretwithoutcolon"], "write ACCESS:SECRET"),
        (["--type", ""], "types are not empty"),
        (["--set", "details#errnum=x"], "does not take 'x'"),
    ],
)
def test_wrong_arguments(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["emulate", "--port", "0", *arguments]) == 2
    found = capsys.readouterr().err
    assert said in found
    assert "secretwithoutcolon" not in found


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with Emulator() as kvs:
        port = kvs.url.rpartition(":")[2].strip("/")
        assert main(["emulate", "--port", port]) == 2
    found = capsys.readouterr()
    assert (found.out, "in use" in found.err) == ("", True)


@pytest.fixture(scope="module")
def control() -> Iterator[httpx.Client]:
    """An emulator with a task that has ended, one that waits, and a refused request."""
    with receiving(answering(204, body="")) as receiver, Emulator(seed=2, faults=1) as kvs:
        create(kvs.url, receiver.url)
        create(kvs.url)
        create(kvs.url, Preset='<img src=x onerror="document.title=1">')
        kvs.wait()
        with httpx.Client(trust_env=False, base_url=f"{kvs.url}_emulator") as client:
            yield client


def test_the_control_api(control: httpx.Client) -> None:
    state = control.get("/state").json()
    assert (state["created"], state["running"]) == (2, 0)
    without, ended = state["tasks"]
    assert (without["state"], without["end"]) == ("no_callback", None)
    assert ended["accepted"] == ended["planned"] == ended["attempted"]
    assert [request["code"] for request in state["requests"]] == [1005, 0, 0]
    assert "found the string" in state["requests"][0]["findings"][0]
    chinese = control.get("/state", params={"lang": "zh"}).json()
    assert "实际为字符串" in chinese["requests"][0]["findings"][0]

    task = control.get(f"/tasks/{ended['task_id']}").json()
    assert len(task["attempts"]) == ended["planned"]
    for attempt in task["attempts"]:
        report = check_callback(attempt["body"])
        assert (report.variant, report.task_id) == (attempt["variant"], ended["task_id"])
        assert attempt["status"] == 204
    assert control.get("/tasks/unknown").status_code == 404


def test_any_variant_can_be_sent_again(control: httpx.Client) -> None:
    task_id = control.get("/state").json()["tasks"][-1]["task_id"]
    for variant in variants():
        sent = control.post(f"/tasks/{task_id}/send", json={"variant": variant.name}).json()
        report = check_callback(sent["body"])
        assert (report.variant, report.task_id) == (variant.name, task_id)
        assert (sent["status"], sent["fault"]) == (204, "by_hand")
    unknown = control.post(f"/tasks/{task_id}/send", json={"variant": "task.gone"})
    assert unknown.status_code == 404
    assert control.post("/tasks/unknown/send", json={"variant": "task.failed"}).status_code == 404
    for content in (b"", b"[]", b"{}", b'{"variant": {}}', b"\xff"):
        headers = {"Content-Type": "application/json"}
        given = control.post(f"/tasks/{task_id}/send", content=content, headers=headers)
        assert given.status_code == 404


def test_no_page_of_another_site_can_use_it(control: httpx.Client) -> None:
    """Neither by another name of this address, nor by a form."""
    for path in ("/", "/state"):
        assert control.get(path, headers={"Host": "evil.example"}).status_code == 400
    task_id = control.get("/state").json()["tasks"][-1]["task_id"]
    form = control.post(f"/tasks/{task_id}/send", content=b'{"variant": "task.failed"}')
    assert form.status_code == 415
    preflight = control.options(f"/tasks/{task_id}/send")
    assert "access-control-allow-origin" not in preflight.headers


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A Chromium without a window."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [1400, 390])
def test_the_page(lang: str, width: int, control: httpx.Client, browser: Browser) -> None:
    wrong: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 900}, locale=lang)
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(str(control.base_url).removesuffix("_emulator/"))
    page.wait_for_selector("#tasks tbody tr")
    title = {"en": "KVS emulator", "zh": "KVS 模拟器"}[lang]
    assert page.title() == page.inner_text("h1") == title
    assert {"en": "done", "zh": "完成"}[lang] in page.inner_text("#tasks tbody tr:last-child")
    assert "onerror" in page.inner_text("#requests")

    page.click("#tasks tbody tr:last-child button")
    page.select_option("#sender select", "flow.failed")
    page.click("#sender button")
    page.wait_for_selector("#sent .good")
    page.click("#attempts tbody tr:last-child summary")
    sent = page.inner_text("#attempts tbody tr:last-child pre")
    assert check_callback(sent).variant == "flow.failed"
    # What was opened stays open when the page asks for news, and nothing is too wide.
    with page.expect_response(lambda response: "/state" in response.url):
        page.wait_for_timeout(1)
    assert page.get_attribute("#attempts tbody tr:last-child details", "open") is not None
    assert page.evaluate("document.documentElement.scrollWidth") == width

    page.click("#other")
    page.wait_for_selector("#tasks tbody tr")
    assert page.get_attribute("html", "lang") != lang
    assert wrong == []
    page.close()


def test_every_text_of_the_page_is_there() -> None:
    from kvs_schema.catalogue.store import texts

    script = Path(sys.modules["kvs_schema.emulator"].__path__[0], "page/page.js").read_text("utf-8")
    named = set(re.findall(r'say\("(\w+)"', script))
    named |= {
        name
        for found in re.findall(r"\[(\"[^\]]+\")\]", script)
        for name in json.loads(f"[{found}]")
    }
    assert {f"page.{name}" for name in named} <= texts().keys()
    assert len(named) > 15
