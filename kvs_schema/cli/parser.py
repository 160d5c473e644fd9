"""The arguments of every command. Standard library only, and no command is imported here."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from .. import __version__
from ..catalogue.texts import LANGS, Lang
from ..reading.limits import Limits
from .terminal.argument_errors import in_chinese, nearest_choice, number, size
from .terminal.language import Say, speaker


def parser(lang: Lang = "en") -> argparse.ArgumentParser:
    """The parser of `kvs-schema`, with its help in one of the two languages."""
    return _Builder(lang).build()


class _Parser(argparse.ArgumentParser):
    """A parser whose frame speaks the language too."""

    def __init__(self, *, lang: Lang, **options: Any) -> None:
        self.say = speaker(lang)
        super().__init__(
            formatter_class=_formatter(lang), add_help=False, allow_abbrev=False, **options
        )
        self._optionals.title = self.say("options", "选项")
        self._positionals.title = self.say("arguments", "参数")
        text = self.say("show this help and exit", "显示帮助并退出")
        self.add_argument("-h", "--help", action="help", help=text)

    def parse_known_args(  # type: ignore[override]
        self, args: Any = None, namespace: Any = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """As argparse does, but names may also follow options that stand between them."""
        found, extras = super().parse_known_args(args, namespace)
        many = [action.dest for action in self._actions if action.nargs in ("*", "+")]
        while many and extras and (extras[0] == "-" or not extras[0].startswith("-")):
            setattr(found, many[0], [*getattr(found, many[0]), extras.pop(0)])
        return found, extras

    def error(self, message: str) -> NoReturn:
        hint = self.say(f"try: {self.prog} --help", f"请参考：{self.prog} --help")
        if meant := nearest_choice(message):
            hint = self.say(f"did you mean {meant}?", f"是否想用 {meant}？") + f"\n{hint}"
        told = self.say(message, in_chinese(message))
        self.exit(2, f"{self.prog}: {told}\n{hint}\n")


def _formatter(lang: Lang) -> type[argparse.HelpFormatter]:
    class Formatter(argparse.RawDescriptionHelpFormatter):
        def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: Any = None) -> None:
            chosen = speaker(lang)("usage: ", "用法：") if prefix is None else prefix
            super().add_usage(usage, actions, groups, chosen)

    return Formatter


class _Builder:
    """Adds the commands one by one."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.say: Say = speaker(lang)
        self.commands: Any = None

    def build(self) -> argparse.ArgumentParser:
        say = self.say
        top = _Parser(
            lang=self.lang,
            prog="kvs-schema",
            description=say(
                "Judges callbacks and requests of Kingsoft Cloud KVS (video transcoding)\n"
                "by the rules of its document, and explains what they say.",
                "按照官方文档的规则校验金山云 KVS（视频转码）的回调与请求，并解释其内容。",
            ),
            epilog=self._epilog(),
        )
        version = say("show the version and exit", "显示版本并退出")
        top.add_argument(
            "--version", action="version", version=f"kvs-schema {__version__}", help=version
        )
        self._language(top, None)
        self.commands = top.add_subparsers(
            dest="command", metavar="COMMAND", title=say("commands", "命令"), parser_class=_Parser
        )
        self._validate()
        self._knowledge()
        self._bodies()
        self._sources()
        return top

    def _epilog(self) -> str:
        say = self.say
        return say(
            "examples:\n"
            "  kvs-schema demo                          see it at work\n"
            "  kvs-schema validate body.json            judge one body\n"
            "  kvs-schema validate archive.jsonl.gz     judge one body a line\n"
            "  curl ... | kvs-schema validate           judge standard input\n"
            "  kvs-schema explain 2032                  what an error code means\n"
            "\n"
            "exit codes: 0 all valid, 1 some body is invalid, 2 something could not be done,\n"
            "130 interrupted, 141 nobody reads the output any more",
            "示例：\n"
            "  kvs-schema demo                          演示\n"
            "  kvs-schema validate body.json            校验一个请求体\n"
            "  kvs-schema validate archive.jsonl.gz     逐行校验\n"
            "  curl ... | kvs-schema validate           校验标准输入\n"
            "  kvs-schema explain 2032                  解释错误码\n"
            "\n"
            "退出码：0 全部有效，1 存在无效的请求体，2 未能完成，130 被中断，141 输出端已关闭",
        )

    def _language(self, parser: argparse.ArgumentParser, default: Any) -> None:
        text = self.say(
            "language of the output (default: from the locale)", "输出语言（默认取自系统区域设置）"
        )
        parser.add_argument("--lang", choices=LANGS, default=default, help=text)

    def _command(self, name: str, en: str, zh: str, more: tuple[str, str] = ("", "")) -> Any:
        text = self.say(en, zh)
        about = f"{text[0].upper()}{text[1:]}{self.say('.', '。')}\n\n{self.say(*more)}".strip()
        command = self.commands.add_parser(name, lang=self.lang, help=text, description=about)
        self._language(command, argparse.SUPPRESS)
        return command

    def _format(self, command: Any, en: str, zh: str) -> None:
        command.add_argument(
            "--format", choices=("text", "json"), default="text", help=self.say(en, zh)
        )

    def _strict(self, command: Any) -> None:
        text = self.say(
            "ask for all that the document's tables say", "严格级别：要求符合文档表格的全部规定"
        )
        command.add_argument("--strict", action="store_true", help=text)

    def _opened(self, command: Any) -> None:
        text = self.say("with embedded documents opened", "把内嵌的 JSON 文档展开")
        command.add_argument("--opened", action="store_true", help=text)

    def _validate(self) -> None:
        say = self.say
        command = self._command(
            "validate",
            "judge bodies in files, directories or standard input",
            "校验文件、目录或标准输入中的请求体",
            (
                "A .json file holds one body, a .jsonl or .ndjson file one a line (blank lines do\n"
                "not count); .gz is unpacked. Other files and standard input hold one a line if\n"
                "their first line is a JSON text of its own. Directories are searched for these\n"
                "suffixes, hidden entries left out.",
                ".json 文件为一个请求体，.jsonl 或 .ndjson 文件每行一个（空行不计），\n"
                ".gz 自动解压。其他文件与标准输入：若首行本身是完整的 JSON，则每行一个。\n"
                "目录按上述后缀查找，忽略隐藏文件。",
            ),
        )
        command.add_argument(
            "paths",
            nargs="*",
            metavar="PATH",
            help=say(
                "file, directory or - for standard input (the default)",
                "文件、目录，或 - 表示标准输入（默认）",
            ),
        )
        command.add_argument(
            "--as",
            dest="name",
            metavar="NAME",
            default="callback",
            help=say(
                "what the bodies are: callback (default), a variant, or any schema name",
                "请求体的种类：callback（默认）、某个变体，或任一 schema 名称",
            ),
        )
        self._strict(command)
        self._format(
            command,
            "text for people (default), or json: one object a body, one a line",
            "text 便于阅读（默认），json 每个请求体输出一行对象",
        )
        command.add_argument(
            "--deviations",
            action="store_true",
            help=say(
                "show in text what strict would ask beyond, and unlisted names (json always does)",
                "在文本中也列出严格级别的偏差与未列出的字段（json 总会包含）",
            ),
        )
        command.add_argument(
            "--no-values",
            action="store_true",
            help=say("show no value of any body", "不显示请求体中的任何值"),
        )
        form = command.add_mutually_exclusive_group()
        for flag, en, zh in (
            ("json", "every file holds one body, whatever its name", "每个文件都是一个请求体"),
            ("jsonl", "every file holds one body a line", "每个文件都是每行一个请求体"),
        ):
            form.add_argument(
                f"--{flag}", dest="form", action="store_const", const=flag, help=say(en, zh)
            )
        command.add_argument(
            "--jobs",
            type=number(say, 1),
            metavar="N",
            help=say("processes (default: one a processor)", "进程数（默认为处理器数）"),
        )
        command.add_argument(
            "--max-body",
            type=size(say),
            metavar="SIZE",
            default=Limits().body,
            help=say(
                "a body above this size is a violation (default: 16M)",
                "超过此大小的请求体判为违规（默认 16M）",
            ),
        )
        command.add_argument(
            "--max-findings",
            type=number(say, 1),
            metavar="N",
            default=Limits().findings,
            help=say(
                "findings shown of one body (default: 100)",
                "单个请求体最多列出的问题数（默认 100）",
            ),
        )
        command.add_argument(
            "-q",
            "--quiet",
            action="store_true",
            help=say("say nothing; the exit code tells", "不输出，仅以退出码表示结果"),
        )

    def _knowledge(self) -> None:
        say = self.say
        command = self._command(
            "explain",
            "tell what is known of an error code, erratum, field, schema or type",
            "解释错误码、勘误、字段、schema 或任务类型",
        )
        command.add_argument(
            "topics",
            nargs="+",
            metavar="TOPIC",
            help=say(
                "a code, or a name as findings print it (rules and pointers too)",
                "错误码，或校验结果中出现的名称（包括规则与指针）",
            ),
        )
        command = self._command("codes", "list the error codes", "列出错误码")
        command.add_argument(
            "--table",
            metavar="NAME",
            help=say("only this table: callback or public", "仅列出指定的表：callback 或 public"),
        )
        self._format(command, "text (default) or json: one object a code", "text（默认）或 json")
        command = self._command("variants", "list the variants of a callback", "列出回调的各种变体")
        self._format(command, "text (default) or json: one object a variant", "text（默认）或 json")
        command = self._command(
            "schema",
            "print a JSON Schema for other tools",
            "输出供其他工具使用的 JSON Schema",
            (
                "Without a name, lists the names. `report` is the schema of the lines that\n"
                "`validate --format json` prints.",
                "不给名称则列出全部名称。report 是 validate --format json 输出的 schema。",
            ),
        )
        command.add_argument("name", nargs="?", metavar="NAME", help=say("its name", "名称"))
        self._strict(command)
        self._opened(command)

    def _bodies(self) -> None:
        say = self.say
        file_help = say(
            "file, or - for standard input (default)", "文件，或 - 表示标准输入（默认）"
        )
        command = self._command(
            "decode",
            "open the embedded documents of a callback",
            "展开回调中内嵌的 JSON 文档",
        )
        command.add_argument("path", nargs="?", default="-", metavar="FILE", help=file_help)
        command = self._command(
            "encode",
            "turn an opened callback into the form that is sent",
            "把展开的回调还原为发送时的形式",
        )
        command.add_argument("path", nargs="?", default="-", metavar="FILE", help=file_help)
        command = self._command(
            "examples",
            "print the worked examples as received",
            "按接收到的形式输出示例",
            (
                "Without a name: every callback, one a line, fit for `kvs-schema validate`.",
                "不给名称则逐行输出全部回调，可直接交给 kvs-schema validate。",
            ),
        )
        command.add_argument(
            "names",
            nargs="*",
            metavar="NAME",
            help=say("example, or the schema that it shows", "示例名称，或示例所属的 schema"),
        )
        command.add_argument(
            "--list", action="store_true", help=say("list names and titles", "列出名称与标题")
        )
        self._opened(command)
        command = self._command(
            "sample",
            "print generated callbacks, one a line (extra: testing)",
            "逐行输出生成的回调（需要附加项 testing）",
        )
        command.add_argument(
            "variants",
            nargs="*",
            metavar="VARIANT",
            help=say("only these variants", "仅限这些变体"),
        )
        command.add_argument(
            "--count", type=number(say, 1), default=1, metavar="N", help=say("how many", "数量")
        )
        command.add_argument(
            "--seed",
            type=number(say),
            default=0,
            metavar="S",
            help=say("the same seed gives the same output", "相同的种子得到相同的输出"),
        )
        command.add_argument(
            "--invalid",
            action="store_true",
            help=say("bodies with one fault each", "每个回调含一处错误"),
        )
        command.add_argument(
            "--wild",
            action="store_true",
            help=say(
                "with deviations and the oddities that tests look for",
                "包含偏差以及测试所需的各种异常取值",
            ),
        )
        command.add_argument(
            "--type",
            dest="type_",
            action="append",
            metavar="T",
            help=say("only this task type; may be repeated", "仅限该任务类型，可重复"),
        )
        command.add_argument(
            "--errnum",
            dest="errnums",
            type=number(say),
            action="append",
            metavar="N",
            help=say("the error code of what failed; may be repeated", "失败任务的错误码，可重复"),
        )
        command.add_argument(
            "--set",
            dest="pins",
            action="append",
            default=[],
            metavar="PLACE=VALUE",
            help=say(
                "a value (JSON or text) for a field, such as details#bucket=media; may be repeated",
                "指定字段的值（JSON 或文本），例如 details#bucket=media，可重复",
            ),
        )

    def _sources(self) -> None:
        say = self.say
        command = self._command(
            "lint",
            "check the YAML sources (extra: sources)",
            "检查 YAML 源文件（需要附加项 sources）",
        )
        command.add_argument(
            "directory",
            nargs="?",
            metavar="DIR",
            help=say("their directory (default: ours)", "源文件目录（默认为自带的目录）"),
        )
        command = self._command(
            "docs", "write the reference as Markdown", "把参考文档写成 Markdown"
        )
        command.add_argument(
            "--out",
            required=True,
            metavar="DIR",
            help=say("where to write", "输出目录"),
        )
        command = self._command(
            "export",
            "write JSON Schemas, OpenAPI, test vectors, types, error tables and errata",
            "写出 JSON Schema、OpenAPI、测试向量、类型、错误码表与勘误",
        )
        command.add_argument("directory", metavar="DIR", help=say("where to write", "输出目录"))
        self._command(
            "demo",
            "judge sample callbacks, good and bad, and explain the verdicts",
            "校验若干好的和坏的示例回调，并解释结论",
        )
