"""The page about Python names everything public, and every snippet in a docstring works."""

from __future__ import annotations

import inspect
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, cast

import hypothesis
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

import kvs_schema
from docs import python_api
from kvs_schema import audit, docs, export, fuzzing, strategies
from kvs_schema.catalogue.texts import LANGS, Lang

DOCS = Path(__file__).parents[2] / "docs"
MODULES = (kvs_schema, strategies, export, docs, audit, fuzzing)
QUICK = settings(
    max_examples=5, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_public_name_is_on_the_page(module: ModuleType, lang: str) -> None:
    pages = [path.read_text(encoding="utf-8") for path in (DOCS / lang / "python").glob("*.md")]
    shown = {name for page in pages for name in re.findall(r"^::: (\S+)$|`([\w.]+)`", page, re.M)}
    listed = {part for names in shown for part in names}
    names = {name for name in module.__all__ if f"{module.__name__}.{name}" not in listed}
    assert {name for name in names if name not in listed} == set()


@pytest.mark.parametrize("lang", LANGS)
def test_every_public_name_and_attribute_is_described(lang: Lang) -> None:
    described = re.compile("[\u4e00-\u9fff]" if lang == "zh" else "[a-z]{2}")
    folder = DOCS / lang / "python"
    for path in folder.glob("*.md"):
        for name in python_api.DIRECTIVE.findall(path.read_text(encoding="utf-8")):
            if name != python_api.INDEX:
                assert described.search(python_api.text_of(name, lang)), name
                page = python_api.rendered(name, lang)
                assert "object at 0x" not in page
                assert "kvs_schema." not in page.partition("```\n")[0].partition("```python")[2]
                if inspect.isclass(python_api.resolved(name)):
                    for member, _, text in python_api.members(name, lang):
                        assert described.search(text), (name, member)


def test_no_text_is_left_over() -> None:
    """Each entry of `docs/python.yaml` is a name or an attribute that there is."""
    for short, entry in python_api.texts().items():
        if short != "common":
            value = python_api.resolved(f"kvs_schema.{short}")
            members = entry.get("members", {}) if isinstance(entry, dict) else {}
            declared = {key for key, _, _ in python_api._declared(value)} if members else set()
            assert members.keys() <= declared, short


def test_every_exception_is_public() -> None:
    """Those of the command line, the build, the site, posting and fuzzing are caught."""
    waiting = [kvs_schema.KvsSchemaError]
    for error in waiting:
        waiting += error.__subclasses__()
    rooms = (
        "cli",
        "build",
        "docs.site",
        "posting",
        "fuzzing",
        "testing.conformance",
        "catalogue.reasons",
    )
    inner = tuple(f"kvs_schema.{room}." for room in rooms)
    names = {error.__name__ for error in waiting if not f"{error.__module__}.".startswith(inner)}
    assert names <= set(kvs_schema.__all__)


def snippets() -> Iterator[Any]:
    for module in MODULES:
        yield from of(module, module.__name__)
        for name in module.__all__:
            value = getattr(module, name)
            yield from of(value, f"{module.__name__}.{name}")
            for member, found in vars(value).items() if inspect.isclass(value) else ():
                if not member.startswith("_"):
                    yield from of(found, f"{module.__name__}.{name}.{member}")


def of(value: Any, name: str) -> Iterator[Any]:
    """The code in a docstring: what is indented there, or stands after a prompt."""
    if not (inspect.ismodule(value) or inspect.isclass(value) or inspect.isroutine(value)):
        return
    doc = inspect.getdoc(value) or ""
    for block in re.findall(r"(?:^(?: {4}.*|>>> .*|\.\.\. .*)?\n)+", f"{doc}\n", re.M):
        code = re.sub(r"^(>>>|\.\.\.) ", "", textwrap.dedent(block), flags=re.M)
        if code.strip():
            yield pytest.param(code, id=name)


def answered(valid: bool) -> Any:
    return SimpleNamespace(status=200 if valid else 400, status_code=200 if valid else 400)


class Receiver:
    """Counts the ends of each task, and one that is delivered again not twice."""

    def __init__(self) -> None:
        self.ends: Counter[str] = Counter()

    def deliver(self, body: bytes) -> None:
        report = kvs_schema.check_callback(body)
        if report.callback is not None and report.callback.status != 2:
            self.ends[report.callback.task_id] = 1


class BadAnswer(Exception):  # noqa: N818
    """What a reader of answers raises."""


class Answer:
    """A reader of answers."""

    @staticmethod
    def parse(body: bytes) -> Any:
        report = kvs_schema.check_response("CreateWaveTask", body)
        if not report.valid:
            raise BadAnswer
        number = report.document["ErrNum"]
        error = kvs_schema.error_codes.lookup(number, "public") if number else None
        return SimpleNamespace(error=error)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Receive callbacks as somebody's ASGI application."""
    if scope["type"] == "lifespan":
        for what in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{what}.complete"})
        return
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


#: What snippets use beside public names: code of those who read them, and other libraries.
GIVEN: dict[str, Any] = {
    "Answer": Answer,
    "BadAnswer": BadAnswer,
    "Receiver": Receiver,
    "body": b'{"TaskID":"t","Status":2,"Type":"a","Details":{}}',
    "client": SimpleNamespace(
        post=lambda path, json: answered(kvs_schema.check_callback(json).valid)
    ),
    "describe": lambda code: kvs_schema.error_codes.lookup(code).title or f"error {code}",
    "gateway": lambda **parts: answered(kvs_schema.check_request("CreateWaveTask", **parts).valid),
    "given": hypothesis.given,
    "handle": lambda body: answered(kvs_schema.check_callback(body).valid),
    "invariant": invariant,
    "label": lambda stream: f"{stream.get('codec_type')} {stream.get('codec_name')}",
    "logged": lambda body: [v.pointer for v in kvs_schema.check_callback(body).violations],
    "pytest": pytest,
    "request_body": b'{"TaskID":"t","Status":2,"Type":"a","Details":{}}',
    "st": hypothesis.strategies,
    "summary": lambda text: kvs_schema.check_document("metainfo", text).valid,
}


@pytest.mark.parametrize("code", [*snippets()])
def test_a_snippet_works(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shop.web", cast(ModuleType, SimpleNamespace(app=application)))
    public = {name: getattr(module, name) for module in MODULES for name in module.__all__}
    space: dict[str, Any] = {**public, **GIVEN, "__name__": __name__}
    before = set(space)
    exec(code, space)
    for name in space.keys() - before:
        made = space[name]
        if name.startswith("test_"):
            marks = [mark for mark in getattr(made, "pytestmark", ()) if mark.name == "parametrize"]
            test = QUICK(made)
            for chosen in marks[0].args[1][:2] if marks else [None]:
                test(**({marks[0].args[0]: chosen} if marks else {}))
        elif inspect.isclass(made) and issubclass(made, strategies.ReceiverMachine):
            run_state_machine_as_test(made, settings=QUICK)
