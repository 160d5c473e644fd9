"""The schemas for other tools: plain JSON Schema 2020-12, self-contained, without our keywords."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ..catalogue import store
from ..catalogue.names import known_schema
from ..catalogue.texts import Lang, say
from ..spec.vocabulary import DEFS, DIALECT, NULLABLE, WITH_ONE_SCHEMA, said, variant_names
from ..validation.engines.rust import reachable

#: Words that others can use; the rest of our annotations stay at home.
_WORDS = ("title", "description")


def schema(name: str, *, strict: bool = False, opened: bool = False) -> dict[str, Any]:
    """One schema as self-contained JSON Schema 2020-12, a new dict at each call.

    As sent (the default), embedded documents are strings with `contentMediaType` and
    `contentSchema`, which most validators take as annotations; with `opened=True` it validates a
    document whose embedded documents are opened (`decode_callback`). `callback` accepts a body of
    any variant, the name of a variant a body of that one only. What only the strict level requires
    names its erratum in a `$comment`. Raises `UnknownNameError`.
    """
    return schema_in("en", name, strict=strict, opened=opened)


def schema_in(
    lang: Lang, name: str, *, strict: bool = False, opened: bool = False
) -> dict[str, Any]:
    """`schema` with titles and descriptions in a language."""
    specification = store.specification()
    known_schema(name)
    forms = dict(store.program()["strict" if strict else "tolerant"])
    root: dict[str, Any] = {"$ref": DEFS + name}
    classifier = specification["classifier"]
    if name == "callback":
        forms[name] = {"title": say(lang, "export.callback"), **_callback(classifier)}
    if name in variant_names(classifier):
        dialect = name.rpartition(".")[0]
        root["allOf"] = [_dialect_mark(classifier, classifier["dialects"][dialect])]
    told = _as_opened if opened else _as_sent
    forms = {
        key: _with_deviations_inside(told(specification["schemas"], key, form))
        for key, form in forms.items()
    }
    used = reachable(forms, root)
    definitions = {key: _described(specification["schemas"], key, forms[key], lang) for key in used}
    words = {key: definitions[name][key] for key in _WORDS if key in definitions[name]}
    whole = {"$schema": DIALECT, **words, **root, "$defs": definitions}
    copied: dict[str, Any] = json.loads(json.dumps(whole))  # no part is shared with another
    return copied


def _as_sent(schemas: Mapping[str, Any], name: str, form: Any) -> Any:
    """The form of a string that contains JSON, as the sources have it; others are unchanged."""
    source = schemas.get(name.removeprefix(NULLABLE), {})
    if "contentSchema" not in source:
        return form
    accepts_null = "null" in form["type"]
    sent = {key: value for key, value in form.items() if key not in ("type", "if", "then")}
    return {
        "type": ["string", "null"] if accepts_null else "string",
        "contentMediaType": source["contentMediaType"],
        "contentSchema": source["contentSchema"],
        **sent,
    }


def _as_opened(schemas: Mapping[str, Any], name: str, form: Any) -> Any:
    """The form of what a string held; of strings only the empty one stays closed."""
    embeds = "contentSchema" in schemas.get(name.removeprefix(NULLABLE), {})
    return {**form, "maxLength": 0} if embeds else form


def _with_deviations_inside(form: Any) -> Any:
    """The form with every deviation in the `allOf` that refers to it, its erratum as a comment.

    To others, what is under a keyword of ours is not a schema that one could refer to.
    """
    if not isinstance(form, dict):
        return form
    found: dict[str, Any] = {}
    deviations = form.get("deviations", {})
    for keyword, value in form.items():
        if keyword == "properties":
            found[keyword] = {name: _with_deviations_inside(sub) for name, sub in value.items()}
        elif keyword == "allOf":  # the last of which refer to the deviations
            plain = value[: len(value) - len(deviations)]
            found[keyword] = [_with_deviations_inside(sub) for sub in plain]
            for erratum, sub in deviations.items():
                asked = {"not": {}} if sub is False else _with_deviations_inside(sub)
                found[keyword].append({"$comment": erratum, **asked})
        elif keyword in WITH_ONE_SCHEMA:
            found[keyword] = _with_deviations_inside(value)
        elif keyword != "deviations":
            found[keyword] = value
    return found


def _described(schemas: Mapping[str, Any], name: str, form: Any, lang: str) -> Any:
    """The form with its title and description, and those of its properties."""
    source = schemas.get(name.removeprefix(NULLABLE))
    return form if source is None else _with_words(source, form, lang)


def _with_words(source: Any, form: Any, lang: str) -> Any:
    if not isinstance(source, dict) or not isinstance(form, dict):
        return form
    words = {word: text for word in _WORDS if (text := said(source, word, lang)) is not None}
    if "default" in source:
        words["default"] = source["default"]
    found = {**words, **form}
    if "properties" in form and "properties" in source:
        found["properties"] = {
            name: _with_words(source["properties"].get(name), sub, lang)
            for name, sub in form["properties"].items()
        }
    return found


def _callback(classifier: Mapping[str, Any]) -> dict[str, Any]:
    """Discriminators as JSON Schema: the first that fits decides which variant must hold."""
    branches = []
    for dialect, spec in classifier["dialects"].items():
        names = classifier["names"][spec["names"]]
        for phase, phase_spec in classifier["phases"].items():
            mark = {
                "required": [names["status"]],
                "properties": {names["status"]: {"enum": phase_spec["status"]}},
                "allOf": [_dialect_mark(classifier, spec)],
            }
            branches.append((mark, {"$ref": f"{DEFS}{dialect}.{phase}"}))
    chain: Any = False
    for mark, variant in reversed(branches):
        chain = {"if": mark, "then": variant, "else": chain}
    return {"type": "object", **chain}


def _dialect_mark(classifier: Mapping[str, Any], dialect: Mapping[str, Any]) -> dict[str, Any]:
    names = classifier["names"][dialect["names"]]
    others = [
        name
        for casing, roles in classifier["names"].items()
        if casing != dialect["names"]
        for name in roles.values()
    ]
    flow = classifier["flow_details"]
    members = [{"required": [name]} for name in flow["object_with"]]
    flow_details = {"anyOf": [{"type": "array"}, {"type": "object", "anyOf": members}]}
    is_flow = {"required": [names["details"]], "properties": {names["details"]: flow_details}}
    alone = [{"not": {"required": [name]}} for name in others]
    return {"allOf": [*alone, is_flow if dialect["flow"] else {"not": is_flow}]}
