"""Test vectors: whole bodies with their verdicts, for implementations in any language.

Goes in: the examples and the cases of the specification. Comes out: each as sent, with its
verdict at both levels and its deviations.
"""

from __future__ import annotations

import copy
from typing import Any

from ..catalogue import store
from ..catalogue.names import CALLBACK, variant_names
from ..spec.pointers import follow, tokens
from ..validation.callbacks import encode_document


def vectors() -> list[dict[str, Any]]:
    """Return every example and case, each with the body as sent and its verdict at both levels.

    `schema` names the schema to validate with, `body` is the document as sent, `tolerant` and
    `strict` say whether it is valid; `deviations` are the errata that strict finds in a body that
    is valid at the tolerant level.
    """
    found = [
        {
            "id": f"example/{name}",
            "description": example["title"],
            "schema": example["schema"],
            "body": encode_document(example["schema"], example["body"]),
            "tolerant": True,
            "strict": not example["deviations"],
            "deviations": example["deviations"],
        }
        for name, example in store.specification()["examples"].items()
    ]
    return found + [
        {
            "id": f"case/{file}/{index}",
            "description": case["description"],
            "schema": schema_of(case),
            "body": sent(case),
            "tolerant": case["tolerant"] == "valid",
            "strict": case["strict"] == "valid",
        }
        for file, cases in store.cases().items()
        for index, case in enumerate(cases)
    ]


def schema_of(case: dict[str, Any]) -> str:
    """Return the schema that validates a case; `callback` where its variant decides."""
    if "schema" in case:
        return str(case["schema"])
    if "of" not in case:
        return CALLBACK
    named = str(store.specification()["examples"][case["of"]]["schema"])
    return CALLBACK if named in variant_names() else named


def sent(case: dict[str, Any]) -> Any:
    """Return the body of a case as it is sent."""
    body = opened(case)
    encodes = case.get("encode", True) and isinstance(body, dict)
    return encode_document(schema_of(case), body) if encodes else body


def opened(case: dict[str, Any]) -> Any:
    """Return the opened body of a case: its own, or that of an example with its edits."""
    examples = store.specification()["examples"]
    body = copy.deepcopy(examples[case["of"]]["body"] if "of" in case else case["body"])
    for pointer in case.get("remove", ()):
        holder, token = _place(body, pointer)
        del holder[token]
    for pointer, name in case.get("rename", {}).items():
        holder, token = _place(body, pointer)
        holder[name] = holder.pop(token)
    for pointer, value in case.get("set", {}).items():
        holder, key = _place(body, pointer)
        if key == "-":
            holder.append(copy.deepcopy(value))
        else:
            holder[key] = copy.deepcopy(value)
    return body


def _place(body: Any, pointer: str) -> tuple[Any, Any]:
    """Return the object or array that the last token of a JSON Pointer is in, and that token."""
    *before, last = tokens(pointer)
    holder = follow(body, before)
    return holder, int(last) if isinstance(holder, list) and last != "-" else last
