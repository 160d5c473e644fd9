"""The schemas for other tools: plain JSON Schema 2020-12, self-contained, without our keywords.

Goes in: the compiled forms and the sources. Comes out: the rules, by which validators give the same
verdicts as this package; `shape.py` has the other form.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Literal, TypeAlias, get_args

from .. import __version__
from ..catalogue import store
from ..catalogue.names import CALLBACK, absent_documents, known_schema, variant_names
from ..catalogue.texts import Lang, say
from ..catalogue.unknown_names import UnknownNameError
from ..results.messages import site
from ..spec.pointers import escape
from ..spec.vocabulary import (
    DEFS,
    DIALECT,
    WITH_ONE_SCHEMA,
    Json,
    reachable,
    rule_id,
    said,
    source_name,
)
from .shape import shapes, used_types

Form: TypeAlias = Literal["rules", "shape"]

#: What is exported of each schema: whether strict, and the form.
EXPORTED: Mapping[str, tuple[bool, Form]] = {
    "tolerant": (False, "rules"),
    "strict": (True, "rules"),
    "shape": (False, "shape"),
}
#: Words that others can use; the rest of our annotations stay at home.
_WORDS = ("title", "description")
#: Keywords that the opened and the sent form of an embedded document replace.
_OPENED = ("type", "if", "then")
_REFERENCE = re.compile(f'"\\$ref": "{re.escape(DEFS)}([^"]+)"')
#: Refuses what `$` lets pass where it matches before a last line break too, as in Python or Java.
_NO_LINE_BREAK = {"type": "string", "pattern": "\n"}


def schema(
    name: str,
    *,
    strict: bool = False,
    opened: bool = False,
    form: Form = "rules",
    ref_template: str = DEFS + "{model}",
) -> dict[str, Any]:
    """Return one schema as self-contained JSON Schema 2020-12, a new dict at each call.

    As sent (the default), embedded documents are strings with `contentMediaType` and
    `contentSchema`, which most validators take as annotations; with `opened=True` the schema is
    about documents whose embedded documents are opened (`decode_callback`). `callback` accepts a
    body of any variant, the name of a variant a body of that one only.

    The `rules` are for validators: in each schema `$comment` has the rule, and after a space the
    erratum of what only the strict level requires. The `shape` is for generators of code and for
    OpenAPI: named types without conditions, which accept every tolerant-valid document and others;
    it has no strict level. `ref_template` says how definitions refer to each other, where they are
    not to stay under `$defs`. Raises `UnknownNameError` for a name or form that does not exist,
    and `ValueError` for a strict shape or a template with another field than `{model}`.
    """
    levels = {"strict": strict, "opened": opened}
    return schema_in("en", name, **levels, form=form, ref_template=ref_template)


def schema_in(
    lang: Lang,
    name: str,
    *,
    strict: bool = False,
    opened: bool = False,
    form: Form = "rules",
    ref_template: str = DEFS + "{model}",
) -> dict[str, Any]:
    """Return a `schema` with titles and descriptions in a language."""
    known_schema(name)
    if form not in get_args(Form):
        raise UnknownNameError("form of schemas", form, get_args(Form))
    written = _reference_writer(ref_template)
    if form == "rules":
        body = _rules(lang, name, strict, opened)
    elif strict:
        raise ValueError("a shape has no strict level: it leaves out what the levels differ in")
    else:
        types, references = shapes(lang, opened=opened)
        body = {**references[name], "$defs": used_types(references[name], types)}
    head = {"$schema": DIALECT}
    address = site(lang)
    if address and ref_template == DEFS + "{model}":
        file = export_file(name, strict=strict, opened=opened, form=form)
        head["$id"] = f"{address}reference/{file}"
    text = json.dumps({**head, "$comment": f"kvs-schema {__version__}", **body})
    copied: dict[str, Any] = json.loads(_REFERENCE.sub(written, text))  # shares no part
    return copied


def _reference_writer(template: object) -> Callable[[re.Match[str]], str]:
    """Return what replaces a reference; raises `TypeError` or `ValueError` for another template."""
    if not isinstance(template, str):
        raise TypeError(f"ref_template: a string, not {type(template).__name__}")
    try:
        template.format(model="")
    except (ValueError, LookupError, AttributeError):
        said = f"ref_template: {template!r} is not a template; its only field is {{model}}"
        raise ValueError(said) from None
    return lambda found: f'"$ref": {json.dumps(template.format(model=found[1]))}'


def export_file(name: str, *, strict: bool = False, opened: bool, form: Form = "rules") -> str:
    """Return the file of one schema, below the reference of the site."""
    marks = [".strict" if strict else "", ".shape" if form == "shape" else ""]
    return f"schemas/{name}{''.join(marks)}{'.opened' if opened else ''}.json"


def _rules(lang: Lang, name: str, strict: bool, opened: bool) -> Json:
    specification = store.specification()
    schemas, classifier = specification["schemas"], specification["classifier"]
    forms = dict(store.program()["strict" if strict else "tolerant"])
    root: Json = {"$ref": DEFS + name}
    if name == CALLBACK:
        forms[name] = {"title": say(lang, "export.callback"), **_callback(classifier)}
    if name in variant_names():
        dialect = name.rpartition(".")[0]
        root["allOf"] = [_dialect_mark(classifier, classifier["dialects"][dialect])]
    absent = [] if strict else absent_documents()
    prepared = partial(_as_opened, absent=absent) if opened else _as_sent
    used = {}
    plain = {key: prepared(schemas.get(source_name(key), {}), form) for key, form in forms.items()}
    for key in reachable(plain, root):
        source = source_name(key)
        used[key] = _written(lang, plain[key], schemas.get(source), DEFS + source)
    words = {key: used[name][key] for key in _WORDS if key in used[name]}
    return {**words, **root, "$defs": used}


def _written(lang: Lang, form: Any, source: Any, pointer: str, erratum: str = "") -> Any:
    """Return a form with its words, its rule and each deviation in the `allOf` of its schema.

    `source` is what the form was made of, at `pointer`; None where nothing of the sources was.
    """
    if not isinstance(form, dict):
        return {**_comment(source, pointer, erratum), "not": {}} if form is False else form
    found = {**_words(lang, source), **_comment(source, pointer, erratum)}
    deviations = form.get("deviations", {})
    for keyword, value in form.items():
        below = f"{pointer}/{keyword}"
        inside = _at(source, keyword)
        if keyword == "properties":
            found[keyword] = {
                name: _written(lang, sub, _at(inside, name), f"{below}/{escape(name)}", erratum)
                for name, sub in value.items()
            }
        elif keyword == "allOf":  # the last of which refer to the deviations
            found[keyword] = [
                _written(lang, sub, _at(inside, i), f"{below}/{i}", erratum)
                for i, sub in enumerate(value[: len(value) - len(deviations)])
            ]
        elif keyword in WITH_ONE_SCHEMA and not (
            keyword == "additionalProperties" and value is False
        ):
            found[keyword] = _written(lang, value, inside, below, erratum)
        elif keyword != "deviations":
            found[keyword] = value
    for name, sub in deviations.items():
        inside = _at(_at(source, "deviations"), name)
        below = f"{pointer}/deviations/{escape(name)}"
        found.setdefault("allOf", []).append(_written(lang, sub, inside, below, erratum or name))
    if form.get("pattern", "").endswith("$"):
        if "not" in found:
            found["allOf"] = [*found.get("allOf", ()), {"not": _NO_LINE_BREAK}]
        else:
            found["not"] = _NO_LINE_BREAK
    return found


def _words(lang: Lang, source: Any) -> Json:
    if not isinstance(source, dict):
        return {}
    words = {word: text for word in _WORDS if (text := said(source, word, lang))}
    return {**words, "default": source["default"]} if "default" in source else words


def _comment(source: Any, pointer: str, erratum: str) -> Json:
    if source is None:
        return {}
    return {"$comment": f"{rule_id(pointer)} {erratum}".rstrip()}


def _at(source: Any, key: str | int) -> Any:
    """Return the part of a source under a key; None where there is none."""
    try:
        return source[key]
    except (LookupError, TypeError):
        return None


def _as_sent(source: Mapping[str, Any], form: Any) -> Any:
    """Return the form of a string that contains JSON as the sources have it, others unchanged."""
    if "contentSchema" not in source:
        return form
    content = {key: source[key] for key in ("contentMediaType", "contentSchema")}
    sent = {key: value for key, value in form.items() if key not in _OPENED}
    return {"type": ["string", "null"] if "null" in form["type"] else "string", **content, **sent}


def _as_opened(source: Mapping[str, Any], form: Any, absent: Iterable[str]) -> Any:
    """Return the form of what a string contained; of strings only those that stand for nothing.

    The schema of a string does not know whether its task failed, and lets them pass in every task.
    """
    texts = "|".join(["", *map(re.escape, absent)])
    return {**form, "pattern": f"^({texts})$"} if "contentSchema" in source else form


def _callback(classifier: Json) -> Json:
    """Return discriminators as JSON Schema: the first that fits chooses the schema."""
    chain: Json = {"not": {}}
    for name in reversed(variant_names()):
        dialect, _, phase = name.rpartition(".")
        spec = classifier["dialects"][dialect]
        status = classifier["names"][spec["names"]]["status"]
        mark = {
            "required": [status],
            "properties": {status: {"enum": classifier["phases"][phase]["status"]}},
            "allOf": [_dialect_mark(classifier, spec)],
        }
        chain = {"if": mark, "then": {"$ref": DEFS + name}, "else": chain}
    return {"type": "object", **chain}


def _dialect_mark(classifier: Json, dialect: Json) -> Json:
    names = classifier["names"][dialect["names"]]
    others = [
        name
        for casing, roles in classifier["names"].items()
        if casing != dialect["names"]
        for name in roles.values()
    ]
    alone = {"allOf": [{"not": {"required": [name]}} for name in others]}
    earlier = itertools.takewhile(lambda c: c != dialect["names"], classifier["names"])
    before = [{"not": _complete_mark(classifier, casing)} for casing in earlier]
    decides = {"allOf": [_complete_mark(classifier, dialect["names"]), *before]}
    is_flow = _flow_mark(classifier, names)
    flow = is_flow if dialect["flow"] else {"not": is_flow}
    return {"allOf": [{"anyOf": [alone, decides]}, flow]}


def _complete_mark(classifier: Mapping[str, Any], casing: str) -> dict[str, Any]:
    """Require all keys of a casing, but `type` in a flow. No schema can compare two of them."""
    names = classifier["names"][casing]
    required = [name for role, name in names.items() if role != "type"]
    return {
        "required": required,
        "anyOf": [{"required": [names["type"]]}, _flow_mark(classifier, names)],
    }


def _flow_mark(classifier: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    flow = classifier["flow_details"]
    members: list[dict[str, Any]] = [{"required": [name]} for name in flow["object_with"]]
    for member, name in zip(members, flow["object_with"], strict=True):
        if others := flow["unless"].get(name):
            member["not"] = {"anyOf": [{"required": [other]} for other in others]}
    details = {"anyOf": [{"type": "array"}, {"type": "object", "anyOf": members}]}
    return {"required": [names["details"]], "properties": {names["details"]: details}}
