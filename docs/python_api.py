"""Public names of the package as Markdown: a signature, a text in the reader's language, a table.

English texts are the docstrings. Chinese ones, and both of attributes without a docstring, are in
`docs/python.yaml`; attributes of views have the descriptions of their fields.
"""

from __future__ import annotations

import enum
import functools
import inspect
import re
import textwrap
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import yaml

from kvs_schema.catalogue.store import specification
from kvs_schema.catalogue.texts import Lang
from kvs_schema.docs.markdown.context import code, mark, table
from kvs_schema.docs.words import word
from kvs_schema.results.attributes import View
from kvs_schema.spec.vocabulary import said

DOCS = Path(__file__).parent
DIRECTIVE = re.compile(r"^::: (\S+)$", re.M)
#: Directive of the page that lists all names.
INDEX = "index"
#: Columns of a signature, beyond which each parameter has a line of its own.
WIDTH = 88


def expanded(markdown: str, lang: Lang, topics: list[Path]) -> str:
    """Replace the directives of a page; `topics` are the pages that an index lists."""
    return DIRECTIVE.sub(
        lambda match: index(lang, topics) if match[1] == INDEX else rendered(match[1], lang),
        markdown,
    )


def index(lang: Lang, topics: list[Path]) -> str:
    """Return the names of each topic with their first sentences, and the anchors of their own."""
    parts = []
    for path in topics:
        text = path.read_text(encoding="utf-8")
        title = re.search(r"^# (.*?) *\{#", text, re.M)
        names = DIRECTIVE.findall(text)
        lines = [
            [f"[{code(_short(name))}]({path.name}#{name})", f"{mark(name)}{_first(name, lang)}"]
            for name in names
        ]
        head = [word("name", lang), word("description", lang)]
        parts.append(f"## [{title[1] if title else path.stem}]({path.name}) {{#{path.stem}}}")
        parts.append(table(head, lines))
    return "\n\n".join(parts)


def rendered(name: str, lang: Lang) -> str:
    """Return one public name: heading, signature, text, and for a class its attributes."""
    value = resolved(name)
    parts = [f"### {code(_short(name))} {{#{name}}}"]
    if inspect.isroutine(value) or _is_constructed(name):
        parts.append(_signature(name, value))
    parts.append(text_of(name, lang))
    if inspect.isclass(value):
        lines = [
            [code(shown), code(kind) if kind else "", text]
            for shown, kind, text in members(name, lang)
        ]
        head = [word(key, lang) for key in ("name", "type", "description")]
        block = table(head, lines)
        parts += [f'<div class="kvs-python" markdown="1">\n\n{block}\n\n</div>'] if lines else []
    elif choices := get_args(value):
        listed = word("comma", lang).join(code(choice) for choice in choices)
        parts.append(f"{word('type', lang)}{word('colon', lang)}{listed}")
    return "\n\n".join(parts)


def resolved(name: str) -> Any:
    """Return what a dotted name stands for."""
    module, _, attribute = name.rpartition(".")
    return getattr(import_module(module), attribute)


@functools.cache
def texts() -> Mapping[str, Any]:
    """Return the texts of `docs/python.yaml` by short name."""
    found: Mapping[str, Any] = yaml.safe_load((DOCS / "python.yaml").read_text("utf-8"))
    return found


def text_of(name: str, lang: Lang) -> str:
    """Return what is said of a name: its docstring, or its Chinese text with the same code."""
    value, entry = resolved(name), _entry(name)
    own = inspect.isclass(value) or inspect.isroutine(value)
    doc = (inspect.getdoc(value) or "") if own else ""
    prose, examples = _split(doc)
    if lang == "zh" or not prose:
        prose = _in(entry.get("text", entry) if isinstance(entry, Mapping) else entry, lang)
    return "\n\n".join([prose, *(f"```python\n{example}\n```" for example in examples)])


def members(name: str, lang: Lang) -> Iterator[tuple[str, str, str]]:
    """Yield the public attributes and methods of a class: as written, their type, their text."""
    owner = resolved(name)
    entry = _entry(name)
    said_here = entry.get("members", {}) if isinstance(entry, Mapping) else {}
    common = texts()["common"]
    for member, value, declared in _declared(owner):
        text = said_here.get(member, common.get(member))
        if text is False:
            continue  # no part of the interface
        described = _described(owner, member, lang) or _in(text, lang)
        if not described and lang == "en":
            described = _split(inspect.getdoc(value) or "")[0]
        shown = member
        if inspect.isroutine(value):
            shown, declared = f"{member}({_parameters(value)})", _returned(value)
        yield shown, declared, " ".join(described.split())


