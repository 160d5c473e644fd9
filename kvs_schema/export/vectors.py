"""Test vectors: whole bodies with their verdicts, for implementations in any language."""

from __future__ import annotations

import copy
from typing import Any

from .. import catalogue
from ..compiler import variant_names
from ..validate import encode_callback


def vectors() -> list[dict[str, Any]]:
    """Every example and every case, each with the body as sent and its verdict at both levels.

    `schema` names the schema to judge by, `body` is the document as sent, `tolerant` and `strict`
    say whether it holds; `deviations` are the errata that strict finds in a body that holds at the
    tolerant level.
    """
    variants = variant_names(catalogue.program()["classifier"])
    found = []
    for name, example in catalogue.specification()["examples"].items():
        callback = example["schema"] in variants
        found.append(
            {
                "id": f"example/{name}",
                "description": example["title"],
                "schema": example["schema"],
                "body": encode_callback(example["body"]) if callback else example["body"],
                "tolerant": True,
                "strict": not example["deviations"],
                "deviations": example["deviations"],
            }
        )
    for file, cases in catalogue.cases().items():
        for index, case in enumerate(cases):
            body = edited(case)
            schema = catalogue.specification()["examples"][case["of"]]["schema"]
            callback = schema in variants
            found.append(
                {
                    "id": f"case/{file}/{index}",
                    "description": case["description"],
                    "schema": "callback" if callback else schema,
                    "body": encode_callback(body) if callback and isinstance(body, dict) else body,
                    "tolerant": case["tolerant"] == "valid",
                    "strict": case["strict"] == "valid",
                }
            )
    return found


def edited(case: dict[str, Any]) -> Any:
    """The opened body of a case: that of its example, with the case's edits."""
    body = copy.deepcopy(catalogue.specification()["examples"][case["of"]]["body"])
    for pointer in case.get("remove", ()):
        holder, token = _holder(body, pointer)
        del holder[token]
    for pointer, value in case.get("set", {}).items():
        holder, token = _holder(body, pointer)
        if isinstance(holder, list) and token == len(holder):
            holder.append(copy.deepcopy(value))
        else:
            holder[token] = copy.deepcopy(value)
    return body


def _holder(body: Any, pointer: str) -> tuple[Any, Any]:
    """The object or array that a JSON Pointer's last token stands in, and that token."""
    *before, last = [t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:]]
    holder = body
    for token in before:
        holder = holder[int(token) if isinstance(holder, list) else token]
    if isinstance(holder, list):
        return holder, len(holder) if last == "-" else int(last)
    return holder, last
