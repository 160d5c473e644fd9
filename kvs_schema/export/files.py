"""Writes every export into a directory.

Goes in: a directory and a language. Comes out: the files, and their paths.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..catalogue import store
from ..catalogue.names import schema_names
from ..catalogue.texts import Lang
from .conformance import conformance, conformance_schema
from .json_schema import EXPORTED, schema_in
from .openapi import openapi
from .types import python_types, typescript_types
from .vectors import vectors


def write(directory: Path, lang: Lang = "en") -> list[Path]:
    """Write all exports below a directory and return their paths.

    `schemas/{tolerant,strict,shape}/{sent,opened}/<name>.json`, `openapi.json`, `vectors.json`,
    `conformance.json` and its schema, `error-codes.json`, `errata.json`, `types/kvs.d.ts`,
    `types/kvs_types.py`, and for opened documents `types/kvs_opened.d.ts`,
    `types/kvs_opened_types.py`; titles and descriptions in a language, those of error codes and
    errata in both.
    """
    specification = store.specification()
    values: dict[str, Any] = {
        f"schemas/{kind}/{state}/{name}.json": schema_in(
            lang, name, strict=strict, opened=opened, form=form
        )
        for name in schema_names()
        for kind, (strict, form) in EXPORTED.items()
        for state, opened in (("sent", False), ("opened", True))
    }
    values["openapi.json"] = openapi(lang)
    values["vectors.json"] = vectors()
    values["conformance.json"] = conformance()
    values["conformance.schema.json"] = conformance_schema()
    values["error-codes.json"] = {
        "categories": specification["categories"],
        "tables": specification["errors"],
    }
    values["errata.json"] = specification["errata"]
    texts = {
        name: json.dumps(value, ensure_ascii=False, indent=1) + "\n"
        for name, value in values.items()
    }
    for opened, suffix in ((False, ""), (True, "_opened")):
        texts[f"types/kvs{suffix}.d.ts"] = typescript_types(lang, opened=opened)
        texts[f"types/kvs{suffix}_types.py"] = python_types(lang, opened=opened)
    return write_texts(directory, texts)


def write_texts(directory: Path, texts: Mapping[str, str]) -> list[Path]:
    """Write texts by their paths below a directory; return the paths of the files."""
    for name, text in texts.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [directory / name for name in texts]
