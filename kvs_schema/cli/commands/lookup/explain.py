"""`kvs-schema explain`: what is known of a code, an erratum, a field, a schema or a type."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Mapping
from typing import Any

from ....catalogue import store
from ....catalogue.errata import Erratum, errata
from ....catalogue.variants import variants
from ....docs.words import place
from ....results.messages import error_page, page, site
from ....spec.vocabulary import said
from ...knowledge import (
    Code,
    FieldTopic,
    Named,
    Topic,
    errata_of,
    errata_of_field,
    fields_of,
    is_required_sometimes,
    kinds_of,
    look_up,
    near,
    requiring,
    uses_of,
)
from ...terminal.exit_codes import FAILED, VALID
from ...terminal.screen import Screen, Span


def run(arguments: Namespace, screen: Screen) -> int:
    """Explain each topic; one that is not known makes the exit code 2."""
    code = VALID
    pages = Pages(screen)
    for topic in arguments.topics:
        found = look_up(topic)
        for one in found:
            pages.page(one)
        if not found:
            screen.trouble(_unknown(topic, screen))
            code = FAILED
    return code


def _unknown(topic: str, screen: Screen) -> str:
    names = near(topic)
    hint = screen.say("kvs-schema schema lists the schemas", "kvs-schema schema 可列出全部 schema")
    if names:
        listed = ", ".join(names)
        hint = screen.say(f"did you mean {listed}?", f"是否要找 {listed}？")
    return screen.say(
        f"nothing here is called {topic!r}; {hint}", f"没有名为 {topic!r} 的条目；{hint}"
    )


class Pages:
    """Writes a page about a topic."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self.say = screen, screen.say
        self._written = False

    def page(self, topic: Topic) -> None:
        """What is known of it; pages are set apart by a blank line."""
        if self._written:
            self.screen.line()
        self._written = True
        if isinstance(topic, Code):
            self._code(topic)
        elif isinstance(topic, Erratum):
            self._erratum(topic)
        elif isinstance(topic, FieldTopic):
            self._field(topic)
        else:
            self._named(topic)

    def word(self, node: Any, name: str) -> str:
        """A text of the sources in the language of the run."""
        if isinstance(node, Mapping):
            return said(node, name, self.screen.lang) or said(node, name) or ""
        found = getattr(node, f"{name}_zh", None) if self.screen.lang == "zh" else None
        return str(found or getattr(node, name, None) or "")

    def _heading(self, name: str, kind: str, title: str) -> None:
        spans: list[Span] = [(name, "title"), f"  {title}" if title else ""]
        self.screen.line(*spans, (f"  ({kind})", "dim"))

    def _item(self, label: str, *text: Span) -> None:
        if any(text):
            self.screen.line("  ", (f"{label}{self.say(': ', '：')}", "dim"), *text)

    def _text(self, text: str) -> None:
        if text:
            self.screen.line("  ", text)

    def _errata(self, identifiers: Iterable[str]) -> None:
        for identifier in identifiers:
            title = self.word(errata[identifier], "title")
            self._item(self.say("erratum", "勘误"), (identifier, "name"), f"  {title}")

    def _code(self, code: Code) -> None:
        entry, say = code.entry, self.say
        if not entry.known:
            self._heading(str(entry.code), say("error code", "错误码"), "")
            self._text(
                say(
                    "In no table, and the tables are not closed: a failure of unknown cause.",
                    "不在任何错误码表中。错误码表并不完备：请按未知原因的失败处理。",
                )
            )
        else:
            table = store.specification()["errors"][entry.table]
            self._heading(str(entry.code), self.word(table, "title"), self.word(entry, "title"))
            self._item(say("message", "原文"), entry.message or "")
            category = store.specification()["categories"][entry.category]
            about = f"{self.word(category, 'title')}{say(': ', '：')}"
            self._item(say("category", "类别"), about + self.word(category, "description"))
            self._item(say("note", "备注"), self.word(entry, "note"))
        self._errata(erratum.id for erratum in code.errata)
        if entry.table is not None:
            see = error_page(entry.table, str(entry.code), self.screen.lang)
            self._item(say("see", "参见"), see)

    def _erratum(self, erratum: Erratum) -> None:
        say = self.say
        effects = {
            "deviation": say("deviation: only strict refuses it", "偏差：仅严格级别拒绝"),
            "both": say("a rule at both levels", "两个级别都适用的规则"),
            "note": say("a note, nothing is asserted", "备注，不作断言"),
        }
        self._heading(erratum.id, say("erratum", "勘误"), self.word(erratum, "title"))
        self._text(self.word(erratum, "explanation"))
        self._item(say("effect", "作用"), effects[erratum.effect])
        self._item(say("tolerant", "宽松"), self.word(erratum, "tolerant"))
        self._item(say("strict", "严格"), self.word(erratum, "strict"))
        places = {"document": say("document", "文档"), "example": say("example", "示例")}
        for kind, label in places.items():
            for quote in erratum.evidence.get(kind, ()):
                where = place(quote["where"], self.screen.lang)
                self._item(label, f"{where}{say(': ', '：')}{quote['says']}")
        self._item(say("reality", "实际"), self.word(erratum.evidence, "reality"))
        self._item(say("named at", "出现于"), ", ".join(uses_of(erratum.id)))
        self._item(say("see", "参见"), page(erratum.id, None, self.screen.lang))

    def _presence(self, field: FieldTopic) -> str:
        """Whether a field must be there, in a few words."""
        say = self.say
        if field.required:
            return say("yes", "是")
        found = [say("on a condition", "视条件而定")] if is_required_sometimes(field) else []
        if named := requiring(field):
            names = say(", ", "、").join(named)
            found.append(say(f"in {names}", f"在 {names} 中"))
        return say("; ", "；").join(found) or say("no", "否")

    def _field(self, field: FieldTopic) -> None:
        say = self.say
        self._heading(
            f"{field.schema}.{field.name}", say("field", "字段"), self.word(field.node, "title")
        )
        self._text(self.word(field.node, "description"))
        self._item(say("type", "类型"), say(" or ", " 或 ").join(kinds_of(field.node)))
        self._item(say("required", "必需"), self._presence(field))
        row = field.node.get("row")
        if row:
            printed = say("required", "必需") if row["required"] else say("not required", "非必需")
            self._item(
                say("the document's row", "文档所载"), f"{row['type']}{say(', ', '，')}{printed}"
            )
        self._item(say("source", "出处"), place(field.node.get("source", ""), self.screen.lang))
        self._errata(errata_of_field(field))
        self._item(say("see", "参见"), page(None, field.schema, self.screen.lang))

    def _named(self, named: Named) -> None:
        say = self.say
        kinds = {
            "schema": say("schema", "schema"),
            "type": say("task type", "任务类型"),
            "category": say("category of error codes", "错误码类别"),
        }
        variant = next((v for v in variants() if v.name == named.name), None)
        kind = say("variant of a callback", "回调变体") if variant else kinds[named.kind]
        self._heading(named.name, kind, self.word(named.node, "title"))
        self._text(self.word(named.node, "description"))
        if named.kind == "schema":
            self._schema(named, strict_empty=bool(variant and variant.strict_empty))
        elif named.kind == "type":
            carries = ", ".join(named.node.get("carries", ()))
            self._item(say("may carry", "可携带"), carries)
            self._item(say("source", "出处"), place(named.node.get("source", ""), self.screen.lang))
            self._item(say("see", "参见"), f"{site(self.screen.lang)}reference/variants/#types")
        else:
            self._category(named.name)

    def _category(self, name: str) -> None:
        say = self.say
        codes = {
            table: [code for code, row in source["codes"].items() if row["category"] == name]
            for table, source in store.specification()["errors"].items()
        }
        listed = ", ".join(code for found in codes.values() for code in found)
        self._item(say("codes", "错误码"), listed)
        for table, found in codes.items():
            if found:
                see = error_page(table, f"category-{name}", self.screen.lang)
                self._item(say("see", "参见"), see)

    def _schema(self, named: Named, *, strict_empty: bool) -> None:
        say = self.say
        if strict_empty:
            self._text(
                say(
                    "No body of this variant can hold at the strict level.",
                    "该变体的任何回调都不可能符合严格级别。",
                )
            )
        self._item(say("type", "类型"), say(" or ", " 或 ").join(kinds_of(named.node)))
        self._errata(errata_of(named.node))
        self._item(say("see", "参见"), page(None, named.name, self.screen.lang))
        fields = fields_of(named.name)
        if fields:
            self.screen.table(
                (f"  {say('field', '字段')}", say("type", "类型"), say("meaning", "含义")),
                [
                    (
                        (f"  {field.name}", "name"),
                        say(" or ", " 或 ").join(kinds_of(field.node)),
                        self.word(field.node, "description"),
                    )
                    for field in fields
                ],
            )
