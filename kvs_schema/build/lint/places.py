"""Says which source files there are, and by which schema in `meta/` each is validated."""

from __future__ import annotations

from fnmatch import fnmatchcase

from ...spec.vocabulary import SCHEMA_FOLDERS

#: The first pattern that fits a path names its meta schema.
PLACES = (
    ("callbacks/variants.yaml", "variants"),
    ("errors/categories.yaml", "categories"),
    *((f"{folder}/*.yaml", "schemas") for folder in SCHEMA_FOLDERS),
    *((f"{folder}/*.yaml", folder) for folder in ("cases", "errors", "examples", "meta", "texts")),
    *((f"{name}.yaml", name) for name in ("errata", "messages", "notices", "parsers", "samples")),
    ("tables.yaml", "tables"),
)

#: Files that the compiler asks for by name, and the meta schemas.
NEEDED = (
    "callbacks/variants.yaml",
    "errata.yaml",
    "errors/categories.yaml",
    "messages.yaml",
    "tables.yaml",
    *sorted({f"meta/{meta}.yaml" for _, meta in PLACES}),
)


def meta_schema(path: str) -> str | None:
    """Return the path of the schema of a file; None for a file that has no place here."""
    if path.count("/") > 1:
        return None
    return next((f"meta/{meta}.yaml" for place, meta in PLACES if fnmatchcase(path, place)), None)
