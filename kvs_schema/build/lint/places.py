"""Says which source files there are, and by which schema in `meta/` each is validated."""

from __future__ import annotations

from fnmatch import fnmatchcase

#: The first pattern that fits a path names its meta schema.
PLACES = (
    ("callbacks/variants.yaml", "variants"),
    ("definitions/*.yaml", "schemas"),
    ("embedded/*.yaml", "schemas"),
    ("callbacks/*.yaml", "schemas"),
    ("requests/*.yaml", "schemas"),
    ("responses/*.yaml", "schemas"),
    ("tables.yaml", "tables"),
    ("errors/categories.yaml", "categories"),
    ("errors/*.yaml", "errors"),
    ("errata.yaml", "errata"),
    ("examples/*.yaml", "examples"),
    ("cases/*.yaml", "cases"),
    ("messages.yaml", "messages"),
    ("notices.yaml", "notices"),
    ("parsers.yaml", "parsers"),
    ("samples.yaml", "samples"),
    ("texts/*.yaml", "texts"),
    ("meta/*.yaml", "meta"),
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
