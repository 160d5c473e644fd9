"""`kvs-schema demo`: judges sample callbacks, good and bad, and explains the verdicts."""

from __future__ import annotations

import json
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from ....catalogue import store
from ....catalogue.names import variant_names
from ....reports import check_callback
from ....results.attributes import View
from ....results.callback import Callback
from ....results.findings import Report
from ...batch.checks import CheckedBody, Question, judge_job
from ...batch.jobs import WholeFile
from ...batch.reports import TextWriter, title_of
from ...terminal.exit_codes import VALID
from ...terminal.screen import Screen, Style
from ..lookup.examples import received
from ..lookup.explain import Explainer
from ..lookup.names import Topic

#: Deviations and values that are shown of one body.
MOST = 8


def run(arguments: Namespace, screen: Screen) -> int:
    """Show five bodies that a receiver may meet, and what is to be learnt from each."""
    demo = Demo(screen)
    demo.sound()
    demo.failed()
    demo.wrong_type()
    demo.truncated()
    demo.duplicate_key()
    demo.farewell()
    return VALID


class Demo:
    """The five scenes. What they show is found in the examples of the specification."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self.say = screen, screen.say
        self.scenes = 0
        self.good = next(_with_embedded())

    def _scene(self, name: str, en: str, zh: str, body: bytes) -> Report:
        self.scenes += 1
        self.screen.line((f"{self.scenes}. {self.say(en, zh)}", "title"))
        shown = body.decode()
        most = 96
        shown = shown if len(shown) <= most else f"{shown[: most - 1]}…"
        self.screen.line("   ", (f"{name}: {shown}", "dim"))
        report = check_callback(body)
        word = self.say("valid", "有效") if report.valid else self.say("invalid", "无效")
        variant = f" ({report.variant})" if report.variant else ""
        style: Style = "good" if report.valid else "bad"
        self.screen.line((f"   → {word}", style), variant)
        if not report.valid:
            self.screen.line()
            writer = TextWriter(self.screen, deviations=False)
            question = Question(lang=self.screen.lang)
            job = WholeFile(source=name, data=body, size=len(body))
            for entry in judge_job(question, job).entries:
                if isinstance(entry, CheckedBody):
                    writer.entry(entry, None)
        return report

    def _lesson(self, en: str, zh: str) -> None:
        self.screen.line()
        self.screen.line("   ", (self.say(en, zh), "name"))
        self.screen.line()

    def sound(self) -> None:
        """A real body, its embedded document opened, its values typed."""
        body = _text(self.good)
        name = f"{_name(self.good)}.json"
        report = self._scene(
            name, "A callback as the document prints it", "文档所载的回调示例", body
        )
        self.screen.line("   ", self.say("typed values, ready to use:", "可直接使用的带类型的值："))
        values = list(_values(report.callback)) if report.callback else []
        shown = _some(values)
        for expression, value in shown:
            self.screen.line("     ", (expression, "name"), f" = {value!r}")
        more = len(values) - len(shown)
        self.screen.line("     ", (self.say(f"… and {more} more", f"…… 另有 {more} 个"), "dim"))
        count = len(report.deviations)
        self.screen.line(
            "   ",
            self.say(
                f"{count} deviations from the document's own tables, each with its erratum:",
                f"与文档自身的表格有 {count} 处偏差，每一处都有勘误条目：",
            ),
        )
        errata = dict.fromkeys(v.erratum for v in report.deviations if v.erratum)
        for erratum in list(errata)[:MOST]:
            title = title_of(erratum, self.screen.lang)
            self.screen.line("     ", (erratum, "name"), f"  {title}")
        self._lesson(
            "What is really sent is accepted; --strict asks for the tables to the letter.",
            "默认接受实际发送的内容；--strict 则逐条要求符合表格。",
        )

    def failed(self) -> None:
        """A failed task, its code explained."""
        example, callback = next(_failed())
        self._scene(f"{_name(example)}.json", "A task that failed", "失败的任务", _text(example))
        if callback.error is not None:
            self.screen.line()
            error = Topic("error-code", f"{callback.error.table}/{callback.error.code}")
            Explainer(self.screen).explain([error])
        self._lesson(
            "The body is valid: it says truly that the task failed, and its code says why.",
            "请求体有效：它如实说明任务失败，错误码说明原因。",
        )

    def wrong_type(self) -> None:
        """One value of an embedded document made wrong: the location leads into the string."""
        self._scene(
            "wrong-type.json",
            "A wrong type inside an embedded document",
            "内嵌文档中的类型错误",
            next(_wrongly_typed(self.good)),
        )
        self._lesson(
            "Embedded documents are judged too; # in the pointer is where the string is entered.",
            "内嵌文档同样会被校验；指针中的 # 表示由此进入字符串。",
        )

    def truncated(self) -> None:
        """A body cut off on its way."""
        body = _text(self.good)
        self._scene(
            "truncated.json", "A body cut off on its way", "传输中被截断", body[: len(body) // 3]
        )
        self._lesson(
            "What cannot be read says where reading stopped.", "无法解析时会指出停在何处。"
        )

    def duplicate_key(self) -> None:
        """A body that says one thing twice."""
        body = _text(next(_failed())[0])
        first, value = next(iter(json.loads(body).items()))
        again = json.dumps({first: value}, ensure_ascii=False)[:-1].encode()
        self._scene(
            "duplicate-key.json",
            "A name that stands twice",
            "同一名称出现两次",
            again + b", " + body[1:],
        )
        self._lesson(
            "Most parsers keep one of the two and say nothing; which one, they do not agree.",
            "多数解析器会悄悄保留其中一个，而保留哪一个并不一致。",
        )

    def farewell(self) -> None:
        """What to try next."""
        self.screen.line((self.say("Try it yourself:", "动手试试："), "title"))
        for command, en, zh in (
            ("kvs-schema validate DIR --format json", "reports for programs", "供程序读取的结果"),
            ("kvs-schema examples | kvs-schema validate", "judge every example", "校验全部示例"),
            ("kvs-schema explain zero-dropped", "an entry of the ledger", "查看勘误条目"),
        ):
            self.screen.line("   ", (f"{command:47}", "name"), (f"# {self.say(en, zh)}", "dim"))


def _callbacks() -> Iterator[Mapping[str, Any]]:
    examples = store.specification()["examples"].values()
    return (example for example in examples if example["schema"] in variant_names())


def _name(wanted: Mapping[str, Any]) -> str:
    examples = store.specification()["examples"].items()
    return next(str(name) for name, example in examples if example is wanted)


def _with_embedded() -> Iterator[Mapping[str, Any]]:
    """The document's own examples (those of ours give a reason) that hold embedded documents."""
    for example in _callbacks():
        if "reason" not in example and received(example) != example["body"]:
            yield example


