"""The generator's own words, in English and Chinese. What is said of KVS comes from the sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from ..catalogue.texts import LANGS, Lang
from ..export.json_schema import CALLBACK

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "after": (" ", ""),
        "all_examples": ("All {count} examples of this variant", "此变体的全部 {count} 个示例"),
        "always": ("always {value}", "固定为 {value}"),
        "and": (" and ", "且"),
        "array_of": ("array of {items}", "{items}的数组"),
        "as_received": ("As received", "收到的形式"),
        "as_sent": ("As sent", "发送形式"),
        "both": ("Rule at both levels", "两级均校验"),
        "both_intro": (
            "The document is unclear or contradicts itself; these rules hold at both levels.",
            "文档含糊或自相矛盾；以下规则在两个级别都成立。",
        ),
        "body": ("Body", "请求体"),
        "callback": (CALLBACK["en"], CALLBACK["zh"]),
        "callbacks": ("Callbacks", "回调"),
        "carries": ("May fill", "可能给出"),
        "category": ("Category", "类别"),
        "categories": ("Categories", "类别"),
        "classification": ("How a callback is told apart", "如何判断回调的变体"),
        "code": ("Code", "错误码"),
        "code_of": ("a code of {table}", "{table}中的错误码"),
        "codes": ("{count} codes", "共 {count} 个"),
        "colon": (": ", "："),
        "comma": (", ", "、"),
        "condition_has": ("{name} is there", "有 {name}"),
        "condition_is": ("{name} is {value}", "{name} 为 {value}"),
        "condition_filled": ("{name} is not empty", "{name} 不为空"),
        "counts": ("Counts the elements of {name}.", "等于 {name} 的元素个数。"),
        "dash": (" – ", "："),
        "default": ("Default", "默认值"),
        "default_box": (
            "Without {name}, {value} applies",
            "不填 {name} 时按 {value} 处理",
        ),
        "definitions": ("Forms of values", "值的形式"),
        "description": ("Description", "说明"),
        "details_mark": (
            "{names}: an array, or an object with {members}",
            "{names}：数组，或含 {members} 的对象",
        ),
        "details_other": ("{names}: any other object", "{names}：其他对象"),
        "deviation": ("Deviation", "偏差"),
        "deviation_intro": (
            "What the document's tables ask and its own examples or real callbacks do not keep: "
            "reported at the tolerant level, a violation at the strict one.",
            "文档的表格有此要求，但其示例或实际回调并不遵守：宽松级别只作报告，严格级别判为违规。",
        ),
        "deviations": ("Deviations", "偏差"),
        "document": ("Document", "文档"),
        "document_row": ("In the document: {type}, {required}", "文档：{type}，{required}"),
        "document_table": (
            "Table in the document: {section} ({heading}).",
            "对应文档中的表：“{heading}”。",
        ),
        "document_text": ("Text in the document", "文档原文"),
        "embedded": ("Embedded documents", "内嵌文档"),
        "empty": ("This object has no fields of its own.", "没有自己的字段。"),
        "errata": ("Ledger of errata", "勘误表"),
        "errata_intro": (
            "Every place where the document, its examples and what is really sent disagree "
            "or leave a gap, and what we make of it.",
            "文档、示例与实际数据相互矛盾或留有空白之处，以及本项目的处理方式。",
        ),
        "errata_more": ("Also in the ledger", "另见勘误"),
        "errors": ("Error codes", "错误码"),
        "evidence": ("Evidence", "依据"),
        "example": ("Example", "示例"),
        "examples": ("Examples", "示例"),
        "examples_with": ("Examples that hold it", "含此情况的示例"),
        "export": ("JSON Schema", "JSON Schema"),
        "false": ("must not be here", "不应出现"),
        "field": ("Field", "字段"),
        "fields_naming": ("Fields that name it", "涉及的字段"),
        "filter": ("Filter", "筛选"),
        "filter_hint": ("A code, a word, a category", "错误码、文字或类别"),
        "filter_ledger_hint": ("A word, a field, an identifier", "文字、字段或标识"),
        "filter_shown": ("{shown} of {total} shown", "显示 {shown} / {total} 条"),
        "filter_none": (
            "Nothing matches. Press Escape to see all.",
            "没有匹配的条目。按 Esc 显示全部。",
        ),
        "form_flag": ("read as bool in Python", "在 Python 中读作 bool"),
        "form_integer": ("read as int in Python", "在 Python 中读作 int"),
        "form_ratio": ("read as Fraction in Python", "在 Python 中读作 Fraction"),
        "form_seconds": ("read as Decimal seconds in Python", "在 Python 中读作 Decimal 秒数"),
        "from_document": ("From the document: {where}.", "出自文档：{where}。"),
        "full_stop": (".", "。"),
        "headers": ("Headers", "请求头"),
        "home": ("Reference", "参考"),
        "home_intro": (
            "Generated from the same sources that judge callbacks: what stands here "
            "is what is checked.",
            "与校验回调所用的来源相同：此处所写即所校验的内容。",
        ),
        "identifier": ("Name", "名称"),
        "in_words": ("From {low} to {high}", "取值 {low} 到 {high}"),
        "known_types": ("Known types", "已知的任务类型"),
        "known_types_intro": (
            "The list is open: any other type is accepted.",
            "此列表不封闭：其他类型同样接受。",
        ),
        "least": ("at least {low}", "不小于 {low}"),
        "least_characters": ("at least {count} characters", "至少 {count} 个字符"),
        "least_elements": ("at least {count} elements", "至少 {count} 个元素"),
        "life": ("The life of a task", "任务的生命周期"),
        "life_asked": ("only if asked for", "仅在请求时设置了才有"),
        "life_created": ("Task created", "任务创建"),
        "life_identified": ("the identifier comes back", "返回任务标识"),
        "life_once": ("one of the two ends it", "二者之一，任务结束"),
        "life_repeats": ("0 or more times", "0 次或多次"),
        "mark": ("Told apart by", "判断依据"),
        "meaning": ("Meaning", "含义"),
        "most": ("at most {high}", "不大于 {high}"),
        "name_in_python": ("In Python: {name}", "Python 中的名称：{name}"),
        "names": ("First level", "首层字段"),
        "narrows": ("Holds to all of {base}, and:", "符合{base}的全部要求，并且："),
        "no": ("no", "否"),
        "no_strict": (
            "No body of this variant can hold at the strict level.",
            "严格级别下，此变体没有任何能够通过的请求体。",
        ),
        "not": ("not {value}", "不为 {value}"),
        "not_a_callback": ("Not a callback", "不是回调"),
        "not_empty": ("not empty", "不为空"),
        "not_in_document": (
            "Not in the document; {reason}",
            "文档中没有，由本项目补充：{reason}",
        ),
        "note": ("Note", "说明"),
        "note_intro": (
            "Known, recorded, and not asserted.",
            "已知、记录在案，但不作校验。",
        ),
        "null_absent": (
            "A null for a field that is not required counts as absent ({erratum}).",
            "非必需字段为 null 时视为缺失（{erratum}）。",
        ),
        "notice": ("Notice {id}: {title}.", "提示 {id}：{title}。"),
        "one_of": ("one of {values}", "{values} 之一"),
        "opened": ("Opened", "展开后"),
        "optional_word": ("optional", "非必需"),
        "options": ("Options", "选项"),
        "or": (" or ", "或"),
        "or_name": (" or ", " 或 "),
        "other": ("other", "其他"),
        "overview": ("Overview", "概览"),
        "pattern": ("matching {pattern}", "匹配 {pattern}"),
        "query": ("Query", "查询参数"),
        "question_names": ("Which names stand at the first level?", "首层有哪些字段名？"),
        "question_names_hint": (
            "at least {count} of one row alone, with {needed}",
            "只含同一行中的至少 {count} 个，其中有 {needed}",
        ),
        "question_names_else": ("anything else", "其他情况"),
        "question_details": ("What does {name} hold?", "{name} 的内容是什么？"),
        "question_status": ("What is {name}?", "{name} 是多少？"),
        "question_status_else": ("anything else", "其他值"),
        "details_flow": ("an array, or an object with {members}", "数组，或含 {members} 的对象"),
        "details_plain": ("any other object", "其他对象"),
        "no_phase": ("a finding there", "在此报告"),
        "reality": ("In reality", "实际情况"),
        "requests": ("Requests", "请求"),
        "required": ("Required", "必需"),
        "required_sometimes": ("on a condition", "视条件"),
        "required_strict": ("strict only", "仅严格"),
        "required_when": ("required {condition}", "必需（{condition}）"),
        "required_word": ("required", "必需"),
        "responses": ("Responses", "响应"),
        "schemas": ("JSON Schemas", "JSON Schema 下载"),
        "schemas_intro": (
            "JSON Schema 2020-12, self-contained, made from the same sources. As sent, an embedded "
            "document is a string with contentSchema; opened, it is the object or array that its "
            "string holds (decode_callback).",
            "JSON Schema 2020-12，各文件自成一体，由同一来源生成。“发送形式”中内嵌文档是"
            "带 contentSchema 的字符串；“展开后”则是其字符串所含的对象或数组（decode_callback）。",
        ),
        "semicolon": ("; ", "；"),
        "sent_when": ("When it is sent", "何时发出"),
        "snapshots": ("counts snapshots", "给出截图个数"),
        "source": ("Source: {source}", "来源：{source}"),
        "space": (" ", " "),
        "strict": ("Strict", "严格"),
        "strict_level": ("At the strict level", "严格级别"),
        "strict_none": ("It holds at the strict level as well.", "在严格级别下同样有效。"),
        "strict_possible": ("Can be strict-valid", "能通过严格级别"),
        "string_holding": ("string that holds {content}", "内含 {content} 的字符串"),
        "title": ("Title", "含义"),
        "tolerant": ("Tolerant", "宽松"),
        "type": ("Type", "类型"),
        "unless": ("unless {condition}", "除非 {condition}"),
        "used_by": ("Used by", "用于"),
        "variant": ("Variant", "变体"),
        "variants": ("Variants", "变体"),
        "variants_intro": (
            "A callback is one of {count} variants: what it reports on, and how far that has come.",
            "回调共有 {count} 种变体，由所报告的对象和所处阶段决定。",
        ),
        "with": ("with {names}", "须有 {names}"),
        "when": ("when {condition}", "当 {condition}"),
        "yes": ("yes", "是"),
    }
)

#: Words in which the sources name places of the vendor's document, in Chinese.
PLACES: Mapping[str, str] = MappingProxyType(
    {
        "and": "与",
        "callback": "回调",
        "callback error": "回调错误码",
        "example": "示例",
        "examples": "示例",
        "finished-task": "任务结束",
        "first": "第一路",
        "flow": "流式任务",
        "heading": "标题",
        "legacy": "旧版",
        "progress": "进度",
        "public error": "公共错误码",
        "remark": "备注",
        "request": "请求",
        "response": "返回",
        "second": "第二路",
        "section": "一节",
        "segment": "切片",
        "stream": "流",
        "table": "表",
    }
)
_PLACE = re.compile("|".join(sorted(map(re.escape, PLACES), key=len, reverse=True)))
_ROW = re.compile(r"row (\S.*)")


def word(key: str, lang: Lang, **values: object) -> str:
    """One of the generator's words, filled in."""
    text = WORDS[key][LANGS.index(lang)]
    return text.format(**values) if values else text


def place(where: str, lang: Lang) -> str:
    """A place in the vendor's document; what has no known word stays as the sources have it."""
    if lang == "en":
        return where
    return "，".join(map(_piece, where.split(", ")))


def _piece(piece: str) -> str:
    if row := _ROW.fullmatch(piece):
        return f"{row[1]} 行"
    # A name next to a word keeps its space, two Chinese words do not.
    words = re.sub(rf"(?<![\w-])({_PLACE.pattern})(?![\w-])", lambda m: PLACES[m[1]], piece)
    return re.sub(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])", "", words)