def _declared(owner: type) -> Iterator[tuple[str, Any, str]]:
    """Yield what a class and its bases of this package declare: annotations first."""
    if issubclass(owner, enum.Enum):
        for each in owner:
            yield each.name, each, repr(each.value) if isinstance(each.value, int) else ""
        return
    bases = [base for base in owner.__mro__ if base.__module__.startswith("kvs_schema")]
    found: dict[str, tuple[Any, str]] = {}
    for base in reversed(bases):
        for key, annotation in vars(base).get("__annotations__", {}).items():
            found[key] = (vars(base).get(key), str(annotation))
        for key in vars(base).get("__slots__", ()):
            found.setdefault(key, (None, ""))
    for base in bases:
        found |= {
            key: member for key, value in vars(base).items() for member in _method(base, key, value)
        }
    for key, (value, annotation) in found.items():
        if not key.startswith("_") and "ClassVar" not in annotation:
            yield key, value, annotation


def _method(base: type, key: str, value: Any) -> Iterator[tuple[Any, str]]:
    """Yield a method as it is called, or a property with its type; nothing of other attributes."""
    if isinstance(value, functools.cached_property):
        value = property(value.func)
    if isinstance(value, property):
        yield value, _returned(value.fget)
    elif inspect.isfunction(value):
        yield value, ""
    elif isinstance(value, classmethod | staticmethod):
        yield getattr(base, key), ""


def _described(owner: type, member: str, lang: Lang) -> str:
    """Return the description of the field that an attribute of a view reads."""
    if not issubclass(owner, View):
        return ""
    for key, field in specification()["schemas"][owner.schema]["properties"].items():
        if isinstance(field, Mapping) and field.get("attribute", key) == member:
            return str(said(field, "description", lang) or "")
    return ""


def _signature(name: str, value: Any) -> str:
    short = _short(name)
    line = f"{short}({_parameters(value)})"
    if inspect.isroutine(value):
        line += f" -> {_returned(value)}"
    if len(line) > WIDTH:
        inside = "".join(f"    {part},\n" for part in _parameter_list(value))
        line = f"{short}(\n{inside}){line.rpartition(')')[2]}"
    return f"```python\n{line}\n```"


def _parameter_list(value: Any) -> list[str]:
    parts = []
    parameters = list(inspect.signature(value).parameters.values())
    for parameter in parameters:
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in parts:
            parts.append("*")
        part = parameter.name
        if parameter.annotation is not parameter.empty:
            part += f": {_annotation(parameter.annotation)}"
        if parameter.default is not parameter.empty:
            part += f" = {_default(parameter.default)}"
        parts.append(part)
    return parts


def _parameters(value: Any) -> str:
    return ", ".join(_parameter_list(value))


def _default(value: Any) -> str:
    """Return a default as a caller would write it; nothing private."""
    kind = type(value)
    if kind.__module__.startswith("kvs_schema"):
        return f"{kind.__name__}()" if value == kind() else "…"
    return repr(value)


def _returned(value: Any) -> str:
    return _annotation(inspect.signature(value).return_annotation)


def _annotation(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _is_constructed(name: str) -> bool:
    """Return whether callers make objects of a class."""
    entry = _entry(name)
    return isinstance(entry, Mapping) and "constructed" in entry


def _split(doc: str) -> tuple[str, list[str]]:
    """Return the prose of a docstring, and its examples of code."""
    examples = [
        textwrap.dedent(block).strip("\n")
        for block in re.findall(r"(?:^ {4}.*\n|^\n(?= {4}))+", f"{doc}\n", re.M)
    ]
    prose = re.sub(r"^ {4}.*\n?", "", doc, flags=re.M)
    return re.sub(r"\n{3,}", "\n\n", prose).strip(), [each for each in examples if each]


def _in(text: Any, lang: Lang) -> str:
    if isinstance(text, Mapping):
        return str(text.get(lang, ""))
    return str(text or "") if lang == "zh" else ""


def _first(name: str, lang: Lang) -> str:
    """Return the first sentence of what is said of a name."""
    paragraph = " ".join(text_of(name, lang).partition("\n\n")[0].split())
    end = re.search(r"。" if lang == "zh" else r"(?<!e\.g)\.(?= |$)", paragraph)
    return paragraph[: end.end()] if end else paragraph


def _short(name: str) -> str:
    return name.rpartition(".")[2]


def _entry(name: str) -> Any:
    short = name.removeprefix("kvs_schema.")
    found = texts()
    return found.get(short, found.get(_short(name), ""))