def _failed() -> Iterator[tuple[Mapping[str, Any], Callback]]:
    for example in _callbacks():
        callback = check_callback(_text(example)).callback
        if callback is not None and callback.error is not None and callback.error.known:
            yield example, callback


def _text(example: Mapping[str, Any]) -> bytes:
    return json.dumps(received(example), ensure_ascii=False).encode()


def _wrongly_typed(example: Mapping[str, Any]) -> Iterator[bytes]:
    """Bodies in which one integer of an embedded document became a word, where that is wrong."""
    places = list(_integers(example["body"], ()))
    for path in sorted(places, key=lambda path: (-len(path), -_rank(path))):
        edited = json.loads(json.dumps(example["body"]))
        holder = edited
        for token in path[:-1]:
            holder = holder[token]
        holder[path[-1]] = "unknown"
        body = _text({**example, "body": edited})
        found = check_callback(body).violations
        if len(found) == 1 and len(found[0].location) > 1:
            yield body


def _integers(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if type(value) is int:
        yield path
    if isinstance(value, dict | list):
        for token, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _integers(member, (*path, token))


def _rank(path: tuple[str | int, ...]) -> int:
    """Later elements of arrays first: the first is often short of fields."""
    return max((token for token in path if isinstance(token, int)), default=0)


def _some(values: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """A few values that are more than text, from each object some."""
    found: list[tuple[str, Any]] = []
    taken: Counter[str] = Counter()
    for expression, value in values:
        holder = expression.rpartition(".")[0]
        if not isinstance(value, str) and taken[holder] < MOST // 2:
            taken[holder] += 1
            found.append((expression, value))
    return found[:MOST]


def _values(callback: Callback) -> Iterator[tuple[str, Any]]:
    """What the views hold, as the Python expressions that read it."""
    for index, output in enumerate(callback.outputs):
        yield from _of_view(output, f"callback.outputs[{index}]")


def _of_view(view: View, expression: str) -> Iterator[tuple[str, Any]]:
    for name in sorted(set(dir(view))):
        value = None if name.startswith("_") or name == "schema" else getattr(view, name)
        below = f"{expression}.{name}"
        if isinstance(value, View):
            yield from _of_view(value, below)
        elif isinstance(value, tuple):
            for index, member in enumerate(value):
                yield from _of_view(member, f"{below}[{index}]")
        elif value is not None and not isinstance(value, dict | list) and not callable(value):
            yield below, value
