"""Build hooks: compile `schemas/` into the wheel, and name the published documentation.

`KVS_SCHEMA_DOCS_URL` is the address of the documentation. Without it, neither the metadata of the
package nor its findings contain a link.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

SITE = os.environ.get("KVS_SCHEMA_DOCS_URL", "").rstrip("/")


class AddressOfDocumentation(MetadataHookInterface):
    """Adds the project's links to the metadata, if the address of the documentation is set."""

    PLUGIN_NAME = "custom"

    def update(self, metadata: dict[str, Any]) -> None:
        """Set `urls`, which `pyproject.toml` declares as dynamic."""
        urls = {"Documentation": f"{SITE}/", "Changelog": f"{SITE}/changelog/"}
        metadata["urls"] = urls if SITE else {}


class CompileSpecification(BuildHookInterface[Any]):
    """Lints and compiles the sources; a problem in them stops the build with its file and line."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add `_compiled/` to a wheel; an editable install compiles from the checkout instead."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from kvs_schema.build.artefacts import write_compiled
        finally:
            sys.path.remove(str(root))
        self.folder = tempfile.TemporaryDirectory(prefix="kvs_schema_")  # goes with the hook
        write_compiled(root / "schemas", Path(self.folder.name), SITE or None)
        build_data["force_include"][self.folder.name] = "kvs_schema/_compiled"
